"""Events of a running deployment, for the terminal, CI and the history."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .model import Colour, Figures, Weights

Outcome: TypeAlias = Literal["begun", "done", "failed", "aborted", "lost", "stuck"]
"""How an act ended.

`begun`: not yet; `done`: the version is live, or the size reached; `failed`: the size was not reached; `aborted`:
rolled back, the other version is live as before; `lost`: somebody else took the lock; `stuck`: unknown, look now.
"""


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
    """A step is done; it took this many seconds."""

    number: int
    title: str
    seconds: float
    said: str


@dataclass(frozen=True)
class Shifted(Event):
    """The traffic has been shifted to these weights."""

    weights: Weights


@dataclass(frozen=True)
class Measured(Event):
    """What clients got from the new side, and from the old one in the same period."""

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
    """The deployment rolls back from here."""

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
