"""The changes of ogrom-sources in the plain form that the rules judge, of the work tree or of any release."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ogrom_rules.schema import Change, Operation
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.schema.recording import Json, recorded
from ogrom_tools.schema.statements import Tables
from ogrom_tools.schema.words import NotUnderstood

FIRST = Path(__file__).with_name("first.sql")
_CHANGES = "src/ogrom/sources/schema/changes"


def first() -> tuple[Change, ...]:
    """The revisions from before there were changes, as expands."""
    tables, found = Tables("mariadb"), list[Change]()
    _, *parts = re.split(r"^-- (\d{4})\n", FIRST.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        statements = filter(None, map(str.strip, text.split(";")))
        operations = tuple(each for statement in statements for each in tables.read(statement))
        found.append(Change(name=name, kind="expand", operations=operations))
    return tuple(found)


def of_work_tree(root: Path) -> tuple[Change, ...]:
    """All changes of a checkout, as they are in the work tree.

    Raises:
        Failed: they cannot be known; the text says which, and what to do.
    """
    (found,) = of_folders([root / "libs" / "sources" / "src"])
    if isinstance(found, Failed):
        raise found
    return found


def of_tree(repository: Repository, tree: str) -> tuple[Change, ...]:
    """All changes of a release.

    Args:
        repository: which holds it.
        tree: the id of the library's folder.

    Raises:
        Failed: they cannot be known; the text says which, and what to do.
    """
    if not repository.tree(tree, _CHANGES):
        return first()
    with tempfile.TemporaryDirectory() as name:
        repository.export(tree, Path(name))
        (found,) = of_folders([Path(name) / "src"])
    if isinstance(found, Failed):
        raise found
    return found


def of_folders(folders: Sequence[Path]) -> list[tuple[Change, ...] | Failed]:
    """All changes of some releases, or why they cannot be known.

    Args:
        folders: the `src` of each.
    """
    return [each if isinstance(each, Failed) else _read(each) for each in recorded(folders)]


def _read(plain: Iterable[Json]) -> tuple[Change, ...] | Failed:
    found = [*first()]
    before = [each for change in found for each in change.operations]
    tables = {server: Tables.after(before, server) for server in ("mariadb", "mysql")}
    for each in plain:
        try:
            sent = {
                server: [*_operations(tables[server], texts)] for server, texts in each["statements"].items()
            }
        except NotUnderstood as problem:
            return Failed(
                f"{each['name']} sends what the rules cannot read: {problem}\nWrite it as an operation of "
                "ogrom.sources.schema, one act a statement; docs/decisions/schema-changes.md lists them."
            )
        found.append(
            Change(name=each["name"], kind=each["kind"], operations=together(sent), after=(*each["after"],))
        )
    return tuple(found)


def _operations(tables: Tables, statements: Iterable[str]) -> Iterator[Operation]:
    for each in statements:
        try:
            yield from tables.read(each)
        except NotUnderstood as problem:
            raise NotUnderstood(f"{problem}, in {' '.join(each.split())[:200]}") from problem


def together(by_server: Mapping[str, Iterable[Operation]]) -> tuple[Operation, ...]:
    """What is sent to several servers, each operation once, with the clauses for each of them."""
    found: dict[Operation, list[tuple[str, str]]] = {}
    for operations in by_server.values():
        for each in operations:
            found.setdefault(replace(each, clauses=()), []).extend(each.clauses)
    return tuple(replace(each, clauses=tuple(clauses)) for each, clauses in found.items())
