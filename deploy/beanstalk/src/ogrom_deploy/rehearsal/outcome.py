"""What a scenario has come to: what had to hold, what was measured, and all that a picture of it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from ogrom_deploy.load import Tally

from .events import Event

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
class Outcome:
    """How a scenario went.

    Attributes:
        name: of the scenario.
        title: what it is about, for a person.
        checks: what had to hold.
        goals: how fast it is to be.
        tally: every request of the load.
        begin, end: of the load, by `time.monotonic()`.
        events: what happened meanwhile.
        figures: further numbers by name.
        control: whether requests had to be lost, so that we see that losses would be seen.
    """

    name: str
    title: str
    checks: tuple[Check, ...]
    goals: tuple[Goal, ...]
    tally: Tally
    begin: float
    end: float
    events: tuple[Event, ...]
    figures: Mapping[str, float] = field(default_factory=dict)
    control: bool = False

    @property
    def passed(self) -> bool:
        """Whether everything held that had to; of nothing, nothing is known."""
        return bool(self.checks) and all(each.holds for each in self.checks)

    def until(self, moment: float) -> Self:
        """Only what was before a moment of `time.monotonic()`, for a picture with more detail."""
        events = tuple(each for each in self.events if each.at < moment)
        end = min(self.end, moment)
        return replace(self, tally=self.tally.between(self.begin, end), end=end, events=events)

    @property
    def broken(self) -> tuple[Check, ...]:
        """What did not hold."""
        return tuple(each for each in self.checks if not each.holds)
