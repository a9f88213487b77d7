"""What happened in a rehearsal and when, for its report."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ogrom_deploy.model import Colour

Kind: TypeAlias = Literal["phase", "weights", "started", "ready", "stopping", "ended", "died", "note"]


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        at: when, by `time.monotonic()`.
        kind: what sort of thing.
        text: what, for a person.
        colour: where; None where it is about no environment.
        green: how much of the traffic green gets from now on, in percent; of `weights` only.
    """

    at: float
    kind: Kind
    text: str
    colour: Colour | None = None
    green: int = 0


class Events:
    """Grows while the rehearsal goes on; any thread may add to it."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._events))

    def add(
        self, kind: Kind, text: str, colour: Colour | None = None, *, green: int = 0, at: float | None = None
    ) -> None:
        """Say that something happened; just now, if not at another time."""
        self._events.append(Event(time.monotonic() if at is None else at, kind, text, colour, green))

    def between(self, begin: float, end: float) -> tuple[Event, ...]:
        """What happened in a while."""
        return tuple(each for each in self if begin <= each.at <= end)
