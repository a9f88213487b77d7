"""`./dev yank`: yanks a release (PEP 592), so that only those who pinned it still get it; npm calls it deprecated."""

from pathlib import Path

import click
from rich.console import Console

from ogrom_tools.command import Failed
from ogrom_tools.dependents import Dependent, State, dependents
from ogrom_tools.git import Repository
from ogrom_tools.ledger import FILE, NPM, Ledger, Release
from ogrom_tools.projects import ROOT, Workspace, discover


def yank(repository: Repository, project: str, version: str, reason: str) -> Release:
    """Mark a release as yanked in the ledger, and commit only that; doing it again does nothing.

    Raises:
        Failed: there is no such release, no reason, or the ledger has uncommitted changes.
    """
    ledger = Ledger.read(repository.root)
    new = ledger.yanking(project, version, reason)
    release = new.find(project, version)
    if new != ledger:
        if repository("status", "--porcelain", "--", FILE):
            raise Failed(f"{FILE} has changes that are not committed; commit or drop them first.")
        new.write(repository.root)
        repository(
            "commit", "--quiet", f"--message=Yank {release}", f"--message={release.yanked}", "--", FILE
        )
    return release


def left_without(workspace: Workspace, ledger: Ledger, release: Release) -> tuple[Dependent, ...]:
    """The dependents that allow yanked releases of the project only."""
    if release.project not in workspace.names:
        return ()
    found = dependents(workspace, ledger, workspace[release.project])
    return tuple(each for each in found if each.state is State.YANKED)


@click.command()
@click.argument("project")
@click.argument("version")
@click.option(
    "--reason", required=True, help="Why nobody should use it; everyone who pinned it will read this."
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(project: str, version: str, *, reason: str, root: Path) -> None:
    """Yank VERSION of PROJECT, and tell who pins it."""
    repository = Repository(root)
    names = {each.distribution: each.project for each in Ledger.read(root)}
    release = yank(repository, names.get(project, project), version, reason)
    ledger = Ledger.read(root)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{release} is yanked: {release.yanked}")
    for each in left_without(discover(root), ledger, release):
        console.print(f"  {each} allows no other release")
    last = ledger.last(release.project)
    if last and last.kind == NPM:
        console.print(f"The last good release is {last}: npm install {last.distribution}")
    elif last:
        console.print(f"The last good release is {last}; a service moves to it with: ./dev pin {last}")
    else:
        console.print(f"No good release of {release.project} is left: ./dev release {release.project}")
    console.print("Push the commit; the index says so as soon as ./dev publish has updated its pages.")


if __name__ == "__main__":
    main(prog_name="./dev yank")
