"""A whole act on the fleet: take the lock, look, decide, do it, record it, release the lock."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from . import history
from .driver import Driver, Stop
from .events import Finished, Listener, Outcome
from .execute import abort as lead_back, await_steady, execute
from .history import Act, Record, Recorder
from .lock import Lease, LockLost, acquire
from .model import Colour, Fleet, Version, other
from .plan import Plan, Refused, plan
from .policy import Policy
from .ports import Platform, PlatformError, Store

LEASE = 120.0
"""Seconds without a renewal after which a lock may be taken over."""


@dataclass(frozen=True)
class Deployment:
    """Changes the fleet on behalf of a person.

    Attributes:
        platform: where the fleet runs.
        store: where the lock and the history are.
        policy: how careful to be.
        who: the person and the machine, user@machine.
        tell: is called with every event.
        clock: the time for lock and history, in seconds since 1970.
    """

    platform: Platform
    store: Store
    policy: Policy
    who: str
    tell: Listener
    clock: Callable[[], float] = time.time

    def apply(
        self, version: Version, message: str = "", *, planned: Callable[[Plan], None] | None = None
    ) -> Finished:
        """Give a version all of the traffic, or finish an interrupted deployment of it.

        Args:
            version: the version.
            message: the reason, for the lock and the history.
            planned: is called with the plan before it is carried out.

        Raises:
            Locked: somebody else has the lock.
            Refused: the deployment cannot start from this state of the fleet.
        """
        return self._apply("apply", lambda _: version, f"apply {version.label}", message, planned)

    def plan(self, version: Version) -> Plan:
        """What `apply` would do now; changes nothing.

        Raises:
            Refused: `apply` would be refused.
        """
        fleet = self.platform.observe()
        return plan(version, fleet, self.policy, unfinished=self._is_unfinished(version, fleet))

    def rollback(self, message: str = "", *, planned: Callable[[Plan], None] | None = None) -> Finished:
        """Return the traffic to the version that had it before, by the same steps.

        Raises:
            Locked: somebody else has the lock.
            Refused: the history knows no such version, or the fleet is in no state for it.
        """
        return self._apply("rollback", self._version_before, "rollback", message, planned)

    def abort(self, message: str = "") -> Finished:
        """Return all traffic to the side that had it before an interrupted deployment.

        Raises:
            Locked: somebody else has the lock.
            Refused: the traffic is not divided, so there is nothing to abort.
        """
        with self._locked(f"abort: {message}" if message else "abort") as lease:
            driver, fleet = self._driver(lease), self.platform.observe()
            if 100 in fleet.weights.values():
                raise Refused(
                    f"All traffic is on {fleet.live}, so there is nothing to abort. "
                    "To go back to the version before: `rollback`."
                )
            began, begin, side = self.clock(), self.platform.now(), self._origin(fleet)
            end = lead_back(side, driver, message or "by order")
            end = replace(end, seconds=self.platform.now() - begin)
            self.tell(end)
            version, before = Version(fleet[side].version), fleet[other(side)].version
            self._add(history.record("abort", self.who, message, began, end, version, before))
            return end

    def scale(self, colour: Colour, instances: int, message: str = "") -> Fleet:
        """Change the number of instances of an environment, and wait for them.

        Returns:
            The fleet after that.

        Raises:
            Locked: somebody else has the lock.
            Refused: the environment has traffic and would have no instance to serve it.
            LockLost: somebody else took the lock meanwhile.
            Stop: the platform refuses, or it takes too long.
        """
        with self._locked(f"scale {colour} to {instances}") as lease:
            driver = self._driver(lease)
            began, begin, fleet = self.clock(), self.platform.now(), await_steady(driver)
            if instances < 1 and fleet.weights[colour] > 0:
                raise Refused(
                    f"{colour} has {fleet.weights[colour]} % of the traffic; it needs 1 instance at least."
                )
            message = message or f"{colour} to {instances}"

            def write(outcome: Outcome, reason: str = "") -> None:
                label, now, live = fleet[colour].version, self.platform.now(), fleet.live
                end = Finished(now, outcome, reason, live, fleet[live].version, now - begin)
                self._add(history.record("scale", self.who, message, began, end, Version(label), label))

            write("begun")
            try:
                fleet = _scaled(colour, instances, driver)
            except (Stop, LockLost, KeyboardInterrupt) as problem:
                taken = isinstance(problem, LockLost) and problem.taken
                write("lost" if taken else "failed", str(problem) or "interrupted")
                raise
            write("done")
            return fleet

    def _apply(
        self,
        act: Act,
        choose: Callable[[Fleet], Version],
        title: str,
        message: str,
        planned: Callable[[Plan], None] | None,
    ) -> Finished:
        with self._locked(title + (f": {message}" if message else "")) as lease:
            driver = self._driver(lease)
            fleet = await_steady(driver)
            # Only now: until we had the lock, somebody else may have changed what is live.
            version = driver.ask("read the history", lambda: choose(fleet))
            unfinished = driver.ask("read the history", lambda: self._is_unfinished(version, fleet))
            returns = act == "rollback" and version.label in {fleet.blue.version, fleet.green.version}
            policy = self.policy.back() if returns else self.policy
            decided = plan(version, fleet, policy, unfinished=unfinished)
            if planned:
                planned(decided)
            recorder, began = Recorder(decided, self.tell), self.clock()
            if decided.steps:
                self._add(recorder.record(act, self.who, message, began, _begun(decided)))
            end = execute(decided, self.platform, policy, hold=lease.hold, tell=recorder)
            if decided.steps or self._live_before() != version.label:
                self._add(recorder.record(act, self.who, message, began, end))
            return end

    def _version_before(self, fleet: Fleet) -> Version:
        """The version that a rollback goes to: the one before the live one, or that of an interrupted rollback."""
        live = fleet[fleet.live].version
        last = history.unfinished(history.newest(self.store))
        if last and last.act == "rollback" and last.version.label == live:
            return last.version
        path = history.rollback_path(history.newest(self.store))
        labels = [each.label for each in path]
        finished = live in labels and 100 in fleet.weights.values()
        before = labels.index(live) - 1 if finished else len(path) - 1
        if before < 0:
            raise Refused(
                f"The history knows no version that was live before {live or 'this'}. "
                "Say which you want: `apply VERSION`."
            )
        return path[before]

    def _origin(self, fleet: Fleet) -> Colour:
        """The side whose version was live last according to the history; otherwise the one with more traffic."""
        known = self._live_before()
        return fleet.idle if known and fleet[fleet.idle].version == known else fleet.live

    def _is_unfinished(self, version: Version, fleet: Fleet) -> bool:
        """Whether the last deployment was of this version, did not end well, and can still be rolled back."""
        last, way_back = history.unfinished(history.newest(self.store)), fleet[fleet.idle].version
        return last is not None and (last.version.label, last.before) == (version.label, way_back)

    def _live_before(self) -> str:
        """The label that was live last according to the history; empty if it knows none."""
        path = history.rollback_path(history.newest(self.store))
        return path[-1].label if path else ""

    def _add(self, record: Record) -> None:
        """Record it; a failure is only noted, since the act is done."""
        try:
            history.add(self.store, record)
        except PlatformError as problem:
            self._note(f"the history could not be written: {problem}")

    @contextmanager
    def _locked(self, message: str) -> Iterator[Lease]:
        lease = acquire(self.store, self.who, message, LEASE, self.clock)
        if lease.lock.note:
            self._note(f"the lock was {lease.lock.note}")
        try:
            yield lease
        finally:
            try:
                lease.release()
            except PlatformError as problem:
                self._note(f"the lock could not be released, so it is held for {LEASE:g} s more: {problem}")

    def _driver(self, lease: Lease) -> Driver:
        return Driver(self.platform, self.policy, lease.hold, self.tell)

    def _note(self, text: str) -> None:
        Driver(self.platform, self.policy, lambda: None, self.tell).note(text)


def _scaled(colour: Colour, instances: int, driver: Driver) -> Fleet:
    """Order so many instances, wait for them, and return the fleet."""
    driver.order(f"scale {colour}", lambda: driver.platform.scale(colour, instances))

    def done(fleet: Fleet) -> bool:
        side = fleet[colour]
        return side.steady and side.wanted == len(side.instances) == instances

    count = "1 instance" if instances == 1 else f"{instances} instances"
    return driver.until(done, driver.policy.order_timeout, f"{colour} with {count}")


def _begun(plan: Plan) -> Finished:
    """The record of an act whose end is not known yet."""
    return Finished(0.0, "begun", "", plan.origin, plan.before, 0.0)
