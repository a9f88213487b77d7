"""The stand-in's state: environments, versions, clients' traffic, measurements, and a clock that only `wait` moves."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from ogrom_deploy import templates
from ogrom_deploy.options import Key, read_options


@dataclass(frozen=True)
class Behaviour:
    """How instances of a version behave; as they are, they are well.

    Attributes:
        installs: whether its deployment succeeds.
        healthy: whether it is well after that.
        error_rate: the share of clients' requests that it answers with 500, 0.0 to 1.0.
        unanswered: the share of them whose connection it closes, so that the balancer answers with 502.
        p50, p99: of the time that a request takes, in seconds.
    """

    installs: bool = True
    healthy: bool = True
    error_rate: float = 0.0
    unanswered: float = 0.0
    p50: float = 0.02
    p99: float = 0.04


@dataclass(eq=False)
class Fault(Exception):
    """An answer of AWS that is none.

    Attributes:
        code: AWS's name of it.
        message: what it says.
        status: of HTTP.
    """

    code: str
    message: str
    status: int = 400


@dataclass(frozen=True)
class Times:
    """How long things take on this AWS, in seconds.

    Attributes:
        process: a bundle.
        deploy: a version, on all instances at once.
        configure: new options.
        start: an instance.
        drain: an instance that goes.
        measure: from one measurement of health to the next.
        metrics: until CloudWatch has a minute's.
        swap: names.
    """

    process: float = 3.0
    deploy: float = 40.0
    configure: float = 20.0
    start: float = 60.0
    drain: float = 20.0
    measure: float = 10.0
    metrics: float = 90.0
    swap: float = 5.0


Status = Literal["In Progress", "Deployed", "Failed"]


@cache
def _as_made() -> Mapping[Key, str]:
    """The options that the template sets; a value that only an account knows is some text."""
    options = read_options(templates.read("environment"))
    return {each.key: f"of-the-account-{each.name}" if each.value is None else each.value for each in options}


@dataclass
class Machine:
    """One instance.

    Attributes:
        id: of EC2.
        ready_at: from when it serves.
        version: that it has; empty until it tells.
        deployment: how its last deployment stands.
        gone_at: when it is gone; it drains until then.
    """

    id: str
    ready_at: float
    version: str
    deployment: Status = "Deployed"
    gone_at: float = float("inf")


@dataclass
class FakeEnvironment:
    """An environment.

    Attributes:
        name: its name.
        id: its id.
        cname: its own name in the domain name system.
        targets: the ARN of its group of targets.
        times: how long things take.
        behaviour: how a version behaves.
        version: the label that it should have.
        options: as the template `environment` sets them, but for the size.
    """

    name: str
    id: str
    cname: str
    targets: str
    times: Times
    behaviour: Callable[[str], Behaviour]
    version: str = ""
    least: int = 1
    most: int = 1
    desired: int = 0
    stack: str = "64bit Amazon Linux 2023 v4.12.3 running Docker"
    managed: str = ""
    options: dict[Key, str] = field(default_factory=lambda: dict(_as_made()))
    machines: list[Machine] = field(default_factory=list)
    pending: tuple[str, str] | None = None
    bounds: tuple[int, int] | None = None
    busy_until: float = 0.0
    made: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether it takes an order."""
        return self.pending is None and self.bounds is None and self.busy_until == 0.0

    def serving(self, now: float) -> list[Machine]:
        """The instances that answer now."""
        return [
            each
            for each in self.machines
            if each.ready_at <= now < each.gone_at
            and each.deployment == "Deployed"
            and self.behaviour(each.version).healthy
        ]

    def start_deployment(self, label: str, now: float) -> None:
        """Stop all of them, and put a version on them."""
        self.pending = label, self.version
        self.version = label
        self.busy_until = now + self.times.deploy
        for each in self.machines:
            each.deployment = "In Progress"
            each.version = label

    def start_scaling(self, least: int, most: int, now: float) -> None:
        """Give the group other bounds."""
        self.bounds = least, most
        self.busy_until = now + self.times.configure

    def advance(self, now: float) -> None:
        """Do what is due."""
        self.machines = [each for each in self.machines if each.gone_at > now]
        if self.busy_until and self.busy_until <= now:
            self._finish(now)

    def _finish(self, now: float) -> None:
        self.busy_until = 0.0
        if self.pending is not None:
            label, before = self.pending
            installs = self.behaviour(label).installs
            for each in self.machines:
                each.deployment = "Deployed" if installs else "Failed"
            self.version = label if installs else before
            self.pending = None
        if self.bounds is not None:
            self.least, self.most = self.bounds
            self.bounds = None
            self.want(min(max(self.desired, self.least), self.most), now)

    def want(self, desired: int, now: float) -> None:
        """Start instances, or let some go."""
        self.desired = desired
        staying = [each for each in self.machines if each.gone_at == float("inf")]
        for each in staying[desired:]:
            each.gone_at = now + self.times.drain
        for _ in range(desired - len(staying)):
            self.made += 1
            self.machines.append(Machine(f"i-{self.name}{self.made}", now + self.times.start, self.version))


@dataclass
class Traffic:
    """What the web servers of an environment answered in one measurement's time."""

    requests: float = 0.0
    errors: float = 0.0
    p50: float = 0.0
    p99: float = 0.0

    def add(self, requests: float, behaviour: Behaviour | None) -> None:
        """Answer requests; nobody does where there is no behaviour."""
        if behaviour is None or not requests:
            return
        answered = requests * (1.0 - behaviour.unanswered)
        self.requests += answered
        self.errors += requests * behaviour.error_rate
        self.p50, self.p99 = behaviour.p50, behaviour.p99


@dataclass
class Minute:
    """What the balancer counted for a group of targets in a minute."""

    requests: float = 0.0
    answered: float = 0.0
    unanswered: float = 0.0
    p50: float = 0.0
    p99: float = 0.0

    def add(self, requests: float, behaviour: Behaviour | None) -> None:
        """Forward requests; with nobody there the balancer itself answers 503."""
        if behaviour is None:
            self.unanswered += requests
            return
        self.requests += requests * (1.0 - behaviour.unanswered)
        self.answered += requests * behaviour.error_rate
        self.unanswered += requests * behaviour.unanswered
        self.p50, self.p99 = behaviour.p50, behaviour.p99


@dataclass(frozen=True)
class Measured:
    """The replies of both health operations, as they were made last."""

    environment: Mapping[str, Any] = field(default_factory=dict)
    instances: tuple[Mapping[str, Any], ...] = ()
    at: datetime = datetime.fromtimestamp(0, UTC)


def measure(side: FakeEnvironment, traffic: Traffic, now: float, period: float, *, blind: bool) -> Measured:
    """Measure an environment's health."""
    at = datetime.fromtimestamp(now, UTC)
    instances = tuple(_instance(side, each, now, blind=blind) for each in side.machines if each.gone_at > now)
    statuses = {each["HealthStatus"] for each in instances}
    status = next((each for each in ("Severe", "NoData", "Pending", "Info") if each in statuses), "Ok")
    colour = {"Severe": "Red", "NoData": "Grey", "Pending": "Grey"}.get(status, "Green")
    environment: dict[str, Any] = {
        "EnvironmentName": side.name,
        "HealthStatus": status,
        "Color": colour,
        "Causes": [] if status == "Ok" else [f"{status} on {len(instances)} instances."],
        "RefreshedAt": at,
    }
    if not blind:
        environment["ApplicationMetrics"] = {
            "Duration": int(period),
            "RequestCount": round(traffic.requests),
            "StatusCodes": {
                "Status2xx": round(traffic.requests - traffic.errors),
                "Status5xx": round(traffic.errors),
            },
            "Latency": {"P50": traffic.p50, "P99": traffic.p99},
        }
    return Measured(environment, instances, at)


def _instance(side: FakeEnvironment, machine: Machine, now: float, *, blind: bool) -> Mapping[str, Any]:
    if blind:
        return {"InstanceId": machine.id, "HealthStatus": "NoData", "Color": "Grey", "Causes": []}
    if machine.ready_at > now:
        causes = ["Performing initialization."]
        return {"InstanceId": machine.id, "HealthStatus": "Pending", "Color": "Grey", "Causes": causes}
    behaviour = side.behaviour(machine.version)
    healthy = machine.deployment != "Failed" and behaviour.healthy
    status = "Info" if machine.deployment == "In Progress" else "Ok" if healthy else "Severe"
    return {
        "InstanceId": machine.id,
        "HealthStatus": status,
        "Color": "Red" if status == "Severe" else "Green",
        "Causes": [],
        "Deployment": {"VersionLabel": machine.version, "DeploymentId": 1, "Status": machine.deployment},
    }


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
            name: FakeEnvironment(
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
