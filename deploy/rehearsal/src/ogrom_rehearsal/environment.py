"""An instance's place in its environment: from its start by the slot at the balancer to its end."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from signal import Signals
from typing import Literal, TypeAlias

from ogrom_deploy import model
from ogrom_deploy.model import Colour, Environment, Version
from ogrom_deploy.ports import PlatformError

from .haproxy import SLOTS, HAProxy, Slot, name
from .instances import Instance, SelfReport
from .results import Timeline

START_SECONDS = 30.0
"""Seconds that an instance may take to become ready before it counts as failing."""

State: TypeAlias = Literal["starting", "serving", "draining", "dead"]

_OUT_OF_USE = Slot("unknown", 0, "MAINT")


@dataclass
class Replica:
    """An instance in a slot of its environment.

    Attributes:
        instance: what runs there.
        slot: at the balancer; it is empty until the instance is ready.
        since: when the state began, by `time.monotonic()`.
        state: where in its life it is.
        self_report: what it said of itself when it was asked last.
    """

    instance: Instance
    slot: int
    since: float
    state: State = "starting"
    self_report: SelfReport = SelfReport("silent")
    at_balancer: Slot = _OUT_OF_USE

    def become(self, state: State, now: float) -> None:
        """Change the state."""
        self.state, self.since = state, now

    def health(self, now: float) -> model.Health:
        """Its health, as the platform reports it."""
        match self.state:
            case "serving":
                return self.at_balancer.health
            case "starting":
                late = now - self.since > START_SECONDS
                return "failing" if late or self.self_report.state == "failing" else "pending"
            case "draining":
                return "pending"
            case "dead":
                return "failing"

    def cause(self, now: float) -> str:
        """Why it is failing; empty if it is not."""
        if self.health(now) != "failing":
            return ""
        if self.state == "dead":
            return f"{self.instance.id} ended by itself ({self.instance.exit_code})"
        if self.state == "serving":
            return f"{self.instance.id}: {self.at_balancer.cause or self.at_balancer.status}"
        return f"{self.instance.id} is {self.self_report.state} {now - self.since:.0f} s after its start"

    def observed(self, now: float) -> model.Instance:
        """The instance as the deploy program sees it."""
        return model.Instance(self.instance.id, self.self_report.release, self.health(now))


_TURN_SECONDS = 0.2
_BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
STOP_SECONDS = 45.0
"""Seconds that an instance may take to stop before it is killed."""


@dataclass(frozen=True)
class ReplacementStrategy:
    """How one version replaces another in an environment.

    Attributes:
        at_once: all instances; else one after the other.
        surplus: how many instances more than wanted there may be meanwhile, where it is one after the other.
        drain: whether the balancer is told to send no more requests before an instance is told to end.
        signal: what an instance is told to end with.
    """

    at_once: bool = True
    surplus: int = 1
    drain: bool = True
    signal: Signals = Signals.SIGTERM


@dataclass(frozen=True)
class DesiredState:
    """What was ordered: so many instances of a version."""

    version: Version
    instances: int
    strategy: ReplacementStrategy


class EnvironmentController:
    """Controls the instances of one colour: its thread brings them to the desired state, step by step."""

    def __init__(
        self,
        colour: Colour,
        proxy: HAProxy,
        start: Callable[[str, Version], Instance],
        events: Timeline,
    ) -> None:
        """Start with no instance.

        Args:
            colour: which one.
            proxy: the balancer in front.
            start: starts an instance of a version, under a name of ours.
            events: where to say what happens.
        """
        self.colour: Colour = colour
        self._proxy = proxy
        self._start = start
        self._timeline = events
        self._desired = DesiredState(Version(""), 0, ReplacementStrategy())
        self._replicas: list[Replica] = []
        self._observed = Environment(colour, "", 0, (), steady=True, measured_at=time.monotonic())
        self._numbers = itertools.count(1)
        self._deaths = 0
        self._lock = threading.Lock()
        self._wake, self._done = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=colour, daemon=True)
        self._thread.start()

    @property
    def desired(self) -> DesiredState:
        """The last order."""
        return self._desired

    def order(self, version: Version, instances: int, strategy: ReplacementStrategy | None = None) -> None:
        """Order so many instances of a version; returns at once."""
        desired = DesiredState(version, instances, strategy or ReplacementStrategy())
        with self._lock:
            if (desired.version, desired.instances) == (self._desired.version, self._desired.instances):
                return
            self._desired = desired
            self._deaths = 0
            self._observed = replace(self._observed, version=version.label, wanted=instances, steady=False)
        self._wake.set()

    def observe(self) -> Environment:
        """The environment as it was last seen."""
        return self._observed

    def instances(self) -> Sequence[Instance]:
        """The instances that serve."""
        return [each.instance for each in tuple(self._replicas) if each.state == "serving"]

    def close(self) -> None:
        """Kill every instance."""
        self._done.set()
        self._wake.set()
        self._thread.join()
        for each in self._replicas:
            each.instance.kill()

    def _run(self) -> None:
        while not self._done.is_set():
            try:
                self._reconcile()
            except PlatformError as error:
                # The health report grows old meanwhile, which observers notice.
                with self._lock:
                    self._observed = replace(self._observed, causes=(str(error),))
            self._wake.wait(_TURN_SECONDS)
            self._wake.clear()

    def _reconcile(self) -> None:
        """Look at every instance, then take the next steps towards the desired state."""
        now, desired = time.monotonic(), self._desired
        self._remove_ended(now)
        self._refresh()
        self._admit_ready(now)
        self._stop_surplus(desired, now)
        self._start_missing(desired, now)
        self._publish(desired, now)

    def _remove_ended(self, now: float) -> None:
        """Remove instances that have ended; those that died are replaced after a backoff."""
        for replica in tuple(self._replicas):
            code, instance = replica.instance.exit_code, replica.instance
            if replica.state == "draining" and code is not None:
                self._timeline.add("ended", f"{instance.id} ended with {code}", self.colour)
                self._forget(replica)
            elif replica.state == "draining" and now - replica.since > STOP_SECONDS:
                self._timeline.add(
                    "died", f"{instance.id} did not end within {STOP_SECONDS:.0f} s", self.colour
                )
                instance.kill()
            elif replica.state in {"starting", "serving"} and code is not None:
                self._timeline.add("died", f"{instance.id} ended by itself with {code}", self.colour)
                self._deaths += 1
                replica.become("dead", now)
            elif replica.state == "dead" and now - replica.since > self._backoff:
                self._forget(replica)

    @property
    def _backoff(self) -> float:
        return _BACKOFF_SECONDS[min(max(self._deaths - 1, 0), len(_BACKOFF_SECONDS) - 1)]

    def _forget(self, replica: Replica) -> None:
        self._proxy.clear(self.colour, replica.slot)
        self._replicas.remove(replica)

    def _refresh(self) -> None:
        slots = self._proxy.statistics().slots if self._replicas else {}
        for replica in self._replicas:
            replica.at_balancer = slots[self.colour, name(replica.slot)]
            if replica.state != "dead":
                said = replica.instance.report()
                # Silent for once, it still is what it was.
                replica.self_report = (
                    said if said.release else type(said)(said.state, replica.self_report.release)
                )

    def _admit_ready(self, now: float) -> None:
        for replica in self._replicas:
            if replica.state == "starting" and replica.self_report.state == "ready":
                # Here, a new instance's own priority is what another machine is in the cloud.
                replica.instance.raise_priority()
                self._proxy.admit(self.colour, replica.slot, replica.instance.port)
                replica.become("serving", now)
                self._deaths = 0
                self._timeline.add("ready", f"{replica.instance.id} is ready", self.colour)
                replica.at_balancer = self._proxy.statistics().slots[self.colour, name(replica.slot)]

    def _stop_surplus(self, desired: DesiredState, now: float) -> None:
        """Stop what is of another version, and what is too much."""
        there = [each for each in self._replicas if each.state in {"starting", "serving"}]
        stale = [each for each in there if each.instance.version != desired.version.label]
        current = [each for each in there if each not in stale]
        gone = stale if desired.strategy.at_once else self._next(desired, stale, current)
        # Those that do not serve go first, then the youngest.
        surplus = max(len(current) - desired.instances, 0)
        by_use = sorted(current, key=lambda each: (each.state == "serving", -each.since))
        for replica in (*gone, *by_use[:surplus]):
            self._stop(replica, desired.strategy, now)

    def _next(self, desired: DesiredState, stale: list[Replica], current: list[Replica]) -> list[Replica]:
        """Who goes next where one goes after the other: nobody, until all others are well."""
        moving = any(each.state != "serving" or each.at_balancer.health != "ok" for each in self._replicas)
        enough = len(stale) + len(current) >= desired.instances + desired.strategy.surplus
        return [] if moving or not (enough or desired.instances < len(stale)) else stale[:1]

    def _stop(self, replica: Replica, strategy: ReplacementStrategy, now: float) -> None:
        self._timeline.add("stopping", f"{replica.instance.id} is told to end", self.colour)
        if strategy.drain and replica.state == "serving":
            self._proxy.drain(self.colour, replica.slot)
        replica.become("draining", now)
        if strategy.signal == Signals.SIGKILL:
            replica.instance.kill()
        else:
            replica.instance.stop()

    def _start_missing(self, desired: DesiredState, now: float) -> None:
        """Start what is missing."""
        there = [each for each in self._replicas if each.state != "draining"]
        stale = [each for each in there if each.instance.version != desired.version.label]
        current = len(there) - len(stale)
        missing = desired.instances - current
        if not desired.strategy.at_once and stale:
            room = desired.instances + desired.strategy.surplus - len(self._replicas)
            missing = min(missing, room, 1)
        taken = {each.slot for each in self._replicas}
        free = (each for each in range(SLOTS) if each not in taken)
        for slot in islice(free, max(missing, 0)):
            id = f"{self.colour}-{next(self._numbers)}-{desired.version.label}"
            self._replicas.append(Replica(self._start(id, desired.version), slot, now))
            self._timeline.add("started", f"{id} is started", self.colour)

    def _publish(self, desired: DesiredState, now: float) -> None:
        """Publish what this turn has found, unless there is a newer desired."""
        instances = tuple(each.observed(now) for each in self._replicas)
        settled = len(instances) == desired.instances and all(each.health != "pending" for each in instances)
        ours = all(each.instance.version == desired.version.label for each in self._replicas)
        causes = tuple(filter(None, (each.cause(now) for each in self._replicas)))
        with self._lock:
            if desired is self._desired:
                label = desired.version.label
                self._observed = Environment(
                    self.colour, label, desired.instances, instances, settled and ours, now, causes
                )
