"""`./dev test`."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ogrom_tools.command import Failed
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.test import debian
from ogrom_tools.test.affected import Affected, Passed
from ogrom_tools.test.running import command, ended, run, table
from ogrom_tools.test.suites import BENCH, DOCS, Selection, Suite, everything, pytest, select


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--affected", is_flag=True, help="Run only what a change can affect, and say what is left out.")
@click.option(
    "--since",
    metavar="REF",
    help="With --affected: the change since the branch left this; by default since the last commit "
    "whose whole test passed here. The work tree counts.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PROJECT ...] [OPTION OF PYTEST ...]")
def main(arguments: tuple[str, ...], *, affected: bool, since: str | None) -> None:
    """Run everything: tests, types, style and each wheel; or only some projects' tests, with pytest's options."""
    workspace = discover(ROOT)
    if since and not affected:
        raise click.UsageError("--since REF goes with --affected")
    if affected and arguments:
        raise click.UsageError("--affected chooses the tests itself; leave out " + " ".join(arguments))
    if affected:
        _run_affected(workspace, since)
    elif arguments:
        _run_named(workspace, select(workspace, arguments))
    else:
        _run_everything(workspace)


def _run_everything(workspace: Workspace) -> None:
    passed = Passed(workspace.root)
    with passed.when_done():
        _ensure(workspace, select(workspace))
        side_by_side(workspace.root, everything(workspace))


def _run_affected(workspace: Workspace, since: str | None) -> None:
    ref = since or Passed(workspace.root).commit()
    if ref is None:
        print("No whole test has passed here yet, so everything is run. --since REF names a commit.")
        _run_everything(workspace)
        return
    found = Affected.since(workspace, ref)
    print(*found.lines(), sep="\n", flush=True)
    if found.suites:
        _ensure(workspace, found.selection)
        side_by_side(workspace.root, found.suites)


def _run_named(workspace: Workspace, selection: Selection) -> None:
    _ensure(workspace, selection)
    done = subprocess.run(
        command(pytest(selection.files, *selection.options)), cwd=workspace.root, check=False
    )
    sys.exit(done.returncode)


def _ensure(workspace: Workspace, selection: Selection) -> None:
    projects = [each for each in workspace if each.name in selection.names]
    debian.ensure(workspace, projects, *({BENCH, DOCS} & {*selection.names}))


def side_by_side(root: Path, suites: Iterable[Suite]) -> None:
    """Run suites, and print how they end.

    Raises:
        Failed: one failed.
    """
    suites = tuple(suites)
    print(f"{len(suites)} suites; their output is in {suites[0].log.parent}", flush=True)
    results = run(root, suites, lambda result: print(f"{ended(result)}\n", end="", flush=True))
    print(*table(root, results), sep="\n", flush=True)
    if failed := [each.suite.name for each in results if each.code]:
        raise Failed(f"Failed: {', '.join(failed)}. To run one again: ./dev test PROJECT [-k NAME]")


if __name__ == "__main__":
    main(prog_name="./dev test")
