"""A platform in virtual time, for trying the deploy program out and for testing its laws."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from .config import Config, Connection, parse_table
from .model import (
    COLOURS,
    Colour,
    Environment,
    Figures,
    Fleet,
    Health,
    Instance,
    Probe,
    Task,
    TaskReport,
    Version,
    Weights,
    all_to,
)
from .ports import PlatformError, check_weights
from .schema import NOTHING, Phase, Schema
from .stores import FolderStore


@dataclass(frozen=True)
class Behaviour:
    """How instances of a version behave; by default they are healthy.

    Attributes:
        starts: how long one takes to start, in seconds.
        healthy: whether it then serves.
        says: the label that it runs in truth; empty for the one that was deployed.
        status: of responses to the deploy program.
        error_rate: the share of clients' requests that fail, 0.0 to 1.0.
        p99: of the time that a request takes, in seconds.
        cold: how much longer the first request takes; each halves that for the next.
    """

    starts: float = 20.0
    healthy: bool = True
    says: str = ""
    status: int = 200
    error_rate: float = 0.0
    p99: float = 0.04
    cold: float = 0.8


WARM = 3
"""The requests that it takes to warm an instance up."""


@dataclass
class Machine:
    """One instance."""

    id: str
    label: str
    behaviour: Behaviour
    ready_at: float
    dies_at: float = math.inf
    requests: float = 0.0
    serves: bool = True

    def health(self, at: float) -> Health:
        """Its health at a time; it cannot work on a database whose phase its version does not serve."""
        if at >= self.dies_at or not self.serves:
            return "failing"
        if at < self.ready_at:
            return "pending"
        return "ok" if self.behaviour.healthy else "failing"

    @property
    def version(self) -> str:
        """The version that it really runs."""
        return self.behaviour.says or self.label

    @property
    def seconds(self) -> float:
        """The duration of its next request."""
        return self.behaviour.p99 + self.behaviour.cold / 2 ** min(self.requests, 60.0)


@dataclass
class SimulatedEnvironment:
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
        """Measure the health of every instance."""
        self.measured_at = at
        self.measured = tuple(Instance(each.id, each.version, each.health(at)) for each in self.machines)

    def turns(self) -> list[float]:
        """The times at which something changes by itself."""
        return [time for each in self.machines for time in (each.ready_at, each.dies_at)]


@dataclass(frozen=True)
class Span:
    """A period in which nothing changed, for one environment that had traffic.

    Attributes:
        begin, end: in seconds on the platform's clock.
        colour, weight, version: what had how much of the traffic.
        serving, instances: how many of its instances served, and how many it had.
        warm: whether all that served had been warmed up when it began.
        requests, errors: of clients.
        p99: of their time, in seconds.
    """

    begin: float
    end: float
    colour: Colour
    weight: int
    version: str
    serving: int
    instances: int
    warm: bool
    requests: float
    errors: float
    p99: float


@dataclass
class SimulatedTask:
    """The last run of a task on the database.

    Attributes:
        acts_at: when it has its effect; never, if that is infinite.
        ends_at: when its end is seen.
        fault: why it fails; empty if it does not.
    """

    task: Task
    acts_at: float
    ends_at: float
    fault: str = ""

    def report(self, at: float) -> TaskReport:
        """How it goes at a time."""
        if at < self.ends_at:
            return TaskReport("running")
        return TaskReport("failed", self.fault) if self.fault else TaskReport("done")


CALL = 0.05
"""The duration of a call, in seconds."""


@dataclass
class MemoryPlatform:
    """A Platform and its Tasks in virtual time; owns its clock and state.

    Attributes:
        behaviours: how versions behave; those that are not named are well.
        rate: how many requests a second clients send.
        period: how often health is measured, in seconds.
        phase: of the database, in truth.
        snapshot_at: when the newest snapshot of the database was taken; None for never.
        task_seconds: how long a task takes; it has its effect after half of that.
    """

    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    rate: float = 200.0
    period: float = 5.0
    phase: Phase = Phase()
    snapshot_at: float | None = None
    task_seconds: float = 10.0
    _now: float = 0.0
    _machines: int = 0
    _weights: Weights = field(default_factory=lambda: all_to("blue"))
    _published: dict[str, Schema] = field(default_factory=dict)
    _runs: dict[str, SimulatedTask] = field(default_factory=dict)
    _unserved: set[tuple[str, str]] = field(default_factory=set)
    _spans: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sides: dict[Colour, SimulatedEnvironment] = {
            each: SimulatedEnvironment(each) for each in COLOURS
        }

    def preload(self, colour: Colour, label: str, instances: int, schema: Schema = NOTHING) -> None:
        """Let an environment serve a version as if it had done so for a long time."""
        side = self._sides[colour]
        self._published[label] = schema
        side.version = label
        side.machines = [self._machine(label, -math.inf) for _ in range(instances)]
        for each in side.machines:
            each.requests = math.inf
        side.measure(self._now)

    def enter(self) -> None:
        """Let the time go by that every call takes; each begins with this."""
        self._advance(CALL)

    def observe(self) -> Fleet:
        self.enter()
        return Fleet(self._environment("blue"), self._environment("green"), dict(self._weights))

    def publish(self, version: Version) -> None:
        self.enter()
        if version.schema or version.label not in self._published:
            self._published[version.label] = version.schema or NOTHING

    def deploy(self, colour: Colour, version: Version) -> None:
        self.enter()
        side = self._sides[colour]
        if side.version == version.label:
            return
        if version.label not in self._published:
            raise PlatformError(f"{version.label} is not published; publish it first")
        if self._weights[colour] > 0:
            raise PlatformError(f"{colour} has {self._weights[colour]} % of the traffic; shift it away first")
        self._expect_steady(side)
        side.version = version.label
        starts = self._behaviour(version.label).starts
        side.machines = [self._machine(version.label, self._now + starts) for _ in side.machines]
        side.steady_at = self._now + (starts if side.machines else 0.0)

    def scale(self, colour: Colour, instances: int) -> None:
        self.enter()
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
        self.enter()
        return [self._probe(self._sides[colour], turn, path) for turn, path in enumerate(paths)]

    def shift(self, weights: Weights) -> None:
        self.enter()
        check_weights(weights)
        self._weights = dict(weights)

    def figures(self, colour: Colour, since: float) -> Figures:
        self.enter()
        requests = errors = slowest = 0.0
        for each in reversed(self._spans):
            if each.end <= since:
                break
            if each.colour == colour:
                part = (each.end - max(each.begin, since)) / (each.end - each.begin)
                requests += each.requests * part
                errors += each.errors * part
                slowest = max(slowest, each.p99)
        return Figures(int(requests), min(round(errors), int(requests)), slowest / 2, slowest)

    def run(self, task: Task) -> None:
        self.enter()
        if task.version.label not in self._published:
            raise PlatformError(f"{task.version.label} is not published; publish it first")
        for name, each in self._runs.items():
            if self._now < each.ends_at and (name == "backfill") == (task.kind == "backfill"):
                if each.task == task:
                    return
                raise PlatformError(f"{each.task} is running; wait for its end")
        self._runs["backfill" if task.kind == "backfill" else "task"] = self._started(task)

    def report(self, task: Task) -> TaskReport | None:
        self.enter()
        found = self._runs.get("backfill" if task.kind == "backfill" else "task")
        return found.report(self._now) if found and found.task == task else None

    def snapshot(self) -> float | None:
        self.enter()
        return self.snapshot_at

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float) -> None:
        self.enter()
        self._advance(seconds)

    def _probe(self, side: SimulatedEnvironment, turn: int, path: str) -> Probe:
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
        serves = self._serves(label)
        return Machine(f"i-{self._machines}", label, self._behaviour(label), ready_at, serves=serves)

    def _serves(self, label: str) -> bool:
        """Whether a version serves the database's phase."""
        serves = self._published.get(label, NOTHING).serves(self.phase)
        if label and not serves:
            self._unserved.add((label, str(self.phase)))
        return serves

    def _started(self, task: Task) -> SimulatedTask:
        """A run that begins now; a scan fails unless the backfill is finished."""
        fault = ""
        if task.kind == "scan" and not task.effect.backfills <= self.phase.backfills:
            fault = f"backfill {task.change} is not finished; start it: backfill {task.change}"
        acts_at = math.inf if fault else self._now + self.task_seconds / 2
        return SimulatedTask(task, acts_at, self._now + self.task_seconds, fault)

    def _act(self) -> None:
        """Let the tasks have their effects whose time has come."""
        for each in self._runs.values():
            if each.acts_at <= self._now:
                each.acts_at = math.inf
                self.phase |= each.task.effect
                for machine in (machine for side in self._sides.values() for machine in side.machines):
                    machine.serves = self._serves(machine.label)

    def _behaviour(self, label: str) -> Behaviour:
        return self.behaviours.get(label, Behaviour())

    def _expect_steady(self, side: SimulatedEnvironment) -> None:
        if self._now < side.steady_at:
            raise PlatformError(f"{side.colour} is busy with the last order; wait until it is steady")

    def _advance(self, seconds: float) -> None:
        """Advance from one time at which something changes to the next."""
        end = self._now + seconds
        while self._now < end:
            measuring = (self._now // self.period + 1) * self.period
            acts = [each.acts_at for each in self._runs.values()]
            times = (measuring, *acts, *(at for each in self._sides.values() for at in each.turns()))
            until = min(end, *(each for each in times if each > self._now))
            self._spans += [
                self._span(until, self._sides[colour], weight)
                for colour, weight in self._weights.items()
                if weight > 0
            ]
            self._now = until
            self._act()
            if until == measuring:
                self._measure()

    def _span(self, end: float, side: SimulatedEnvironment, weight: int) -> Span:
        """What clients get from an environment from now on, until something changes."""
        serving = side.serving(self._now)
        requests = self.rate * weight / 100 * (end - self._now)
        lost = 1.0 - len(serving) / len(side.machines) if side.machines else 1.0
        faulty = max((each.behaviour.error_rate for each in serving), default=0.0)
        span = Span(
            self._now,
            end,
            side.colour,
            weight,
            side.version,
            serving=len(serving),
            instances=len(side.machines),
            warm=all(each.requests >= WARM for each in serving),
            requests=requests,
            errors=requests * (lost + (1.0 - lost) * faulty),
            p99=max((each.seconds for each in serving), default=0.0),
        )
        for each in serving:
            each.requests += requests / len(serving)
        return span

    def _measure(self) -> None:
        for each in self._sides.values():
            each.measure(self._now)


VERSIONS = {
    "bad": Behaviour(error_rate=0.1),
    "slow": Behaviour(p99=0.4),
    "sick": Behaviour(healthy=False),
    "broken": Behaviour(status=500),
}
"""Unhealthy versions to see a rollback with; all others are healthy."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """The table `[memory]` of deploy.toml.

    Attributes:
        folder: where the platform is kept, with its lock and history.
        live: what has the traffic at first.
        instances: on how many instances.
        speed: how many seconds go by in one; 0 for all at once.
        versions: how versions behave.
    """

    folder: str = ".ogrom/deploy-memory"
    live: str = "v1"
    instances: int = 2
    speed: float = 0.0
    versions: Mapping[str, Behaviour] = field(default_factory=lambda: VERSIONS)


@dataclass(frozen=True)
class SavedState:
    """What is saved from command to command: versions, sizes, traffic and the database, with everything settled."""

    weights: Weights
    versions: Mapping[Colour, str]
    instances: Mapping[Colour, int]
    phase: str = ""
    schemas: Mapping[str, Schema] = field(default_factory=dict)


@dataclass
class SavedMemory(MemoryPlatform):
    """A platform in memory that is read from a file by its first call, which comes under the lock, and saved there."""

    options: Options = Options()
    _saved: SavedState | None = None

    def enter(self) -> None:
        if self._saved is None:
            self._saved = self._read()
            self._weights, self.phase = self._saved.weights, Phase.parse(self._saved.phase)
            self._published = dict(self._saved.schemas)
            for colour, label in self._saved.versions.items():
                schema = self._published.get(label, NOTHING)
                self.preload(colour, label, self._saved.instances[colour], schema)
        super().enter()

    def wait(self, seconds: float) -> None:
        """Wait, at the configured speed."""
        if self.options.speed:
            time.sleep(seconds / self.options.speed)
        super().wait(seconds)

    def close(self) -> None:
        """Save what was changed; who only looked must not undo what somebody else has done meanwhile."""
        versions: dict[Colour, str] = {each.colour: each.version for each in self._sides.values()}
        instances: dict[Colour, int] = {each.colour: len(each.machines) for each in self._sides.values()}
        for each in self._runs.values():
            self._advance(max(each.ends_at - self._now, 0.0))
        schemas = {each: schema for each, schema in self._published.items() if schema != NOTHING}
        state = SavedState(self._weights, versions, instances, str(self.phase), schemas)
        if self._saved and self._saved != state:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_bytes(msgspec.json.encode(state))

    def _read(self) -> SavedState:
        if self._file.exists():
            return msgspec.json.decode(self._file.read_bytes(), type=SavedState)
        options = self.options
        return SavedState(
            all_to("blue"), {"blue": options.live, "green": ""}, {"blue": options.instances, "green": 0}
        )

    @property
    def _file(self) -> Path:
        return Path(self.options.folder) / "platform.json"


def connect(config: Config) -> Connection:
    """Continue where the last command ended."""
    options = parse_table(config.memory, Options, "[memory]")
    platform = SavedMemory(options.versions, options=options, snapshot_at=0.0)
    store = FolderStore(Path(options.folder) / "store")
    return Connection(platform, store, config.policy, close=platform.close, tasks=platform)
