"""The command behind `./dev status`."""

import json
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ogrom_rules import Level
from ogrom_tools.progress import doing
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.users import State, User

from .libraries import Status, overview

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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it for machines.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(*, as_json: bool, root: Path) -> None:
    """Show how each library stands: released, changed since, what that needs, and who is behind."""
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


def _next(found: Iterable[Status]) -> str:
    """What to do next."""
    told = tuple(found)
    if any(each.needed.problem for each in told):
        return "Next: mend what cannot be compared."
    if changed := [each for each in told if each.following]:
        silent = [each.project for each in changed if not each.tells]
        write = f"Next: write in the changelog of {', '.join(silent)} what changed.\n" if silent else ""
        return f"{write}Next: ./dev release --changed --pin"
    states = {user.state for each in told for user in each.users if user.is_pin}
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
        "users": [
            {"project": each.project, "allows": each.specifier, "is": str(each.state)}
            for each in status.users
        ],
    }


def _table(found: Iterable[Status]) -> Table:
    table = Table("lib", "tree", "released", "since", "needs", box=None, pad_edge=False, header_style="dim")
    table.add_column("used by", no_wrap=True)
    for each in found:
        cells = (_released(each), _since(each), _needs(each), _users(each.users))
        table.add_row(each.project, each.version, *cells, end_section=True)
    return table


def _released(status: Status) -> Text:
    yanked = (Text(f"{each} yanked", style="red") for each in status.yanked)
    return Text("\n").join([Text(status.release or "never"), *yanked])


def _since(status: Status) -> str:
    if status.release is None:
        return ""
    if status.since is None:
        return "history does not\nreach so far:\ngit fetch --unshallow"
    return f"{_count(status.since.commits, 'commit')}\n{_count(status.since.files, 'file')}"


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _needs(status: Status) -> Text:
    level = status.needed.level
    if status.release is None:
        return Text(f"first: {status.following}", style="dim")
    if level is None:
        return Text("cannot say, see below", style="red")
    following = f": {status.following}" if level else ""
    return Text(f"{level}{following}", style=COLOURS[level])


def _users(users: Iterable[User]) -> Text:
    return Text("\n").join(Text(f"{each} {each.state}", style=COLOURS[each.state]) for each in users)


if __name__ == "__main__":
    main(prog_name="./dev status")
