"""`./dev status`: each library's release, what changed since, what the next release needs, and who is behind."""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import repeat
from pathlib import Path

import click
from packaging.version import Version
from rich.console import Console
from rich.table import Table
from rich.text import Text

import ogrom_rules
from ogrom_rules import Level
from ogrom_rules.levels import demanded, following
from ogrom_tools import api, changelog
from ogrom_tools.api.comparison import work_tree
from ogrom_tools.changelog import Changelog
from ogrom_tools.command import Failed
from ogrom_tools.dependents import Dependent, State, dependents
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.progress import count, doing
from ogrom_tools.projects import ROOT, Project, Workspace, discover
from ogrom_tools.wheelhouse import Wheelhouse

COLOURS = {
    Level.MAJOR: "red",
    Level.MINOR: "yellow",
    Level.PATCH: "cyan",
    Level.NONE: "green",
    State.CURRENT: "green",
    State.BEHIND: "yellow",
    State.YANKED: "red",
    State.WAITING: "dim",
}


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


def overview(workspace: Workspace) -> tuple[Status, ...]:
    """The status of each library in a checkout, dependencies first.

    Raises:
        Failed: the ledger is damaged.
    """
    repository, ledger = Repository(workspace.root), Ledger.read(workspace.root)
    trees = {
        each: work_tree(repository, each.folder) for each in workspace.libraries if ledger.last(each.name)
    }
    answers = needed(workspace, ledger, trees)
    return tuple(
        _status(workspace, ledger, each, trees.get(each, ""), answers.get(each, Needed(None)))
        for each in workspace.libraries
    )


def _status(workspace: Workspace, ledger: Ledger, project: Project, tree: str, answer: Needed) -> Status:
    last = ledger.last(project.name)
    path = project.folder.relative_to(workspace.root).as_posix()
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
    releases = {each: ledger.last(each.name) for each in trees}
    files = {each: _kept_in(workspace, each, last, trees[each]) for each, last in releases.items() if last}
    known = {each: Level.parse(file.read_text()) for each, file in files.items() if file.exists()}
    unknown = [each for each in files if each not in known]
    answers = _compare_all(workspace.root, [each.name for each in unknown])
    found = dict(zip(unknown, answers, strict=True))
    for each, answer in found.items():
        _keep(files[each], each, answer)
    return {each: Needed(level) for each, level in known.items()} | found


def _compare_all(root: Path, names: Sequence[str]) -> Sequence[Needed]:
    if len(names) < 2:
        return [_compare(root, each) for each in names]
    # Processes, since comparing is work for the processor.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(names), os.cpu_count() or 1), mp_context=context) as pool:
        return list(pool.map(_compare, repeat(root), names))


def _compare(root: Path, name: str) -> Needed:
    workspace = discover(root)
    try:
        findings = api.compare_with_last(workspace, workspace[name], Wheelhouse(workspace), Ledger.read(root))
    except Failed as problem:
        return Needed(None, str(problem))
    return Needed(ogrom_rules.level(findings))


def _kept_in(workspace: Workspace, project: Project, release: Release, tree: str) -> Path:
    """The file that keeps an answer; its name depends on all inputs, and on the day, as allow lists expire."""
    folders = (Path(str(package.__file__)).parent for package in (api, ogrom_rules))
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
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(*, as_json: bool, root: Path) -> None:
    """Show how each library stands: its release, what changed since, what that needs, and who is behind."""
    with doing("Comparing with the last releases"):
        found = overview(discover(root))
    if as_json:
        print(json.dumps([_values(each) for each in found], indent=2))
        return
    console = Console()
    console.print(_table(found))
    for each in found:
        if each.needed.problem:
            console.print(Text(f"{each.project}: {each.needed.problem}", style="red"), soft_wrap=True)
    console.print(f"\n{_next(found)}", highlight=False)


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
        "dependents": [
            {"project": each.project, "allows": each.specifier, "is": str(each.state)}
            for each in status.dependents
        ],
    }


def _table(found: Iterable[Status]) -> Table:
    table = Table("lib", "tree", "released", "since", "needs", box=None, pad_edge=False, header_style="dim")
    table.add_column("used by", no_wrap=True)
    for each in found:
        cells = (_release_cell(each), _since_cell(each), _needs_cell(each), _dependents_cell(each))
        table.add_row(each.project, each.version, *cells, end_section=True)
    return table


def _release_cell(status: Status) -> Text:
    yanked = (Text(f"{each} yanked", style="red") for each in status.yanked)
    return Text("\n").join([Text(status.release or "never"), *yanked])


def _since_cell(status: Status) -> str:
    if status.release is None:
        return ""
    if status.since is None:
        return "history does not\nreach so far:\ngit fetch --unshallow"
    return f"{count(status.since.commits, 'commit')}\n{count(status.since.files, 'file')}"


def _needs_cell(status: Status) -> Text:
    level = status.needed.level
    if status.release is None:
        return Text(f"first: {status.following}", style="dim")
    if level is None:
        return Text("cannot say, see below", style="red")
    next_version = f": {status.following}" if level else ""
    return Text(f"{level}{next_version}", style=COLOURS[level])


def _dependents_cell(status: Status) -> Text:
    lines = (Text(f"{each} {each.state}", style=COLOURS[each.state]) for each in status.dependents)
    return Text("\n").join(lines)


if __name__ == "__main__":
    main(prog_name="./dev status")
