"""The platform: two environments, a balancer and clients, all in virtual time."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from ..model import COLOURS, Colour, Environment, Figures, Fleet, Probe, Version, Weights, all_to
from ..ports import PlatformError
from .behaviour import Behaviour, Crash, Script
from .machines import Machine, Side
from .traffic import Span, Traffic

CALL = 0.05
"""How long a call takes, in seconds."""


@dataclass
class Memory:
    """A Platform; owns its clock and all that happens on it.

    Attributes:
        behaviours: how versions behave; those that are not named are well.
        script: what goes wrong.
        rate: how many requests a second clients send.
        period: how often health is measured, in seconds.
    """

    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    script: Script = Script()
    rate: float = 200.0
    period: float = 5.0
    _now: float = 0.0
    _calls: int = 0
    _orders: int = 0
    _observations: int = 0
    _machines: int = 0
    _weights: Weights = field(default_factory=lambda: all_to("blue"))
    _published: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._sides: dict[Colour, Side] = {each: Side(each) for each in COLOURS}
        self._traffic = Traffic(self.rate)
        self._deaths = sorted(self.script.deaths)

    @classmethod
    def serving(
        cls,
        label: str,
        instances: int = 2,
        *,
        behaviours: Mapping[str, Behaviour] | None = None,
        script: Script | None = None,
    ) -> "Memory":
        """One in which a version has served for long, on blue."""
        memory = cls(behaviours or {}, script or Script())
        memory.settle("blue", label, instances)
        return memory

    def settle(self, colour: Colour, label: str, instances: int) -> None:
        """Have an environment serve a version as if it had done so for long."""
        side = self._sides[colour]
        self._published.add(label)
        side.version = label
        side.machines = [self._machine(label, -math.inf) for _ in range(instances)]
        for each in side.machines:
            each.requests = math.inf
        side.measure(self._now)

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both environments."""
        return self._sides["blue"], self._sides["green"]

    @property
    def weights(self) -> Weights:
        """The traffic between them."""
        return self._weights

    @property
    def spans(self) -> Sequence[Span]:
        """What went where so far, in order of time."""
        return self._traffic.spans

    def enter(self) -> None:
        """Count a call, and let the program die at the one that the script names: from then on at each."""
        if self.script.crash is not None and self._calls >= self.script.crash:
            raise Crash
        self._calls += 1
        self._advance(CALL)

    def revive(self) -> None:
        """Let the program be started again; it does not die twice."""
        self.script = replace(self.script, crash=None)

    def observe(self) -> Fleet:
        """Both environments and the weights, as they are now; their health as it was measured last."""
        self.enter()
        self._observations += 1
        if self._observations - 1 in self.script.blind:
            raise PlatformError("the platform does not answer; try again")
        return Fleet(self._environment("blue"), self._environment("green"), dict(self._weights))

    def publish(self, version: Version) -> None:
        """Make a version known."""
        with self._order():
            self._published.add(version.label)

    def deploy(self, colour: Colour, version: Version) -> None:
        """Put a version on every instance of an environment."""
        with self._order():
            side = self._sides[colour]
            if side.version == version.label:
                return
            if version.label not in self._published:
                raise PlatformError(f"{version.label} is not published; publish it first")
            if self._weights[colour] > 0:
                raise PlatformError(
                    f"{colour} has {self._weights[colour]} % of the traffic; shift it away first"
                )
            self._expect_steady(side)
            side.version = version.label
            starts = self._behaviour(version.label).starts
            side.machines = [self._machine(version.label, self._now + starts) for _ in side.machines]
            side.steady_at = self._now + (starts if side.machines else 0.0)

    def scale(self, colour: Colour, instances: int) -> None:
        """Want so many instances in an environment."""
        with self._order():
            side = self._sides[colour]
            missing = instances - len(side.machines)
            if not missing:
                return
            self._expect_steady(side)
            if missing < 0:
                del side.machines[missing:]
                return
            starts = self._behaviour(side.version).starts
            side.machines += [self._machine(side.version, self._now + starts) for _ in range(missing)]
            side.steady_at = self._now + starts

    def probe(self, colour: Colour, paths: Sequence[str]) -> Sequence[Probe]:
        """Send a GET for each path to an environment by its own address."""
        self.enter()
        return [self._probe(self._sides[colour], turn, path) for turn, path in enumerate(paths)]

    def shift(self, weights: Weights) -> None:
        """Divide new requests so from now on."""
        with self._order():
            if set(weights) != set(COLOURS) or sum(weights.values()) != 100 or min(weights.values()) < 0:
                raise PlatformError(f"{dict(weights)} divides nothing: blue and green get 100 together")
            self._weights = dict(weights)

    def figures(self, colour: Colour, since: float) -> Figures:
        """What clients got from an environment since a moment."""
        self.enter()
        return self._traffic.figures(colour, since)

    def now(self) -> float:
        """The virtual clock, in seconds."""
        return self._now

    def wait(self, seconds: float) -> None:
        """Let so much time go by, in no time."""
        self.enter()
        self._advance(seconds)

    @contextmanager
    def _order(self) -> Iterator[None]:
        """One order: refused, taken, or taken without a word, as the script says."""
        self.enter()
        number, self._orders = self._orders, self._orders + 1
        if number in self.script.refused:
            raise PlatformError("the platform refuses every order just now; try again")
        yield
        if number in self.script.unheard:
            raise PlatformError(
                "the connection broke before the platform had answered; look whether it did it"
            )

    def _probe(self, side: Side, turn: int, path: str) -> Probe:
        if not (serving := side.serving(self._now)):
            return Probe(path, 0, 0.0, fault="no instance answers")
        machine = serving[turn % len(serving)]
        seconds = machine.seconds
        machine.requests += 1
        self._advance(seconds)
        return Probe(path, machine.behaviour.status, seconds, machine.version)

    def _environment(self, colour: Colour) -> Environment:
        side = self._sides[colour]
        causes = tuple(f"{each.id} does not answer" for each in side.measured if each.health == "failing")
        return Environment(
            colour,
            side.version,
            wanted=len(side.machines),
            instances=side.measured,
            steady=self._now >= side.steady_at,
            measured_at=side.measured_at,
            causes=causes,
        )

    def _machine(self, label: str, ready_at: float) -> Machine:
        self._machines += 1
        return Machine(f"i-{self._machines}", label, self._behaviour(label), ready_at)

    def _behaviour(self, label: str) -> Behaviour:
        return self.behaviours.get(label, Behaviour())

    def _expect_steady(self, side: Side) -> None:
        if self._now < side.steady_at:
            raise PlatformError(f"{side.colour} is busy with the last order; wait until it is steady")

    def _advance(self, seconds: float) -> None:
        """Let time go by, from one moment at which something changes to the next."""
        end = self._now + seconds
        sides = self.sides
        while self._now < end:
            measuring = (self._now // self.period + 1) * self.period
            times = (
                measuring,
                *(at for at, _ in self._deaths),
                *(at for each in sides for at in each.turns()),
            )
            until = min(end, *(each for each in times if each > self._now))
            self._traffic.flow(self._now, until, sides, self._weights)
            self._now = until
            while self._deaths and self._deaths[0][0] <= until:
                self._die(self._sides[self._deaths.pop(0)[1]])
            if until == measuring and self.script.measures(until):
                for each in sides:
                    each.measure(until)

    def _die(self, side: Side) -> None:
        for each in side.serving(self._now)[:1]:
            each.dies_at = self._now
