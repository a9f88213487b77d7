"""What the rules for the schema refuse: of all changes, and of those that come beside what is in the field.

`./dev check` and `./dev release` ask the first, releases and pins the second.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogrom_rules import AllowList, AllowListError, Level
from ogrom_rules.schema import SERVERS, Change, Release, SchemaFinding, beside, declared, judge, misfits
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Release as Released
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.schema.changes import of_trees

LIBRARY = "libs/sources"
"""The folder of the library whose schema it is."""

ALLOWED = f"{LIBRARY}/schema-allowed.toml"
"""What is let pass until a day; rules/README.md shows the format."""

REMEDY = (
    "docs/decisions/schema-rules.md lists the rules. What nobody can do in another way is let pass until a day: "
    f"{ALLOWED}, whose format rules/README.md shows."
)

IN_FIELD = {"dropped-in-use", "null-in-use", "null-unread", "default-in-use", "key-unknown"}
"""The rules that depend on what is in the field, so that an exception of theirs may have nothing to except today."""


@dataclass(frozen=True)
class Schema:
    """A release of sources: what it uses of the tables, and its changes of them."""

    uses: Release
    changes: tuple[Change, ...]


def schemas(repository: Repository, trees: Sequence[tuple[str, str]]) -> tuple[Schema, ...]:
    """Those of some releases.

    Args:
        repository: which holds them.
        trees: the name of each, as people call it, and the id of the library's folder.

    Raises:
        Failed: its changes cannot be known; the text says which, and what to do.
    """
    changes = of_trees(repository, [tree for _, tree in trees])
    return tuple(
        Schema(_declared(repository, name, tree), found)
        for (name, tree), found in zip(trees, changes, strict=True)
    )


def _declared(repository: Repository, name: str, tree: str) -> Release:
    files = repository("ls-tree", "-r", "--name-only", tree).split()
    place = next(each for each in files if each.endswith("/tables.py"))  # it was another one once
    try:
        return declared(name, repository.show(tree, place))
    except ValueError as problem:
        raise Failed(f"{name}: {place} cannot be read: {problem}.") from problem


def alone(schema: Schema, servers: Iterable[str]) -> tuple[SchemaFinding, ...]:
    """What is wrong with a release, whatever is in the field: its changes, and what it uses before and after them."""
    before = [each for each in schema.changes if each.kind != "contract"]
    unfit = {*misfits(before, schema.uses), *misfits(schema.changes, schema.uses)}
    return (*judge(schema.changes, servers), *unfit)


def coming(new: Schema, field: Sequence[Schema]) -> tuple[SchemaFinding, ...]:
    """What each release in the field cannot read or write once the expands are made that it does not know."""
    found = list[SchemaFinding]()
    for change in (each for each in new.changes if each.kind == "expand"):
        older = [each.uses for each in field if change.name not in {one.name for one in each.changes}]
        found += beside(change, [*older, new.uses] if older else [])
    return tuple(found)


def due(new: Schema, field: Sequence[Schema]) -> dict[str, tuple[SchemaFinding, ...]]:
    """For each contract, why it is not due beside these releases."""
    users = [each.uses for each in field]
    return {each.name: beside(each, users) for each in new.changes if each.kind == "contract"}


def wrong(workspace: Workspace, tree: str) -> tuple[SchemaFinding, ...]:
    """What the rules find in sources, whatever is in the field.

    Args:
        workspace: the checkout with the exceptions.
        tree: the id of the library's folder, of the work tree or of a commit.

    Raises:
        Failed: its changes cannot be known, or an exception is out of date.
    """
    (schema,) = schemas(Repository(workspace.root), [("The release", tree)])
    return excepted(workspace.root, alone(schema, servers(workspace.root)), in_field=False)


def refusals(workspace: Workspace, tree: str, field: Iterable[Released]) -> tuple[str, ...]:
    """Why a release of sources must not come beside what is in the field, a text each that says what to do.

    Args:
        workspace: the checkout with the exceptions.
        tree: the id of its folder in git, such as a ledger's `tree`.
        field: the releases that run, or are kept for a rollback.

    Raises:
        Failed: changes cannot be known, or an exception is out of date.
    """
    trees = [("The release", tree), *((str(each), each.tree) for each in field)]
    new, *others = schemas(Repository(workspace.root), trees)
    found = excepted(workspace.root, coming(new, others), in_field=True)
    return tuple(str(each) for each in found if each.level is Level.MAJOR)


def waiting(workspace: Workspace, tree: str, field: Iterable[Released]) -> tuple[SchemaFinding, ...]:
    """What keeps the contracts of a release waiting; the arguments are those of `refusals`.

    Raises:
        Failed: changes cannot be known.
    """
    trees = [("The release", tree), *((str(each), each.tree) for each in field)]
    new, *others = schemas(Repository(workspace.root), trees)
    return tuple(found for each in due(new, others).values() for found in each)


def servers(root: Path) -> tuple[str, ...]:
    """The servers whose verdicts count, by the checkout's pyproject.toml.

    Raises:
        Failed: it names one that the rules do not know.
    """
    table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ogrom"]
    names = table.get("schema", {}).get("servers", [*SERVERS])
    if not names or not set(names) <= SERVERS.keys():
        raise Failed(
            f"servers of [tool.ogrom.schema] in pyproject.toml must be some of {', '.join(SERVERS)}."
        )
    return tuple(names)


def excepted(root: Path, found: Iterable[SchemaFinding], *, in_field: bool) -> tuple[SchemaFinding, ...]:
    """The findings, those that a checkout lets pass at their lower level.

    Args:
        root: of the checkout.
        found: the findings.
        in_field: whether they are those of IN_FIELD.

    Raises:
        Failed: the exceptions are malformed, or one of the same rules has expired or excepts nothing.
    """
    findings = tuple(found)
    try:
        entries = AllowList.read(root / ALLOWED).entries
        today = dt.datetime.now(tz=dt.UTC).date()
        counted = tuple(
            each
            for each in entries
            if (each.rule in IN_FIELD) is in_field
            and (not in_field or each.expires < today or any(map(each.matches, findings)))
        )
        applied = AllowList(root / ALLOWED, counted).apply(findings, today)
    except AllowListError as problem:
        raise Failed(str(problem)) from problem
    return tuple(each for each in applied if isinstance(each, SchemaFinding))


def main(root: Path = ROOT) -> None:
    """Judge a work tree, for `./dev check`."""
    workspace, repository = discover(root), Repository(root)
    found = wrong(workspace, repository.tree(repository.snapshot(), LIBRARY))
    for each in found:
        print(each)
    if any(each.level is Level.MAJOR for each in found):
        raise Failed(REMEDY)


if __name__ == "__main__":
    main()
