"""One environment: a thread that brings its instances to where the orders want them, turn by turn."""

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from signal import Signals

from ogrom_deploy.model import Colour, Environment, Version
from ogrom_deploy.ports import PlatformError

from .configuration import name
from .events import Events
from .haproxy import HAProxy, free_slots
from .instances import Instance
from .members import Member

_TURN_SECONDS = 0.2
_BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
STOP_SECONDS = 45.0
"""How long an instance may take to end after it was told to, before it is killed."""


@dataclass(frozen=True)
class Manner:
    """How a version takes another's place in an environment.

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
class Wish:
    """What the environment is to be."""

    version: Version
    instances: int
    manner: Manner


class Side:
    """The instances of one colour; orders are wishes, which its thread fulfils."""

    def __init__(
        self,
        colour: Colour,
        proxy: HAProxy,
        start: Callable[[str, Version], Instance],
        events: Events,
    ) -> None:
        """Begin with nothing.

        Args:
            colour: which one.
            proxy: the balancer in front.
            start: starts an instance of a version, under a name of ours.
            events: where to say what happens.
        """
        self.colour: Colour = colour
        self._proxy = proxy
        self._start = start
        self._events = events
        self._wish = Wish(Version(""), 0, Manner())
        self._members: list[Member] = []
        self._observed = Environment(colour, "", 0, (), steady=True, measured_at=time.monotonic())
        self._numbers = itertools.count(1)
        self._deaths = 0
        self._lock = threading.Lock()
        self._wake, self._done = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=colour, daemon=True)
        self._thread.start()

    @property
    def wish(self) -> Wish:
        """What was ordered last."""
        return self._wish

    def order(self, version: Version, instances: int, manner: Manner | None = None) -> None:
        """Want so many instances of a version; returns at once."""
        wish = Wish(version, instances, manner or Manner())
        with self._lock:
            if (wish.version, wish.instances) == (self._wish.version, self._wish.instances):
                return
            self._wish = wish
            self._deaths = 0
            self._observed = replace(self._observed, version=version.label, wanted=instances, steady=False)
        self._wake.set()

    def observe(self) -> Environment:
        """What the last turn found."""
        return self._observed

    def instances(self) -> Sequence[Instance]:
        """Those that serve."""
        return [each.instance for each in tuple(self._members) if each.state == "serving"]

    def close(self) -> None:
        """End everything at once."""
        self._done.set()
        self._wake.set()
        self._thread.join()
        for each in self._members:
            each.instance.kill()

    def _run(self) -> None:
        while not self._done.is_set():
            try:
                self._turn()
            except PlatformError as error:
                # The news grows old meanwhile, and everybody sees that.
                with self._lock:
                    self._observed = replace(self._observed, causes=(str(error),))
            self._wake.wait(_TURN_SECONDS)
            self._wake.clear()

    def _turn(self) -> None:
        """Look at every instance, then do what is next for the wish as it is now."""
        now, wish = time.monotonic(), self._wish
        self._bury(now)
        self._look()
        self._admit(now)
        self._retire(wish, now)
        self._recruit(wish, now)
        self._tell(wish, now)

    def _bury(self, now: float) -> None:
        """Take note of those that have ended; who ended by itself is replaced after a while."""
        for member in tuple(self._members):
            code, instance = member.instance.exit_code, member.instance
            if member.state == "draining" and code is not None:
                self._events.add("ended", f"{instance.id} ended with {code}", self.colour)
                self._forget(member)
            elif member.state == "draining" and now - member.since > STOP_SECONDS:
                self._events.add(
                    "died", f"{instance.id} did not end within {STOP_SECONDS:.0f} s", self.colour
                )
                instance.kill()
            elif member.state in {"starting", "serving"} and code is not None:
                self._events.add("died", f"{instance.id} ended by itself with {code}", self.colour)
                self._deaths += 1
                member.become("dead", now)
            elif member.state == "dead" and now - member.since > self._backoff:
                self._forget(member)

    @property
    def _backoff(self) -> float:
        return _BACKOFF_SECONDS[min(max(self._deaths - 1, 0), len(_BACKOFF_SECONDS) - 1)]

    def _forget(self, member: Member) -> None:
        self._proxy.clear(self.colour, member.slot)
        self._members.remove(member)

    def _look(self) -> None:
        slots = self._proxy.statistics().slots if self._members else {}
        for member in self._members:
            member.at_balancer = slots[self.colour, name(member.slot)]
            if member.state != "dead":
                said = member.instance.ask()
                # Silent for once, it still is what it was.
                member.said = said if said.release else type(said)(said.state, member.said.release)

    def _admit(self, now: float) -> None:
        for member in self._members:
            if member.state == "starting" and member.said.state == "ready":
                # Here, a new instance's own priority is what another machine is in the cloud.
                member.instance.favour()
                self._proxy.admit(self.colour, member.slot, member.instance.port)
                member.become("serving", now)
                self._deaths = 0
                self._events.add("ready", f"{member.instance.id} is ready", self.colour)
                member.at_balancer = self._proxy.statistics().slots[self.colour, name(member.slot)]

    def _retire(self, wish: Wish, now: float) -> None:
        """Stop what is of another version, and what is too much."""
        there = [each for each in self._members if each.state in {"starting", "serving"}]
        stale = [each for each in there if each.instance.version != wish.version.label]
        current = [each for each in there if each not in stale]
        gone = stale if wish.manner.at_once else self._next(wish, stale, current)
        # Those that do not serve go first, then the youngest.
        surplus = max(len(current) - wish.instances, 0)
        by_use = sorted(current, key=lambda each: (each.state == "serving", -each.since))
        for member in (*gone, *by_use[:surplus]):
            self._stop(member, wish.manner, now)

    def _next(self, wish: Wish, stale: list[Member], current: list[Member]) -> list[Member]:
        """Who goes next where one goes after the other: nobody, until all others are well."""
        moving = any(each.state != "serving" or each.at_balancer.health != "ok" for each in self._members)
        enough = len(stale) + len(current) >= wish.instances + wish.manner.surplus
        return [] if moving or not (enough or wish.instances < len(stale)) else stale[:1]

    def _stop(self, member: Member, manner: Manner, now: float) -> None:
        self._events.add("stopping", f"{member.instance.id} is told to end", self.colour)
        if manner.drain and member.state == "serving":
            self._proxy.drain(self.colour, member.slot)
        member.become("draining", now)
        if manner.signal == Signals.SIGKILL:
            member.instance.kill()
        else:
            member.instance.stop()

    def _recruit(self, wish: Wish, now: float) -> None:
        """Start what is missing."""
        there = [each for each in self._members if each.state != "draining"]
        stale = [each for each in there if each.instance.version != wish.version.label]
        current = len(there) - len(stale)
        missing = wish.instances - current
        if not wish.manner.at_once and stale:
            room = wish.instances + wish.manner.surplus - len(self._members)
            missing = min(missing, room, 1)
        free = free_slots([each.slot for each in self._members])
        for slot in free[: max(missing, 0)]:
            id = f"{self.colour}-{next(self._numbers)}-{wish.version.label}"
            self._members.append(Member(self._start(id, wish.version), slot, now))
            self._events.add("started", f"{id} is started", self.colour)

    def _tell(self, wish: Wish, now: float) -> None:
        """Publish what this turn has found, unless there is a newer wish."""
        instances = tuple(each.observed(now) for each in self._members)
        settled = len(instances) == wish.instances and all(each.health != "pending" for each in instances)
        ours = all(each.instance.version == wish.version.label for each in self._members)
        causes = tuple(filter(None, (each.cause(now) for each in self._members)))
        with self._lock:
            if wish is self._wish:
                label = wish.version.label
                self._observed = Environment(
                    self.colour, label, wish.instances, instances, settled and ours, now, causes
                )
