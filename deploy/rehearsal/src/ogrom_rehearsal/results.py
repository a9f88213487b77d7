"""What happened in a rehearsal, what had to hold, and what was measured."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self, TypeAlias

from ogrom_deploy.model import Colour

from .load import Summary

Kind: TypeAlias = Literal["phase", "weights", "started", "ready", "stopping", "ended", "died", "note"]


@dataclass(frozen=True)
class TimelineEvent:
    """An event.

    Attributes:
        at: when, by `time.monotonic()`.
        kind: its kind.
        text: for a person.
        colour: the environment; None if it concerns neither.
        green: green's share of the traffic from then on, in percent; of `weights` only.
    """

    at: float
    kind: Kind
    text: str
    colour: Colour | None = None
    green: int = 0


class Timeline:
    """The events of a rehearsal; any thread may add one."""

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
        """Add an event; by default it has happened now."""
        self._events.append(TimelineEvent(time.monotonic() if at is None else at, kind, text, colour, green))

    def between(self, begin: float, end: float) -> tuple[TimelineEvent, ...]:
        """The events of a period."""
        return tuple(each for each in self if begin <= each.at <= end)


FIRST_ENDS = "seconds until the first deploy has ended"
"""The figure that limits a chart to the first of several deploys."""


@dataclass(frozen=True)
class Check:
    """A condition; if it does not hold, the rehearsal has failed.

    Attributes:
        what: the condition, for a person.
        holds: whether it did.
        found: what was found.
    """

    what: str
    holds: bool
    found: str


@dataclass(frozen=True)
class Goal:
    """A target for speed; a busy machine may miss it, so it does not fail the rehearsal.

    Attributes:
        what: the figure.
        value: as measured.
        limit: the highest value that meets it.
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
        title: its subject, for a person.
        checks: what had to hold.
        goals: the targets.
        summary: every request of the load.
        begin, end: of the load, by `time.monotonic()`.
        timeline: what happened meanwhile.
        figures: further numbers by name.
        control: whether requests had to be lost, which shows that losses are noticed.
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
        """Whether all checks hold; without a check, nothing is known."""
        return bool(self.checks) and all(each.holds for each in self.checks)

    def until(self, moment: float) -> Self:
        """Only what was before a time on `time.monotonic()`'s clock, for a chart with more detail."""
        timeline = tuple(each for each in self.timeline if each.at < moment)
        end = min(self.end, moment)
        return replace(self, summary=self.summary.between(self.begin, end), end=end, timeline=timeline)

    def then(self, later: "ScenarioResult") -> Self:
        """Both, as one."""
        return replace(
            self,
            checks=self.checks + later.checks,
            goals=self.goals + later.goals,
            summary=Summary.of(
                (*self.summary.results, *later.summary.results), self.summary.planned + later.summary.planned
            ),
            end=later.end,
            timeline=self.timeline + later.timeline,
            figures={
                name: self.figures.get(name, 0.0) + later.figures.get(name, 0.0)
                for name in (*self.figures, *later.figures)
            },
        )

    @property
    def broken(self) -> tuple[Check, ...]:
        """What did not hold."""
        return tuple(each for each in self.checks if not each.holds)
