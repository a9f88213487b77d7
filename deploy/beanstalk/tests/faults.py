"""The platform in virtual time with faults, a program that dies, and a store in memory, for tests."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from ogrom_deploy.memory import Behaviour, MemoryPlatform, SimulatedTask, Span
from ogrom_deploy.model import Colour, Fleet, Task, Version, Weights
from ogrom_deploy.ports import Conflict, PlatformError


class Crash(BaseException):
    """The deploy program died here. Only a test catches it, since no program sees its own death."""


@dataclass(frozen=True)
class FaultPlan:
    """The faults of a run, and when they happen.

    Attributes:
        refused: which orders are refused, counted from 0.
        unheard: which orders are taken, although the program is told that they failed.
        blind: which observations fail, counted from 0.
        silent: from when until when nobody measures health.
        deaths: when an instance of which environment dies.
        undone: which tasks on the database fail without an effect, counted from 0.
        unseen: which tasks have their effect, although their end says that they failed.
        crash: the call, to the platform or its store, at which the program itself dies, counted from 0.
    """

    refused: frozenset[int] = frozenset()
    unheard: frozenset[int] = frozenset()
    blind: frozenset[int] = frozenset()
    silent: tuple[tuple[float, float], ...] = ()
    deaths: tuple[tuple[float, Colour], ...] = ()
    undone: frozenset[int] = frozenset()
    unseen: frozenset[int] = frozenset()
    crash: int | None = None

    def measures(self, at: float) -> bool:
        """Whether health is measured at this time."""
        return not any(begin <= at < end for begin, end in self.silent)


@dataclass
class FaultyPlatform(MemoryPlatform):
    """The platform in virtual time, with faults."""

    faults: FaultPlan = FaultPlan()
    calls: int = 0
    _orders: int = 0
    _observations: int = 0
    _started_tasks: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.deaths = sorted(self.faults.deaths)

    @classmethod
    def serving(
        cls,
        label: str,
        instances: int = 2,
        *,
        behaviours: Mapping[str, Behaviour] | None = None,
        faults: FaultPlan | None = None,
    ) -> Self:
        """A platform where a version has been serving on blue for a long time."""
        platform = cls(behaviours or {}, faults=faults or FaultPlan())
        platform.preload("blue", label, instances)
        return platform

    @property
    def weights(self) -> Weights:
        """The traffic between both environments."""
        return self._weights

    @property
    def spans(self) -> Sequence[Span]:
        """The traffic so far, in order of time."""
        return self._spans

    @property
    def unserved(self) -> AbstractSet[tuple[str, str]]:
        """Each version that ran on the database at a phase that it does not serve, with the phase."""
        return self._unserved

    def become(self, label: str, behaviour: Behaviour) -> None:
        """Let a version behave otherwise from now on."""
        self.behaviours = {**self.behaviours, label: behaviour}
        for side in self._sides.values():
            for each in side.machines:
                if each.label == label:
                    each.behaviour = behaviour

    def revive(self) -> None:
        """Let the program start again; it does not die twice."""
        self.faults = replace(self.faults, crash=None)

    def enter(self) -> None:
        """Count a call; from the one that the fault plan names, the program dies at each."""
        if self.faults.crash is not None and self.calls >= self.faults.crash:
            raise Crash
        self.calls += 1
        super().enter()

    def observe(self) -> Fleet:
        number, self._observations = self._observations, self._observations + 1
        fleet = super().observe()
        if number in self.faults.blind:
            raise PlatformError("the platform does not answer; try again")
        return fleet

    def publish(self, version: Version) -> None:
        with self._order():
            super().publish(version)

    def deploy(self, colour: Colour, version: Version) -> None:
        with self._order():
            super().deploy(colour, version)

    def scale(self, colour: Colour, instances: int) -> None:
        with self._order():
            super().scale(colour, instances)

    def shift(self, weights: Weights) -> None:
        with self._order():
            super().shift(weights)

    def run(self, task: Task) -> None:
        with self._order():
            super().run(task)

    def _started(self, task: Task) -> SimulatedTask:
        number, self._started_tasks = self._started_tasks, self._started_tasks + 1
        run = super()._started(task)
        if number in self.faults.undone:
            run.acts_at = math.inf
        if number in self.faults.undone | self.faults.unseen:
            run.fault = "the connection to the database broke"
        return run

    @contextmanager
    def _order(self) -> Iterator[None]:
        """One order: refused, taken, or taken without an answer, as the fault plan says."""
        number, self._orders = self._orders, self._orders + 1
        if number in self.faults.refused:
            self.enter()
            raise PlatformError("the platform refuses every order just now; try again")
        yield
        if number in self.faults.unheard:
            raise PlatformError(
                "the connection broke before the platform had answered; look whether it did it"
            )

    def _advance(self, seconds: float) -> None:
        end = self._now + seconds
        while self.deaths and self.deaths[0][0] <= end:
            at, colour = self.deaths.pop(0)
            super()._advance(at - self._now)
            for each in self._sides[colour].serving(self._now)[:1]:
                each.dies_at = self._now
        super()._advance(end - self._now)

    def _measure(self) -> None:
        if self.faults.measures(self._now):
            super()._measure()


def _nothing() -> None:
    pass


@dataclass
class MemoryStore:
    """A Store in memory; owns its records.

    Attributes:
        enter: is called before everything else, and may raise.
    """

    enter: Callable[[], None] = _nothing
    _records: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    _writes: int = 0

    def read(self, name: str) -> tuple[bytes, str] | None:
        self.enter()
        return self._records.get(name)

    def write(self, name: str, content: bytes, *, tag: str | None) -> str:
        self.enter()
        self._expect(name, tag)
        self._writes += 1
        self._records[name] = content, str(self._writes)
        return str(self._writes)

    def delete(self, name: str, *, tag: str) -> None:
        self.enter()
        self._expect(name, tag)
        del self._records[name]

    def names(self, prefix: str) -> Iterator[str]:
        self.enter()
        return iter(sorted(each for each in self._records if each.startswith(prefix)))

    def _expect(self, name: str, tag: str | None) -> None:
        _, current = self._records.get(name, (b"", None))
        if current != tag:
            raise Conflict(name)
