"""Versions, environments and the traffic between them, as frozen values."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .schema import NOTHING, Phase, Schema

Colour: TypeAlias = Literal["blue", "green"]
"""Which of the two environments."""

COLOURS: tuple[Colour, Colour] = ("blue", "green")

Health: TypeAlias = Literal["ok", "pending", "failing", "unknown"]
"""`ok`: serves; `pending`: starts or stops; `failing`: does not serve; `unknown`: no report."""

Weights: TypeAlias = Mapping[Colour, int]
"""The share of the traffic of each environment, in percent; they add up to 100."""


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that so many percent of them do not exceed; 0.0 for no values.

    Raises:
        ValueError: the percentage is not above 0 and at most 100.
    """
    if not 0 < percent <= 100:
        raise ValueError(f"a percentile lies above 0 and not above 100, and {percent} does not")
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1] if values else 0.0


def other(colour: Colour) -> Colour:
    """The other environment."""
    return "green" if colour == "blue" else "blue"


def all_to(colour: Colour) -> Weights:
    """All traffic to one environment."""
    return {colour: 100, other(colour): 0}


@dataclass(frozen=True)
class Version:
    """Something that can be deployed; it never changes.

    Attributes:
        label: its name, the first 12 hexadecimal digits of its git revision.
        artefact: an image with its digest, or the folder of an installation.
        schema: which phases of the database it serves; None if it does not say.
    """

    label: str
    artefact: str = ""
    schema: Schema | None = None


TaskKind: TypeAlias = Literal["expand", "backfill", "scan", "contract"]
"""What a task does: add a form of the data; fill it; see that a backfill is finished, or that a contract would do no
harm; take the old form away."""


@dataclass(frozen=True)
class Task:
    """Something that is done to the database by a version's image, as the user that may change tables.

    Attributes:
        kind: what it does.
        version: by whose image.
        change: the number of the backfill or contract that it is about; empty for an expand, which does all that the
            image brings.
    """

    kind: TaskKind
    version: Version
    change: str = ""

    @property
    def effect(self) -> Phase:
        """What the database has come to at least when it has ended well."""
        schema, change = self.version.schema or NOTHING, frozenset({self.change})
        match self.kind:
            case "expand":
                return Phase(schema.expand)
            case "contract":
                return Phase(contracts=change)
            case "scan":
                return Phase(backfills=change & set(schema.backfills))
            case "backfill":
                return Phase(backfills=change)

    @property
    def title(self) -> str:
        """What it does, for a person."""
        match self.kind:
            case "expand":
                return f"Expand the database to {self.effect}, by a task of {self.version.label}"
            case "backfill":
                return f"Fill the database by backfill {self.change}, by a task of {self.version.label}"
            case "scan" if self.effect.backfills:
                return f"See that backfill {self.change} of the database is finished, and its forms agree"
            case "scan":
                return f"See that contract {self.change} of the database would do no harm"
            case "contract":
                return f"Carry out contract {self.change} of the database, by a task of {self.version.label}"

    def __str__(self) -> str:
        """Such as `scan 0007`."""
        return f"{self.kind} {self.change or self.effect}"


TASK_OPTIONS: Mapping[TaskKind, str] = {"backfill": "--backfill", "scan": "--scan", "contract": "--contract"}
"""The options of `ogrom-api migrate`, each with the number of the change; an expand has none."""


@dataclass(frozen=True)
class TaskReport:
    """How a task goes: `running`, `done` or `failed`, and its last words."""

    state: Literal["running", "done", "failed"]
    said: str = ""


@dataclass(frozen=True)
class Instance:
    """One instance of an environment.

    Attributes:
        id: the platform's name for it.
        version: the label that it runs; empty if it does not say.
        health: as the platform reports it.
    """

    id: str
    version: str
    health: Health


@dataclass(frozen=True)
class Environment:
    """One of the two environments, as it was observed.

    Attributes:
        colour: which one.
        version: the label that was last deployed to it; empty for none.
        wanted: how many instances it is to have.
        instances: those that it has.
        steady: whether the last order is done, so that it takes the next one.
        measured_at: when the instances' health was measured, in seconds on the platform's clock.
        causes: why it is unhealthy, in the platform's words.
    """

    colour: Colour
    version: str
    wanted: int
    instances: tuple[Instance, ...]
    steady: bool
    measured_at: float
    causes: tuple[str, ...] = ()

    def serves(self, version: str) -> bool:
        """Whether it has as many instances as wanted, and each of them serves this version."""
        return (
            self.steady
            and len(self.instances) >= max(self.wanted, 1)
            and all(each.health == "ok" and each.version == version for each in self.instances)
        )


@dataclass(frozen=True)
class Fleet:
    """Both environments and the traffic between them, observed together."""

    blue: Environment
    green: Environment
    weights: Weights

    def __getitem__(self, colour: Colour) -> Environment:
        return self.blue if colour == "blue" else self.green

    @property
    def live(self) -> Colour:
        """The environment with most of the traffic; blue if neither has more."""
        return "green" if self.weights["green"] > self.weights["blue"] else "blue"

    @property
    def idle(self) -> Colour:
        """The other one."""
        return other(self.live)


@dataclass(frozen=True)
class Probe:
    """A request that the deploy program itself sent to an environment, and its response.

    Attributes:
        path: requested with GET.
        status: of the response; 0 if there was none.
        seconds: from the first byte sent to the last one received.
        release: the response's Ogrom-Release; empty if it has none.
        fault: why there was no response; empty if there was one.
    """

    path: str
    status: int
    seconds: float
    release: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Figures:
    """What clients got from one environment in a period.

    Attributes:
        requests: how many were answered or failed.
        errors: how many of them ended with a status of 500 or more, or without a response.
        p50, p99: of their duration, in seconds; 0.0 if there were none.
    """

    requests: int
    errors: int
    p50: float
    p99: float

    @property
    def error_rate(self) -> float:
        """The share of errors, 0.0 to 1.0."""
        return self.errors / self.requests if self.requests else 0.0
