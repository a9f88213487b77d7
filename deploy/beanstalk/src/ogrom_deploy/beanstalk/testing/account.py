"""The stand-in's state: two environments, versions, clients' traffic, and a clock that only `wait` moves."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from .behaviour import Behaviour, Fault, Times
from .measures import Measured, Minute, Traffic, measure
from .side import Machine, Side

NAMES = ("ogrom-blue", "ogrom-green")
SAMPLE = "Sample Application"
START = 1_800_000_000.0
"""Seconds of the epoch: a whole minute."""


@dataclass
class Account:
    """An account of AWS with one application; owns all that happens in it.

    Attributes:
        targets: the ARNs of blue's and green's groups of targets.
        behaviours: how versions behave, by label; those that are not named are well.
        times: how long things take.
        rate: how many requests a second clients send.
        shares: how clients' requests are divided, in percent by the ARN of a group of targets.
        clock: the time, in seconds of the epoch.
        silent: the environments whose health nobody measures.
        blind: those whose agents have no log to read.
        refusals: what an operation refuses with the next times it is called.
        versions: when each label is processed, below 0 for never, and its bundle.
        descriptions: what each label was described as.
        calls: how often each operation was called.
        lost: how many of the clients' requests met nobody.
    """

    targets: tuple[str, str]
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    times: Times = Times()
    rate: float = 20.0
    shares: Mapping[str, int] = field(default_factory=dict)
    clock: float = START
    silent: set[str] = field(default_factory=set)
    blind: set[str] = field(default_factory=set)
    refusals: dict[str, deque[Fault]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    versions: dict[str, tuple[float, Mapping[str, str]]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    lost: float = 0.0

    def __post_init__(self) -> None:
        self.sides = {
            name: Side(
                name,
                f"e-{name}",
                f"{name}.eu-central-1.elasticbeanstalk.com",
                targets,
                self.times,
                self.behaviour,
            )
            for name, targets in zip(NAMES, self.targets, strict=True)
        }
        self.measured = {name: Measured() for name in NAMES}
        self.traffic = {name: Traffic() for name in NAMES}
        self.minutes: dict[tuple[str, float], Minute] = {}
        self.shares = self.shares or {self.targets[0]: 100, self.targets[1]: 0}

    def serve(self, name: str, label: str, instances: int) -> None:
        """Let an environment have served a version for long."""
        self.versions[label] = (0.0, {"S3Bucket": "elsewhere", "S3Key": f"{label}.zip"})
        self.sides[name].version = label
        self._run(name, label, instances)

    def make(self, name: str, instances: int) -> None:
        """Let an environment be as the stack makes it: nothing is deployed, and AWS's own sample runs on it."""
        self._run(name, SAMPLE, instances)

    def _run(self, name: str, label: str, instances: int) -> None:
        side = self.sides[name]
        side.least = side.most = side.desired = instances
        side.machines = [Machine(f"i-{name}{number}", 0.0, label) for number in range(instances)]
        self._measure(self.clock)

    def behaviour(self, label: str) -> Behaviour:
        """How a version behaves."""
        return self.behaviours.get(label, Behaviour())

    def refuse(
        self, operation: str, code: str, message: str = "", *, times: int = 1, status: int = 400
    ) -> None:
        """Let an operation fail the next times it is called."""
        self.refusals.setdefault(operation, deque()).extend(
            Fault(code, message, status) for _ in range(times)
        )

    def enter(self, operation: str) -> None:
        """Count a call, and refuse it where that was asked for."""
        self.calls[operation] += 1
        if waiting := self.refusals.get(operation):
            raise waiting.popleft()

    def now(self) -> float:
        """The time."""
        return self.clock

    def wait(self, seconds: float) -> None:
        """Let time go by, from one moment at which something changes to the next."""
        end = self.clock + seconds
        while self.clock < end:
            step = self.times.measure
            measuring = (self.clock // step + 1) * step
            due = [each.busy_until for each in self.sides.values() if each.busy_until > self.clock]
            until = min(end, measuring, *due)
            self._flow(self.clock, until)
            self.clock = until
            for side in self.sides.values():
                side.advance(until)
            if until == measuring:
                self._measure(until)

    def _flow(self, begin: float, end: float) -> None:
        """Let clients ask for a while, in which nothing changes."""
        total = sum(self.shares.values()) or 1
        for name, side in self.sides.items():
            requests = self.rate * (end - begin) * self.shares.get(side.targets, 0) / total
            serving = side.serving(begin)
            if not serving:
                self.lost += requests
            self.traffic[name].add(requests, self.behaviour(serving[0].version) if serving else None)
            minute = self.minutes.setdefault((side.targets, begin // 60 * 60), Minute())
            minute.add(requests, self.behaviour(serving[0].version) if serving else None)

    def _measure(self, now: float) -> None:
        for name, side in self.sides.items():
            if name not in self.silent:
                self.measured[name] = measure(
                    side, self.traffic[name], now, self.times.measure, blind=name in self.blind
                )
            self.traffic[name] = Traffic()
