"""What people and programs see: plans, the fleet, the history, and a deployment while it runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from types import TracebackType
from typing import Self

import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from .config import Drift
from .events import Aborting, Begun, Ended, Event, Finished, Measured, Noted, Outcome, Shifted
from .history import Record
from .lock import Lock, format_time
from .model import COLOURS, Colour, Fleet, Weights
from .plan import Plan
from .schema import Database

BAR = 40
DIFFERENCES = 10
"""So many of an environment are shown."""
VALUE = 60
"""So many characters of an option's value are."""
OUTCOMES: Mapping[Outcome, str] = {
    "begun": "yellow",
    "done": "green",
    "failed": "red",
    "aborted": "yellow",
    "lost": "red",
    "stuck": "bold red",
}
"""How each is coloured."""


def duration(seconds: float) -> str:
    """Such as `4.2 s` or `5 min 43 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"


def say(console: Console, text: str, style: str = "") -> None:
    """Print a line as it is; a terminal wraps it, a file does not."""
    console.print(Text(text, style), soft_wrap=True)


def print_plan(console: Console, plan: Plan) -> None:
    """A plan as a table, with what a person should know below it."""
    say(console, plan.summary, "bold")
    if plan.steps:
        table = _table("", "step", "expected")
        for number, step in enumerate(plan.steps, 1):
            table.add_row(str(number), step.title, duration(step.expected))
        table.add_section()
        table.add_row("", "all of it", duration(plan.expected))
        console.print(table)
    for line in plan.clients.lines:
        say(console, line, "yellow")
    for note in plan.notes:
        say(console, f"Note: {note}", "yellow")


def print_status(console: Console, fleet: Fleet, lock: Lock | None, last: Record | None) -> None:
    """The fleet, who has the lock, and what was done last."""
    table = _table("", "traffic", "version", "healthy", "state")
    for colour in COLOURS:
        side = fleet[colour]
        healthy = sum(each.health == "ok" and each.version == side.version for each in side.instances)
        state = "steady" if side.steady else "busy"
        table.add_row(
            Text(colour, colour),
            f"{fleet.weights[colour]} %",
            side.version or "none",
            f"{healthy} of {side.wanted}",
            "; ".join((state, *side.causes)),
        )
    console.print(table)
    console.print(bar(fleet.weights))
    say(console, f"Locked by {lock}" if lock else "Not locked.")
    if last:
        say(console, f"Last: {_told(last)}")


def print_database(console: Console, database: Database) -> None:
    """How far the database has come; nothing where no act has done something to it."""
    if database == Database():
        return
    say(console, f"The database is at {str(database.certain) or 'no phase that is known'}.")
    if database.possible != database.certain:
        say(
            console,
            f"It may be at {database.possible}: a task for that was begun, and nobody has seen it end well.",
            "yellow",
        )


def print_drift(console: Console, drift: Drift) -> None:
    """How the environments differ from their template: the first differences of each, and how many more there are."""
    for colour, differences in drift.items():
        if not differences:
            say(console, f"{colour} is as its template says.")
            continue
        count = "1 option" if len(differences) == 1 else f"{len(differences)} options"
        say(console, f"{colour} differs from its template in {count}:", "yellow")
        for each in differences[:DIFFERENCES]:
            say(console, f"  {replace(each, wanted=_cut(each.wanted), observed=_cut(each.observed))}")
        if more := len(differences[DIFFERENCES:]):
            say(console, f"  and {more} more: `status --json` shows all of them.")
    if any(drift.values()):
        say(console, "Update its stack, or write into the template what shall stay; an update sets it back.")


def print_history(console: Console, records: Iterable[Record]) -> None:
    """What was done, the last act first."""
    table = _table("began", "who", "act", "version", "took", "outcome")
    reasons = []
    for each in records:
        outcome = "interrupted" if each.outcome == "begun" else each.outcome
        version = f"{each.before or 'nothing'} -> {each.version.label}" if each.steps else each.version.label
        table.add_row(
            format_time(each.began),
            each.who,
            each.act,
            version,
            duration(each.seconds),
            Text(outcome, OUTCOMES[each.outcome]),
        )
        if why := each.reason or each.message:
            reasons.append(f"{format_time(each.began)}  {why}")
        if each.allowed:
            reasons.append(f"{format_time(each.began)}  clients break: {each.allowed}")
    console.print(table)
    for reason in reasons:
        say(console, reason)


def bar(weights: Weights) -> Text:
    """The traffic as a bar, a character for 2.5 %; a side with any traffic has at least one."""
    green = round(weights["green"] * BAR / 100)
    green = min(max(green, int(weights["green"] > 0)), BAR - int(weights["blue"] > 0))
    sides: tuple[tuple[Colour, int], ...] = (("blue", BAR - green), ("green", green))
    line = Text(f"  blue {weights['blue']:3} % ")
    for colour, width in sides:
        line.append(("█" if colour == "blue" else "▓") * width, colour)
    line.append(f" {weights['green']:3} % green")
    return line


def _cut(value: str) -> str:
    return value if len(value) <= VALUE else f"{value[: VALUE - 3]}..."


def _table(*titles: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title in titles:
        numeric = title in {"", "expected", "traffic", "took"}
        table.add_column(title, justify="right" if numeric else "left", overflow="fold")
    return table


def _told(record: Record) -> str:
    outcome = "interrupted" if record.outcome == "begun" else record.outcome
    why = f" ({record.reason})" if record.reason else ""
    # A contract is the live version's, which does not change; its message begins with its number.
    what = record.message if record.act == "contract" else record.version.label
    return f"{record.act} {what} by {record.who} at {format_time(record.began)}: {outcome}{why}"


_LONG = 2.0
"""A step that takes longer than this, in seconds, is announced before it is done."""


@dataclass
class Progress:
    """Prints a line for every step that is done and, at a terminal, below them what goes on; owns that place."""

    console: Console
    _live: Live | None = None
    _begun: Begun | None = None
    _measured: Measured | None = None
    _shifted: Shifted | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live = Live(console=self.console, transient=True, refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, event: Event) -> None:
        match event:
            case Begun():
                self._begun, self._measured = event, None
                self._announced(event)
            case Ended():
                self._ended(event)
            case Shifted():
                self._shifted = event
            case Measured():
                self._measured = event
            case Noted():
                say(self.console, f"{'':28}note: {event.text}", "yellow")
            case Aborting():
                self._begun = None
                say(self.console, f"Rolling back: {event.reason}", "bold yellow")
            case Finished():
                self._begun = None
                self._finished(event)
            case _:
                pass
        if self._live:
            self._live.update(self._now(event.at), refresh=True)

    def _announced(self, event: Begun) -> None:
        """Announce a long step in a log; a terminal shows it below the lines."""
        if not self._live and event.expected >= _LONG:
            say(self.console, f"{duration(event.expected):>26}  {event.title} ...", "dim")

    def _ended(self, event: Ended) -> None:
        expected = duration(self._begun.expected) if self._begun else ""
        line = Text(f"{duration(event.seconds):>11} of {expected:<11}  ", "green")
        line.append(event.title, "bold")
        if event.said:
            line.append(f"\n{'':28}{event.said}", "dim")
        self.console.print(line, soft_wrap=True)
        if self._shifted:
            self.console.print(Text(f"{'':26}") + bar(self._shifted.weights))
            self._shifted = None

    def _finished(self, event: Finished) -> None:
        where = f"{event.version or 'nobody knows what'} on {event.live}"
        text, style = {
            "done": (f"Done in {duration(event.seconds)}: {where} has all traffic.", "bold green"),
            "aborted": (
                f"Rolled back in {duration(event.seconds)}: {where} has all traffic, as before.",
                "bold yellow",
            ),
            "lost": ("Stopped: somebody else has the lock, and the fleet with it.", "bold red"),
        }.get(
            event.outcome,
            ("LOOK NOW: it is not certain that any healthy version has the traffic.", "bold red"),
        )
        say(self.console, text, style)
        if event.reason and event.outcome != "aborted":
            say(self.console, event.reason)

    def _now(self, at: float) -> Group:
        """The step that goes on, its time against the expected one, and the last figures."""
        if not (begun := self._begun):
            return Group()
        spent = f"{duration(at - begun.at)} of {duration(begun.expected)}"
        parts: list[Text | Spinner] = [
            Spinner("dots", Text(f"{begun.number}/{begun.total}  {begun.title}  {spent}"), style="cyan")
        ]
        if seen := self._measured:
            parts.append(Text(f"       {seen.colour} at {seen.weight} %: {seen.verdict}", "dim"))
        return Group(*parts)


def print_json_line(event: Event) -> None:
    """Print an event as one line of JSON; `event` is its name in lower case."""
    values = {each.name: getattr(event, each.name) for each in fields(event)}
    line = msgspec.json.encode({"event": type(event).__name__.lower(), **values})
    print(line.decode(), flush=True)
