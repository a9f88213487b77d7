"""What a deployment tells while it runs: to a terminal, to CI, to the history."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .model import Colour, Figures, Weights

Outcome: TypeAlias = Literal["begun", "done", "failed", "aborted", "lost", "stuck"]
"""Not at its end yet; the version is live, or the size reached; it is not; the other version is live, as before;
somebody else took the lock; nobody knows, so look."""


@dataclass(frozen=True)
class Event:
    """Something that happened at a time, in seconds on the platform's clock."""

    at: float


@dataclass(frozen=True)
class Begun(Event):
    """A step begins; `number` counts from 1."""

    number: int
    total: int
    title: str
    expected: float


@dataclass(frozen=True)
class Ended(Event):
    """A step has been done, in so many seconds."""

    number: int
    title: str
    seconds: float
    said: str


@dataclass(frozen=True)
class Shifted(Event):
    """The traffic is divided so from now on."""

    weights: Weights


@dataclass(frozen=True)
class Measured(Event):
    """What clients got from the new side, and from the old one in the same while."""

    colour: Colour
    weight: int
    new: Figures
    old: Figures
    verdict: str


@dataclass(frozen=True)
class Noted(Event):
    """Something that a person should know."""

    text: str


@dataclass(frozen=True)
class Aborting(Event):
    """It leads back from here."""

    reason: str


@dataclass(frozen=True)
class Finished(Event):
    """The end.

    Attributes:
        outcome: how it ended.
        reason: why, or empty for what went as planned.
        live: the environment that has the traffic, as far as is known.
        version: the label that it serves; empty where nobody knows.
        seconds: how long all of it took.
    """

    outcome: Outcome
    reason: str
    live: Colour
    version: str
    seconds: float


Listener: TypeAlias = Callable[[Event], None]
