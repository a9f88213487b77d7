"""`./dev pin`."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pinning import Pinning, Releases, served, tested
from ogrom_tools.pins.pyproject import read
from ogrom_tools.progress import say, timed
from ogrom_tools.projects import ROOT, discover


@click.command()
@click.argument("arguments", metavar="[LIBRARY [VERSION]] ...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Upgrade whatever can be upgraded.")
@click.option("--lock", "only_lock", is_flag=True, help="Only lock again what is pinned; commits nothing.")
@click.option("--service", default="api-run", show_default=True, help="Whose pins.", metavar="NAME")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(arguments: tuple[str, ...], everything: bool, only_lock: bool, service: str, root: Path) -> None:
    """Pin other releases of the libraries: the last, or the named version.

    Locks them with Poetry, runs the service's quick tests on released wheels only, in an empty environment, and
    commits the service's pyproject.toml and poetry.lock. If anything fails, both files are restored.
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
    with tempfile.TemporaryDirectory() as cache, pinning.restoring():
        _pin(replace(pinning, cache=Path(cache)), arguments)


def _pin(pinning: Pinning, arguments: tuple[str, ...]) -> None:
    # Progress goes to stderr; the changes on stdout are the text of a pull request.
    changes: list[str] = []
    with (
        timed("Choose what fits, and lock it with Poetry", say),
        served(pinning.workspace, pinning.service, pinning.ledger),
    ):
        wanted = _new(pinning, pinning.wanted(arguments) if arguments else pinning.newest())
        if wanted:
            changes.extend(pinning.changes(wanted))
            pinning.write(wanted)
    if not wanted:
        say("These releases are already pinned." if arguments else "There is nothing to upgrade.")
        return
    click.echo("\n\n".join(changes))
    with timed("Test on released wheels", say):
        last = tested(pinning)
    say(f"{'':10}{last}")
    say(_commit(pinning, wanted, changes))


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
    return Repository(pinning.workspace.root)("status", "--porcelain", "--", *map(str, pinning.files))


def _commit(pinning: Pinning, wanted: Releases, changes: Sequence[str]) -> str:
    """Commit the two files and nothing else; the commit's line in the log."""
    repository, files = Repository(pinning.workspace.root), tuple(map(str, pinning.files))
    text = "\n\n".join([f"Pin {', '.join(map(str, wanted.values()))}", *changes])
    repository("add", "--", *files)
    repository("commit", "--quiet", "--only", "--cleanup=verbatim", f"--message={text}", "--", *files)
    return repository("log", "-1", "--format=%h %s")


if __name__ == "__main__":
    main(prog_name="./dev pin")
