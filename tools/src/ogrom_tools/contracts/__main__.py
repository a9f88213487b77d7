"""`./dev contract`."""

from pathlib import Path

import click

from ogrom_tools.api.comparison import work_tree
from ogrom_tools.contracts import past, pinned
from ogrom_tools.contracts.document import SERVICE, DoesNotRun
from ogrom_tools.contracts.history import Contracts, Raised, write
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pyproject import read
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, Workspace, discover


@click.command()
@click.option("--reason", default="", metavar="TEXT", help="Why clients are broken without notice.")
@click.option(
    "--history", is_flag=True, help="Find those of the past again, from the commits that changed pins."
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(reason: str, history: bool, root: Path) -> None:
    """Write the next version of the contract, if the service in the work tree promises other things on its pins.

    `./dev pin` and `./dev release --pin` do so by themselves.
    """
    workspace = discover(root)
    if history:
        past.write(workspace)
        return
    say("Asking the service on the releases that it pins ...")
    try:
        found = of_tree(workspace, reason.strip())
    except DoesNotRun as problem:
        click.echo(
            f"The contract comes with the next pin, since the service does not run on these: {problem}"
        )
        return
    if found is None:
        current = Contracts.read(root).current
        click.echo(f"The contract is as in contracts/{current.version if current else ''}.json.")
        return
    write(root, found.files)
    click.echo(str(found))
    click.echo("Commit this with the change of the service.")


def of_tree(workspace: Workspace, reason: str = "") -> Raised | None:
    """The next version of the contract, if the service in the work tree makes one on what it pins.

    Raises:
        Failed: it breaks clients without notice, or the service does not run.
    """
    service, ledger = workspace.root / SERVICE, Ledger.read(workspace.root)
    pins = read(workspace[service.name])
    releases = [ledger.find(name, str(version)) for name, version in pins.items()]
    return pinned.on(workspace, work_tree(Repository(workspace.root), service), releases, reason)


def difference(workspace: Workspace) -> str:
    """What to do where the service in the work tree promises other things than the last contract; "" for nothing.

    A service that is ahead of its pins does not run on them; the next pin finds its contract.
    """
    try:
        found = of_tree(workspace, "It is only looked at.")
    except DoesNotRun:
        return ""
    return f"{found}\nRun ./dev contract, and commit what it writes." if found else ""


if __name__ == "__main__":
    main(prog_name="./dev contract")
