"""What happened in a rehearsal and when, for its report."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self, TypeAlias

from ogrom_deploy.model import Colour

from .load import Summary

Kind: TypeAlias = Literal["phase", "weights", "started", "ready", "stopping", "ended", "died", "note"]


@dataclass(frozen=True)
class TimelineEvent:
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


class Timeline:
    """Grows while the rehearsal goes on; any thread may add to it."""

    def __init__(self) -> None:
        self._events: list[TimelineEvent] = []

    def __iter__(self) -> Iterator[TimelineEvent]:
        return iter(tuple(self._events))

    def add(
        self,
        kind: Kind,
        text: str,
        colour: Colour | None = None,
        *,
        green: int = 0,
        at: float | None = None,
    ) -> None:
        """Say that something happened; just now, if not at another time."""
        self._events.append(TimelineEvent(time.monotonic() if at is None else at, kind, text, colour, green))

    def between(self, begin: float, end: float) -> tuple[TimelineEvent, ...]:
        """What happened in a while."""
        return tuple(each for each in self if begin <= each.at <= end)


FIRST_ENDS = "seconds until the first deploy has ended"
"""The figure by which a picture can be of that one only, where there are many."""


@dataclass(frozen=True)
class Check:
    """Something that had to hold; where it does not, the rehearsal has failed.

    Attributes:
        what: had to hold, for a person.
        holds: whether it did.
        found: what was found.
    """

    what: str
    holds: bool
    found: str


@dataclass(frozen=True)
class Goal:
    """Something that we want to be so fast; a busy machine may miss it, so it fails nobody.

    Attributes:
        what: is measured.
        value: that was.
        limit: that it is not to exceed.
        unit: of both: `s` or `x`, times.
        told: how it was measured, for a person.
    """

    what: str
    value: float
    limit: float
    unit: str
    told: str = ""

    @property
    def met(self) -> bool:
        """Whether it is within the limit."""
        return self.value <= self.limit

    def __str__(self) -> str:
        return f"{self.what} {self.value:.2f} {self.unit} ({self.limit:g} {self.unit} at most)"


@dataclass(frozen=True)
class ScenarioResult:
    """How a scenario went.

    Attributes:
        name: of the scenario.
        title: what it is about, for a person.
        checks: what had to hold.
        goals: how fast it is to be.
        summary: every request of the load.
        begin, end: of the load, by `time.monotonic()`.
        timeline: what happened meanwhile.
        figures: further numbers by name.
        control: whether requests had to be lost, so that we see that losses would be seen.
    """

    name: str
    title: str
    checks: tuple[Check, ...]
    goals: tuple[Goal, ...]
    summary: Summary
    begin: float
    end: float
    timeline: tuple[TimelineEvent, ...]
    figures: Mapping[str, float] = field(default_factory=dict)
    control: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything held that had to; of nothing, nothing is known."""
        return bool(self.checks) and all(each.holds for each in self.checks)

    def until(self, moment: float) -> Self:
        """Only what was before a moment of `time.monotonic()`, for a picture with more detail."""
        timeline = tuple(each for each in self.timeline if each.at < moment)
        end = min(self.end, moment)
        return replace(self, summary=self.summary.between(self.begin, end), end=end, timeline=timeline)

    @property
    def broken(self) -> tuple[Check, ...]:
        """What did not hold."""
        return tuple(each for each in self.checks if not each.holds)
