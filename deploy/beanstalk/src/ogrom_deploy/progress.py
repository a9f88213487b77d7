"""Shows a deployment while it runs: to a person at a terminal, in a log, or to a program."""

import sys
from dataclasses import dataclass, field, fields
from types import TracebackType
from typing import Self, TextIO

import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from .events import Aborting, Begun, Ended, Event, Finished, Measured, Noted, Shifted
from .tables import bar, duration, say

_LONG = 2.0
"""How long a step takes, in seconds, that is told of before it is done."""


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
                say(self.console, f"Leading back: {event.reason}", "bold yellow")
            case Finished():
                self._begun = None
                self._finished(event)
            case _:
                pass
        if self._live:
            self._live.update(self._now(event.at), refresh=True)

    def _announced(self, event: Begun) -> None:
        """Tell a log of what will take a while; a terminal sees it below the lines."""
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
                f"Led back in {duration(event.seconds)}: {where} has all traffic, as before.",
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


@dataclass(frozen=True)
class JsonLines:
    """Prints one JSON object a line for every event: `event` is its name in lower case."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stream.flush()

    def __call__(self, event: Event) -> None:
        values = {each.name: getattr(event, each.name) for each in fields(event)}
        line = msgspec.json.encode({"event": type(event).__name__.lower(), **values})
        self.stream.write(line.decode() + "\n")
        self.stream.flush()
