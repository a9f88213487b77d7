"""The command behind `./dev release`."""

from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table

from ogrom_tools import index
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.release.landing import Landing
from ogrom_tools.release.plan import Plan, check, plan
from ogrom_tools.release.releasing import Releasing, alone
from ogrom_tools.release.steps import Steps


@click.command()
@click.argument("name", metavar="LIBRARY")
@click.argument("wanted", metavar="[patch|minor|major|VERSION]", default="")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show the plan.")
@click.option("--full", is_flag=True, help="Also run the tests that take long.")
@click.option(
    "--no-dependents", is_flag=True, help="Do not run the tests of the libraries that depend on it."
)
@click.option(
    "--abandon", is_flag=True, help="Drop what a stopped release has prepared, and do nothing else."
)
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(
    name: str,
    wanted: str,
    yes: bool,
    dry_run: bool,
    full: bool,
    no_dependents: bool,
    abandon: bool,
    root: Path,
) -> None:
    """Release a library: by the lowest version that its changes allow, if none is asked for.

    What was stopped is finished by the same command. RELEASING.md leads through it.
    """
    console, workspace = Console(), discover(root)
    if name not in {each.name for each in workspace.libraries}:
        known = ", ".join(each.name for each in workspace.libraries)
        raise click.UsageError(f"There is no library {name!r} to release; the libraries: {known}.")
    releasing = Releasing(
        workspace,
        workspace[name],
        index.team(workspace),
        Steps(console),
        with_dependents=not no_dependents,
        full=full,
    )
    if dry_run:
        show(console, _plan(releasing, wanted))
        return
    with alone(root):
        if abandon:
            releasing.steps.tell(releasing.abandon())
        else:
            _release(console, releasing, wanted, yes=yes)


def _release(console: Console, releasing: Releasing, wanted: str, *, yes: bool) -> None:
    check(releasing.repository, releasing.project)
    landing = releasing.resume()
    if landing is None:
        planned = _plan(releasing, wanted)
        show(console, planned)
        if not yes:
            click.confirm(f"Release {planned.name}?", abort=True)
        landing = releasing.release(planned)
    _say_goodbye(releasing, landing)


def _plan(releasing: Releasing, wanted: str) -> Plan:
    last = "Compare with the last release"
    return releasing.steps.run(last, plan, releasing.workspace, releasing.project, wanted)


def show(console: Console, planned: Plan) -> None:
    """Print a plan."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_row("Changes", "\n".join(_changes(planned)))
    table.add_row("Changelog", Markdown(planned.changes))
    table.add_row("Tests", "\n".join(_tests(planned)))
    table.add_row("Does not fit it", "\n".join(planned.left_out) or "nothing in the tree")
    table.add_row("Makes", f"two commits on {planned.branch} and the tag {planned.tag}; pushes nothing")
    title = f"Release {planned.name}"
    console.print(Panel(table, title=title, title_align="left"), highlight=False, markup=False)


def _changes(planned: Plan) -> Iterator[str]:
    yield f"since {planned.last}:" if planned.last else "none: no release is there to compare with"
    yield from (f"{each.level}  {each.place}: {each.text}" for each in planned.findings)


def _tests(planned: Plan) -> Iterator[str]:
    yield "its own"
    for each in planned.dependents:
        yield (
            f"those of {each.release}"
            if not each.excluded
            else f"not those of {each.release}: {each.excluded}"
        )


def _say_goodbye(releasing: Releasing, landing: Landing) -> None:
    branch, release, steps = (
        releasing.repository("branch", "--show-current"),
        landing.release,
        releasing.steps,
    )
    steps.tell(f"{steps.total:6.1f} s  {release} is released: {release.wheel}, sha256 {release.sha256}")
    steps.tell(f"Give it to the others: git push --atomic origin {branch} {landing.tag}")


if __name__ == "__main__":
    main(prog_name="./dev release")
