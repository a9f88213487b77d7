"""How careful a deployment is: the traffic at each step, for how long, and the limits."""

from dataclasses import dataclass, field, replace
from typing import Literal, Self, TypeAlias

Unjudged: TypeAlias = Literal["go", "stop"]
"""What to do if there were too few requests to judge by, even after watching longer."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The worst that clients of the new version may get.

    Attributes:
        error_rate: the share of errors, 0.0 to 1.0.
        error_ratio: the same, compared with the other side's in the same period.
        errors_by_chance: this many errors prove nothing, whatever their share.
        p99: the 99th percentile of durations, in seconds.
        p99_ratio: the same, compared with the other side's in the same period.
        p99_floor: a p99 up to this, in seconds, is always acceptable.
        requests: how many it takes to judge a side.
    """

    error_rate: float = 0.01
    error_ratio: float = 2.0
    errors_by_chance: int = 2
    p99: float = 2.0
    p99_ratio: float = 2.0
    p99_floor: float = 0.1
    requests: int = 50

    def __post_init__(self) -> None:
        _expect(0.0 <= self.error_rate <= 1.0, "error_rate is a share: 0.0 to 1.0")
        _expect(self.error_ratio >= 1.0, "error_ratio is at least 1.0, as bad as the other side")
        _expect(self.p99_ratio >= 1.0, "p99_ratio is at least 1.0, as slow as the other side")
        _expect(self.p99 > 0.0, "p99 is a number of seconds above 0")
        _expect(self.requests >= 1, "requests is at least 1: nobody can be judged by none")


@dataclass(frozen=True, kw_only=True)
class Expected:
    """How long the platform's own work usually takes, in seconds; a plan adds it up.

    Attributes:
        publish: to make a version known.
        deploy: to put it on all instances of an environment.
        scale: to start instances.
        health: between two measurements of an environment's health.
        task: to do something to the database.
    """

    publish: float = 5.0
    deploy: float = 60.0
    scale: float = 60.0
    health: float = 10.0
    task: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Everything that a deployment decides by. Times are in seconds.

    Attributes:
        weights: the shares of the traffic that the new version gets one after the other, in percent.
        watch: how long each share is watched.
        soak: how long all of the traffic is watched; 0 for not at all.
        drain: how long the old side may take to finish its requests.
        extensions: how often a share is watched for as long again if there were too few requests.
        unjudged: what to do if there are too few even then.
        limits: the worst that clients of the new version may get.
        instances: how many an environment must have at least to get traffic.
        smoke: the paths that must answer before any traffic, with 2xx and the right release.
        warm_up: the paths that are requested of each instance until their p99 is flat.
        rounds: the most rounds of warming up.
        flat_rounds: the p99 must be flat over this many rounds.
        flat_ratio: flat means, at most this many times the fastest of them.
        flat_floor: a p99 below this counts as flat anyway.
        observations: this many measurements of health in a row must be good.
        freshness: how old a measurement of health may be.
        patience: how long a side with traffic may be unhealthy, or without a report, before it loses the traffic.
        poll: the time between two observations.
        order_timeout: how long a deployment or a change of size may take.
        task_timeout: how long a task on the database may take.
        snapshot_age: how old the database's newest snapshot may be when a contract begins.
        rest: how long nothing in the field has needed the old form when a contract begins.
        health_timeout: how long a side may take to become healthy after that.
        steady_timeout: how long to wait first for earlier orders to be done.
        attempts: how often an order is tried before its refusal is a failure.
        rollback_window: how long the old side is kept before it is scaled down.
        scale_down: how many instances the old side keeps after that; without it, all of them.
        notice: how long something must have been live as deprecated before clients may lose it.
        expected: how long the platform's own work usually takes.
    """

    weights: tuple[int, ...] = (1, 10, 50, 100)
    watch: float = 30.0
    soak: float = 60.0
    drain: float = 30.0
    extensions: int = 2
    unjudged: Unjudged = "go"
    limits: Limits = field(default_factory=Limits)
    instances: int = 1
    smoke: tuple[str, ...] = ("/health/ready",)
    warm_up: tuple[str, ...] = ("/health/ready",)
    rounds: int = 30
    flat_rounds: int = 3
    flat_ratio: float = 1.5
    flat_floor: float = 0.05
    observations: int = 3
    freshness: float = 30.0
    patience: float = 15.0
    poll: float = 2.0
    order_timeout: float = 900.0
    task_timeout: float = 3600.0
    snapshot_age: float = 86_400.0
    rest: float = 3 * 86_400.0
    health_timeout: float = 300.0
    steady_timeout: float = 600.0
    attempts: int = 3
    rollback_window: float = 0.0
    scale_down: int | None = None
    notice: float = 90 * 86_400.0
    expected: Expected = field(default_factory=Expected)

    def __post_init__(self) -> None:
        rising = all(low < high for low, high in zip(self.weights, self.weights[1:], strict=False))
        whole = bool(self.weights) and self.weights[-1] == 100
        _expect(whole and rising and self.weights[0] > 0, "weights rise from above 0 and end with 100")
        _expect(self.poll > 0.0, "poll is a number of seconds above 0")
        _expect(self.observations >= 1, "observations is at least 1")
        _expect(self.attempts >= 1, "attempts is at least 1")
        _expect(self.instances >= 1, "instances is at least 1")
        _expect(1 <= self.flat_rounds <= self.rounds, "flat_rounds is at least 1, and rounds as many")
        _expect(self.flat_ratio >= 1.0, "flat_ratio is at least 1.0, as fast as the fastest")
        for name, paths in (("smoke", self.smoke), ("warm_up", self.warm_up)):
            _expect(bool(paths), f"{name} has at least one path, such as /health/ready")
            _expect(all(each.startswith("/") for each in paths), f"each path of {name} starts with a slash")

    def back(self) -> Self:
        """The policy for a rollback to a version that is still deployed: all traffic at once, and no soak."""
        flat_rounds = min(self.flat_rounds, 2)
        return replace(self, weights=(100,), observations=1, flat_rounds=flat_rounds, soak=0.0)


def _expect(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)
