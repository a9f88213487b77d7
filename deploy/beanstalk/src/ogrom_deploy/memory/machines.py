"""The instances and environments in memory. Their state is owned by the platform that made them."""

import math
from dataclasses import dataclass, field

from ..model import Colour, Health, Instance
from .behaviour import Behaviour

WARM = 3
"""So many requests warm an instance up."""


@dataclass
class Machine:
    """One instance."""

    id: str
    label: str
    behaviour: Behaviour
    ready_at: float
    dies_at: float = math.inf
    requests: float = 0.0

    def health(self, at: float) -> Health:
        """Its health at a time."""
        if at >= self.dies_at:
            return "failing"
        if at < self.ready_at:
            return "pending"
        return "ok" if self.behaviour.healthy else "failing"

    @property
    def version(self) -> str:
        """What it runs in truth."""
        return self.behaviour.says or self.label

    @property
    def seconds(self) -> float:
        """How long its next request takes."""
        return self.behaviour.p99 + self.behaviour.cold / 2 ** min(self.requests, 60.0)

    @property
    def is_warm(self) -> bool:
        return self.requests >= WARM


@dataclass
class Side:
    """One environment."""

    colour: Colour
    version: str = ""
    machines: list[Machine] = field(default_factory=list)
    steady_at: float = 0.0
    measured_at: float = 0.0
    measured: tuple[Instance, ...] = ()

    def serving(self, at: float) -> list[Machine]:
        """The instances that serve at a time."""
        return [each for each in self.machines if each.health(at) == "ok"]

    def measure(self, at: float) -> None:
        """See how every instance is."""
        self.measured_at = at
        self.measured = tuple(Instance(each.id, each.version, each.health(at)) for each in self.machines)

    def turns(self) -> list[float]:
        """When something changes by itself."""
        return [time for each in self.machines for time in (each.ready_at, each.dies_at)]
