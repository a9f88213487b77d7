"""The command behind `./dev release`."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table

from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import doing
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.release.act import Act, alone
from ogrom_tools.release.plan import Plan, changed, plan


@click.command()
@click.argument("names", metavar="[LIBRARY[=patch|minor|major|VERSION]] ...", nargs=-1)
@click.option("--changed", "everything", is_flag=True, help="All libraries that have changed.")
@click.option("--pin", is_flag=True, help="Move the service's pins in the same commit.")
@click.option("--pre", is_flag=True, help="Pre-releases, such as 2.0.0rc1, which only those get who ask.")
@click.option("--reason", default="", metavar="TEXT", help="Why names go that no release has deprecated.")
@click.option("--quick", is_flag=True, help="Leave the tests that take long to CI.")
@click.option(
    "--no-push", is_flag=True, help="Keep commit and tags here; the same command pushes them later."
)
@click.option(
    "--branch", default="main", show_default=True, help="The branch that gets them.", metavar="NAME"
)
@click.option(
    "--from", "source", default="", help="A branch with an older line of versions.", metavar="BRANCH"
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show the plan.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(
    names: tuple[str, ...],
    everything: bool,
    pin: bool,
    pre: bool,
    reason: str,
    quick: bool,
    no_push: bool,
    branch: str,
    source: str,
    yes: bool,
    dry_run: bool,
    root: Path,
) -> None:
    """Release libraries, in the order in which they depend on one another, all of them or none.

    Each gets the lowest version that its changes allow, if none is asked for. RELEASING.md leads through it.
    """
    console, workspace = Console(), discover(root)
    named = _wanted(workspace, names)
    if not (named or everything):
        raise click.UsageError("Name what to release, such as `core` or `core=minor`; or say --changed.")
    with alone(root):
        act = Act(workspace, branch, console, source, pin=pin, quick=quick, pushes=not no_push)
        done = {} if dry_run else act.begin()
        for release, said in done.items():
            console.print(f"{release}: {said}.", highlight=False, soft_wrap=True)
        with act.checkout() as checkout:
            ledger = Ledger.read(root)
            wanted = {**(changed(checkout, ledger) if everything else {}), **named}
            wanted = {name: wanted[name] for name in wanted.keys() - {each.project for each in done}}
            if not wanted:
                console.print(
                    "There is nothing to release." if not done else "There is nothing else to release."
                )
                return
            with doing("Comparing with the last releases"):
                planned = plan(checkout, wanted, ledger, pre=pre, reason=reason.strip())
            show(console, planned, act)
            if dry_run:
                return
            if not yes:
                click.confirm(act.question(planned), abort=True)
            begin = time.monotonic()
            said = act.release(planned, checkout)
        console.print(
            f"{time.monotonic() - begin:6.1f} s  {planned}: {said}.", highlight=False, soft_wrap=True
        )


def _wanted(workspace: Workspace, names: tuple[str, ...]) -> Mapping[str, str]:
    known = {each.name for each in workspace.libraries}
    wanted = {name: level.lstrip("=") for name, _, level in (each.partition("=") for each in names)}
    if strangers := wanted.keys() - known:
        raise click.UsageError(
            f"There is no library {min(strangers)!r} to release; the libraries: {', '.join(sorted(known))}."
        )
    return wanted


def show(console: Console, planned: Plan, act: "Act") -> None:
    """Print a plan."""
    for each in planned.planned:
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold", no_wrap=True)
        if each.joins:
            table.add_row("Joins", f"since {each.joins}")
        since = f"since {each.last}:" if each.last else "none: no release is there to compare with"
        table.add_row(
            "Changes", "\n".join([since, *(f"{it.level}  {it.symbol}: {it.text}" for it in each.findings)])
        )
        table.add_row("Changelog", Markdown(each.changes))
        if each.requires:
            table.add_row("Requires", "\n".join(each.requires))
        console.print(
            Panel(table, title=f"Release {each}", title_align="left"), highlight=False, markup=False
        )
    for line in (
        *_tests(planned, act),
        *(f"Stays: {each}" for each in planned.left_out if not act.pin),
        act.outlook(planned),
    ):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _tests(planned: Plan, act: "Act") -> Iterator[str]:
    yield f"Tests{' that need no server' if act.quick else ''}: their own"
    for each, excluded in planned.dependents.items():
        yield f"  not those of {each}: {excluded}" if excluded else f"  those of {each} with them"


if __name__ == "__main__":
    main(prog_name="./dev release")
