"""`./dev status`: each library's release, what changed since, what the next release needs, and who is behind."""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import repeat
from pathlib import Path

import click
from packaging.version import Version

import ogrom_rules
from ogrom_rules import Level
from ogrom_rules.levels import demanded, following
from ogrom_tools import api, changelog, npm
from ogrom_tools.api.comparison import work_tree
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed
from ogrom_tools.dependents import Dependent, State, dependents
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.progress import count, say
from ogrom_tools.projects import ROOT, Project, Workspace, discover
from ogrom_tools.schema.field import Field, history_option
from ogrom_tools.schema.lattice import PROJECT, Lattice
from ogrom_tools.schema.overview import Overview
from ogrom_tools.wheelhouse import Wheelhouse


@dataclass(frozen=True)
class Since:
    """How much has changed since a release."""

    commits: int
    """The commits of this branch that touched the project's folder."""
    files: int
    """The files in it that differ, committed or not."""


@dataclass(frozen=True)
class Needed:
    """The level that the comparison with the last release asks for."""

    level: Level | None
    """None if the two could not be compared."""
    problem: str = ""
    """Why they could not be compared."""


@dataclass(frozen=True)
class Status:
    """How one library stands."""

    project: str
    """Its short name."""
    version: str
    """The version in the work tree."""
    release: str | None
    """The last good release; None if there is none."""
    since: Since | None
    """What changed since; None without a release, or if this clone's history does not reach back to it."""
    needed: Needed
    """What the API comparison asks of the next release."""
    following: str | None
    """The lowest version for the next release; None if none is needed, or the comparison failed."""
    dependents: tuple[Dependent, ...]
    """Who requires or pins it."""
    yanked: tuple[str, ...]
    """The yanked versions."""
    has_changelog: bool = False
    """Whether its changelog says what the next release changes."""
    schema: Overview | None = None
    """Who serves each phase of its schema, and who is in the field; None if it has none, or no lattice is kept."""


def overview(workspace: Workspace, history: Path | None = None) -> tuple[Status, ...]:
    """The status of each library in a checkout, dependencies first.

    Args:
        workspace: the checkout.
        history: what is deployed; see `Field.read`.

    Raises:
        Failed: the ledger, the lattice or the history is damaged.
    """
    repository, ledger = Repository(workspace.root), Ledger.read(workspace.root)
    trees = {each: work_tree(repository, each.folder) for each in workspace.train if ledger.last(each.name)}
    answers = needed(workspace, ledger, trees)
    found = (
        _status(workspace, ledger, each, trees.get(each, ""), answers.get(each, Needed(None)))
        for each in workspace.train
    )
    lattice = Lattice.read(workspace.root)
    schema = Overview(lattice, Field.read(workspace, history)) if lattice.rows else None
    return tuple(replace(each, schema=schema) if each.project == PROJECT else each for each in found)


def _status(workspace: Workspace, ledger: Ledger, project: Project, tree: str, answer: Needed) -> Status:
    last = ledger.last(project.name)
    path = project.place
    level = demanded(answer.level, last.number) if last and answer.level else None
    next_ = following(Version(project.version), last.number, level) if last and level else None
    file = project.folder / changelog.FILE
    return Status(
        project=project.name,
        version=project.version,
        release=last.version if last else None,
        since=_since(Repository(workspace.root), path, last, tree) if last else None,
        needed=answer,
        following=str(next_) if next_ else None if last else project.version,
        dependents=dependents(workspace, ledger, project),
        yanked=tuple(each.version for each in ledger.of(project.name) if each.is_yanked),
        has_changelog=file.exists() and bool(Changelog.read(project.folder).unreleased),
    )


def _since(repository: Repository, path: str, release: Release, tree: str) -> Since | None:
    """Count what changed since a release.

    Args:
        repository: whose history.
        path: the folder, such as `libs/core`.
        release: the release.
        tree: the id of the folder's content now.
    """
    commit = _commit(repository, path, release) if repository.has(release.tree) else None
    if commit is None:
        return None
    files = repository("diff", "--name-only", "--no-renames", "-z", release.tree, tree)
    commits = repository("rev-list", "--count", f"{commit}..HEAD", "--", path)
    return Since(int(commits), files.count("\0"))


def _commit(repository: Repository, path: str, release: Release) -> str | None:
    """The released commit on this branch: the ledger's, or its equivalent if history was rewritten."""
    named = release.commit
    if named and repository.has(f"{named}^{{commit}}") and not repository("rev-list", "-1", named, "^HEAD"):
        return named
    commits = repository("rev-list", "HEAD", "--", path).splitlines()
    return next((each for each in commits if repository.tree(each, path) == release.tree), None)


def needed(workspace: Workspace, ledger: Ledger, trees: Mapping[Project, str]) -> Mapping[Project, Needed]:
    """Compare libraries with their last releases, in parallel; known answers are kept until something changes.

    Args:
        workspace: the checkout.
        ledger: the releases.
        trees: the released libraries, with the ids of their content now.
    """
    releases = {each: last for each in trees if (last := ledger.last(each.name))}
    files = {each: _kept_in(workspace, each, last, trees[each]) for each, last in releases.items()}
    known = {each: Level.parse(file.read_text()) for each, file in files.items() if file.exists()}
    unknown = [each for each in files if each not in known]
    answers = _compare_all(workspace.root, [releases[each] for each in unknown])
    found = dict(zip(unknown, answers, strict=True))
    for each, answer in found.items():
        _keep(files[each], each, answer)
    return {each: Needed(level) for each, level in known.items()} | found


def _compare_all(root: Path, releases: Sequence[Release]) -> Sequence[Needed]:
    if len(releases) < 2:
        return [_compare(root, each) for each in releases]
    # Processes, since comparing is work for the processor.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(releases), os.cpu_count() or 1), mp_context=context) as pool:
        return list(pool.map(_compare, repeat(root), releases))


def _compare(root: Path, release: Release) -> Needed:
    workspace = discover(root)
    try:
        (project,) = (each for each in workspace.train if each.name == release.project)
        findings = api.compare_with(workspace, project, Wheelhouse(workspace), release)
    except Failed as problem:
        return Needed(None, str(problem))
    return Needed(ogrom_rules.level(findings))


def _kept_in(workspace: Workspace, project: Project, release: Release, tree: str) -> Path:
    """The file that keeps an answer; its name depends on all inputs, and on the day, as allow lists expire."""
    folders = (Path(str(package.__file__)).parent for package in (api, npm, ogrom_rules))
    files = (file for folder in folders for file in sorted(folder.glob("*.py")))
    programs = (f"{name} {version(name)}" for name in ("griffelib", "mypy"))
    today = datetime.now(tz=UTC).date().isoformat()
    digest = hashlib.sha256(b"".join(each.read_bytes() for each in files))
    digest.update(" ".join([release.sha256, tree, today, *programs]).encode())
    return workspace.root / ".ogrom" / "status" / f"{project.name}-{digest.hexdigest()}"


def _keep(file: Path, project: Project, answer: Needed) -> None:
    if answer.level is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob(f"{project.name}-{'[0-9a-f]' * 64}"):
        old.unlink(missing_ok=True)
    file.write_text(str(answer.level))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@history_option
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(*, as_json: bool, history: Path | None, root: Path) -> None:
    """Show how each library stands: its release, what changed since, what that needs, and who is behind."""
    say("Comparing with the last releases ...")
    found = overview(discover(root), history)
    if as_json:
        print(json.dumps([_values(each) for each in found], indent=2))
        return
    print(*(line for each in found for line in _lines(each)), "", _next(found), sep="\n")


def _next(found: Sequence[Status]) -> str:
    """What to do next."""
    if any(each.needed.problem for each in found):
        return "Next: fix what cannot be compared."
    if changed := [each for each in found if each.following]:
        silent = [each.project for each in changed if not each.has_changelog]
        write = f"Next: write in the changelog of {', '.join(silent)} what changed.\n" if silent else ""
        return f"{write}Next: ./dev release --changed --pin"
    states = {each.state for status in found for each in status.dependents if each.is_pin}
    if states & {State.BEHIND, State.YANKED}:
        return "Next: ./dev pin --all"
    return "Everything is released and pinned."


def _values(status: Status) -> dict[str, object]:
    return {
        "project": status.project,
        "version": status.version,
        "release": status.release,
        "yanked": list(status.yanked),
        "commits": status.since.commits if status.since else None,
        "files": status.since.files if status.since else None,
        "needs": None if status.needed.level is None else str(status.needed.level),
        "next": status.following,
        "problem": status.needed.problem or None,
        "schema": status.schema.values if status.schema else None,
        "dependents": [
            {"project": each.project, "allows": each.specifier, "is": str(each.state)}
            for each in status.dependents
        ],
    }


def _lines(status: Status) -> Iterator[str]:
    if status.release is None:
        yield f"{status.project}: never released; the first release will be {status.following}"
    else:
        yanked = "".join(f", {each} yanked" for each in status.yanked)
        yield f"{status.project} {status.version}: released {status.release}{yanked}; {_change(status)}"
    if status.needed.problem:
        yield f"  {status.needed.problem}"
    yield from (f"  {each}: {each.state}" for each in status.dependents)
    if status.schema:
        yield from (f"  {each}" for each in status.schema.lines)


def _change(status: Status) -> str:
    """What changed since the release, and what that needs."""
    if status.since is None:
        return "this clone's history does not reach back to it: git fetch --unshallow"
    since = f"{count(status.since.commits, 'commit')} and {count(status.since.files, 'file')} since"
    if status.needed.level is None:
        return f"{since} cannot be compared with it:"
    return f"{since}; next: {status.following} ({status.needed.level})" if status.following else since


if __name__ == "__main__":
    main(prog_name="./dev status")
