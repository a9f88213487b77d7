"""`./dev pin`."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from ogrom_tools.api.comparison import work_tree
from ogrom_tools.command import Failed
from ogrom_tools.contracts import pinned as contracts
from ogrom_tools.contracts.history import CONSTANT, FOLDER, Raised, write
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pinning import Pinning, Releases, restoring, served, tested
from ogrom_tools.pins.pyproject import read
from ogrom_tools.progress import say, timed
from ogrom_tools.projects import ROOT, Project, discover
from ogrom_tools.schema import joining
from ogrom_tools.schema.field import history_option
from ogrom_tools.schema.lattice import PROJECT, Lattice


@click.command()
@click.argument("arguments", metavar="[LIBRARY [VERSION]] ...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Upgrade whatever can be upgraded.")
@click.option("--lock", "only_lock", is_flag=True, help="Only lock again what is pinned; commits nothing.")
@click.option("--reason", default="", metavar="TEXT", help="Why clients of the API break without notice.")
@history_option
@click.option("--service", default="api-run", show_default=True, help="Whose pins.", metavar="NAME")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(
    arguments: tuple[str, ...],
    everything: bool,
    only_lock: bool,
    reason: str,
    history: Path | None,
    service: str,
    root: Path,
) -> None:
    """Pin other releases of the libraries: the last, or the named version.

    Locks them with Poetry, runs the service's quick tests on released wheels only, in an empty environment, and
    commits the service's pyproject.toml and poetry.lock, and the contract with clients, if that changes. If anything
    fails, all files are restored. A release of sources must be proved on what the database can be at, beside all that
    uses it (lattice.toml).
    """
    if sum((bool(arguments), everything, only_lock)) != 1:
        raise click.UsageError("Name what to pin, `core` or `core 1.2.3`; or use --all.")
    workspace = discover(root)
    pinning = Pinning(workspace, workspace[service], Ledger.read(root))
    if only_lock:
        with timed("Lock with Poetry", say), served(workspace, pinning.service, pinning.ledger):
            pinning.write()
        return
    _check_clean(pinning)
    with tempfile.TemporaryDirectory() as cache, restoring(pinning.files):
        _pin(replace(pinning, cache=Path(cache)), arguments, reason.strip(), history)


def _pin(pinning: Pinning, arguments: tuple[str, ...], reason: str, history: Path | None) -> None:
    # Progress goes to stderr; the changes on stdout are the text of a pull request.
    changes: list[str] = []
    with (
        timed("Choose what fits, and lock it with Poetry", say),
        served(pinning.workspace, pinning.service, pinning.ledger),
    ):
        wanted = _new(pinning, pinning.wanted(arguments) if arguments else pinning.newest())
        if PROJECT in wanted:
            lattice = Lattice.read(pinning.workspace.root)
            joining.check(pinning.workspace, pinning.ledger, lattice, wanted[PROJECT], history)
        if wanted:
            changes.extend(pinning.changes(wanted))
            pinning.write(wanted)
    if not wanted:
        say("These releases are already pinned." if arguments else "There is nothing to upgrade.")
        return
    contract = _contract(pinning, reason)
    changes += [str(contract)] if contract else []
    click.echo("\n\n".join(changes))
    with timed("Test on released wheels", say):
        last = tested(pinning)
    say(f"{'':10}{last}")
    files = contract.files if contract else {}
    with restoring([pinning.workspace.root / each for each in files]):
        write(pinning.workspace.root, files)
        say(_commit(pinning, wanted, changes, tuple(files)))


def _contract(pinning: Pinning, reason: str) -> Raised | None:
    """The next version of the contract, if the pins that are written make one."""
    workspace, service = pinning.workspace, Project(pinning.service.folder)
    if not contracts.keeps(workspace, service):
        return None
    with timed("Compare the contract with clients", say):
        tree = work_tree(Repository(workspace.root), service.folder)
        pinned = replace(pinning, service=service).pinned
        return contracts.on(workspace, tree, pinned.values(), reason)


def _new(pinning: Pinning, wanted: Releases) -> Releases:
    """The releases that are not pinned yet."""
    before = read(pinning.service)
    return {name: each for name, each in wanted.items() if before.get(name) != each.number}


def _check_clean(pinning: Pinning) -> None:
    if changed := _changes(pinning):
        raise Failed(
            f"These files have changes, which a pin would commit too; commit or stash them first:\n{changed}"
        )


def _changes(pinning: Pinning) -> str:
    files = (*map(str, pinning.files), FOLDER, CONSTANT)
    return Repository(pinning.workspace.root)("status", "--porcelain", "--", *files)


def _commit(pinning: Pinning, wanted: Releases, changes: Sequence[str], more: Sequence[str]) -> str:
    """Commit the two files, more of them and nothing else; the commit's line in the log."""
    repository, files = Repository(pinning.workspace.root), (*map(str, pinning.files), *more)
    text = "\n\n".join([f"Pin {', '.join(map(str, wanted.values()))}", *changes])
    repository("add", "--", *files)
    repository("commit", "--quiet", "--only", "--cleanup=verbatim", f"--message={text}", "--", *files)
    return repository("log", "-1", "--format=%h %s")


if __name__ == "__main__":
    main(prog_name="./dev pin")
