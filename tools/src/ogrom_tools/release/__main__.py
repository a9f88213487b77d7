"""The command behind `./dev release`."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
from rich.console import Console

from ogrom_tools.contracts.history import lines
from ogrom_tools.ledger import Ledger
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.release.act import Act, alone
from ogrom_tools.release.plan import Plan, Planned, changed, plan
from ogrom_tools.schema.field import history_option


@click.command()
@click.argument("names", metavar="[LIBRARY[=patch|minor|major|VERSION]] ...", nargs=-1)
@click.option("--changed", "everything", is_flag=True, help="All libraries that have changed.")
@click.option("--pin", is_flag=True, help="Move the service's pins in the same commit.")
@click.option("--pre", is_flag=True, help="Pre-releases, such as 2.0.0rc1, which only those get who ask.")
@click.option(
    "--reason", default="", metavar="TEXT", help="Why names go, or clients break, that were not told."
)
@history_option
@click.option("--quick", is_flag=True, help="Leave the tests that take long to CI.")
@click.option("--no-push", is_flag=True, help="Keep them here; the same command pushes them later.")
@click.option("--branch", default="main", metavar="NAME", help="The branch that gets them, if not main.")
@click.option("--from", "source", default="", metavar="BRANCH", help="A branch of an older line of versions.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show the plan.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(
    names: tuple[str, ...],
    everything: bool,
    pin: bool,
    pre: bool,
    reason: str,
    history: Path | None,
    quick: bool,
    no_push: bool,
    branch: str,
    source: str,
    yes: bool,
    dry_run: bool,
    root: Path,
) -> None:
    """Release libraries and clients, in the order in which they depend on one another, all of them or none.

    Each gets the lowest version that its changes allow, if none is asked for. RELEASING.md leads through it.
    """
    console, workspace = Console(highlight=False, markup=False, soft_wrap=True), discover(root)
    named = _wanted(workspace, names)
    if not (named or everything):
        raise click.UsageError("Name what to release, such as `core` or `core=minor`; or say --changed.")
    act = Act(workspace, branch, console, source, pin=pin, quick=quick, pushes=not no_push, history=history)
    with alone(root):
        done = {} if dry_run else act.begin()
        for release, said in done.items():
            console.print(f"{release}: {said}.")
        with act.checkout() as checkout:
            ledger = Ledger.read(root)
            wanted = {**(changed(checkout, ledger) if everything else {}), **named}
            wanted = {name: wanted[name] for name in wanted.keys() - {each.project for each in done}}
            if not wanted:
                console.print(f"There is nothing {'else ' if done else ''}to release.")
                return
            say("Comparing with the last releases ...")
            planned = plan(checkout, wanted, ledger, pre=pre, reason=reason.strip())
            show(console, planned, act)
            if dry_run:
                return
            if not yes:
                click.confirm(
                    f"Release {planned}{', which everybody gets' if act.remote else ''}?", abort=True
                )
            begin = time.monotonic()
            said = act.release(planned, checkout)
        console.print(f"{time.monotonic() - begin:6.1f} s  {planned}: {said}.")


def _wanted(workspace: Workspace, names: tuple[str, ...]) -> Mapping[str, str]:
    known = {each.name for each in workspace.train}
    wanted = {name: level.lstrip("=") for name, _, level in (each.partition("=") for each in names)}
    if strangers := wanted.keys() - known:
        raise click.UsageError(
            f"There is no library {min(strangers)!r} to release; the libraries: {', '.join(sorted(known))}."
        )
    return wanted


def show(console: Console, planned: Plan, act: Act) -> None:
    """Print a plan."""
    lines = [line for each in planned.planned for line in (*_lines(each), "")]
    lines += [f"Tests{' that need no server' if act.quick else ''}: their own"]
    for old, excluded in planned.dependents.items():
        lines.append(f"  not those of {old}: {excluded}" if excluded else f"  those of {old} with them")
    lines.append(f"The service's pins {'move with them.' if act.pin else 'stay; --pin moves them.'}")
    console.print(*lines, act.outlook, sep="\n")


def _lines(planned: Planned) -> Iterator[str]:
    after = f"after {planned.last}" if planned.last else "the first: there is none to compare with"
    yield f"{planned}, {after}{f', since {planned.joins}' if planned.joins else ''}"
    yield from (f"  requires {each}" for each in planned.requires)
    if planned.made_from:
        yield f"  made from the contract {planned.made_from}"
    found = [f"  {each.level}  {each.symbol}: {each.text}" for each in planned.findings]
    yield from found[:20]
    if found[20:]:
        yield f"  and {len(found) - 20} more: ./dev api-diff {planned.project.name}"
    if planned.schema:
        yield "  Its changes of the tables:"
        yield from (f"  {each.symbol}: {each.text}" for each in planned.schema)
    if planned.contract:
        yield "  Clients of the API notice:"
        yield from (f"  {each}" for each in lines(planned.contract))
    if planned.unjudged:
        yield f"  The service does not run with it, so its clients come in with the next one: {planned.unjudged}"
    yield from (f"  | {each}".rstrip() for each in planned.changes.splitlines())


if __name__ == "__main__":
    main(prog_name="./dev release")
