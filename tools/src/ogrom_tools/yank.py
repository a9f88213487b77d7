"""Takes a release back (PEP 592): those who pinned it can go on, but nobody else gets it any more."""

from pathlib import Path

import click
from rich.console import Console

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import FILE, Ledger, Release
from ogrom_tools.projects import PREFIX, ROOT, Workspace, discover
from ogrom_tools.users import State, User, users


def yank(repository: Repository, project: str, version: str, reason: str) -> Release:
    """Mark a release in the ledger, and commit that and nothing else; again with the same reason it does nothing.

    Raises:
        Failed: it was never released, there is no reason, or somebody is editing the ledger.
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


def left_without(workspace: Workspace, ledger: Ledger, release: Release) -> tuple[User, ...]:
    """Those who allow no other release of the project than yanked ones."""
    if release.project not in workspace.names:
        return ()
    found = users(workspace, ledger, workspace[release.project])
    return tuple(each for each in found if each.state is State.YANKED)


@click.command()
@click.argument("project")
@click.argument("version")
@click.option("--reason", required=True, help="Why nobody should take it; all who pinned it will read it.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(project: str, version: str, *, reason: str, root: Path) -> None:
    """Take VERSION of PROJECT back, and tell who pins it."""
    repository = Repository(root)
    release = yank(repository, project.removeprefix(PREFIX), version, reason)
    ledger = Ledger.read(root)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{release} is yanked: {release.yanked}")
    for each in left_without(discover(root), ledger, release):
        console.print(f"  {each} allows no other release")
    last = ledger.last(release.project)
    if last:
        console.print(f"The last good release is {last}; a service takes it by: ./dev pin {last}")
    else:
        console.print(f"No good release of {release.project} is left: ./dev release {release.project}")
    console.print(
        "Push the commit; the index tells everybody as soon as ./dev publish has made its pages anew."
    )


if __name__ == "__main__":
    main(prog_name="./dev yank")
