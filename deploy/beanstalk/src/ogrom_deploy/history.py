"""The history: what was done to the fleet, by whom, and how it went. Records are added and never changed."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Literal, TypeAlias

import msgspec

from .events import Ended, Event, Finished, Listener, Measured, Outcome
from .model import Colour, Version
from .plan import Plan
from .ports import Store

PREFIX = "history/"

Act: TypeAlias = Literal["apply", "rollback", "abort", "scale"]
"""What somebody did."""

DEPLOYMENTS = frozenset({"apply", "rollback"})
"""The acts that bring a version to where the traffic is."""


@dataclass(frozen=True)
class Done:
    """A step that has been done: how long it usually takes, and how long it took, in seconds."""

    title: str
    expected: float
    seconds: float
    said: str


@dataclass(frozen=True)
class Record:
    """One act.

    Attributes:
        act: what was done.
        who: by whom.
        message: what for.
        began: when, in seconds since 1970.
        seconds: how long it took.
        version: what should get the traffic.
        before: the label that had it.
        outcome: how it ended.
        reason: why, where it did not go as planned.
        live: the environment that has the traffic now, and `serves` the label there.
        plan: the titles of all steps that were to be done.
        steps: those that have been.
        figures: what clients got, the last look at each share of the traffic.
    """

    act: Act
    who: str
    message: str
    began: float
    seconds: float
    version: Version
    before: str
    outcome: Outcome
    reason: str
    live: Colour
    serves: str
    plan: tuple[str, ...] = ()
    steps: tuple[Done, ...] = ()
    figures: tuple[Measured, ...] = ()

    @property
    def name(self) -> str:
        """Where it is kept: in order of time, and of two at the same time each has its own."""
        time = datetime.fromtimestamp(self.began, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{PREFIX}{time}-{uuid.uuid4().hex[:8]}.json"


@dataclass
class Recorder:
    """Listens to a deployment and keeps what belongs into its record; owns that until it is written."""

    plan: Plan
    listener: Listener
    _steps: list[Done] = field(default_factory=list)
    _figures: dict[int, Measured] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        match event:
            case Ended():
                expected = self.plan.steps[event.number - 1].expected
                self._steps.append(Done(event.title, expected, event.seconds, event.said))
            case Measured():
                self._figures[event.weight] = event
            case _:
                pass
        self.listener(event)

    def record(self, act: Act, who: str, message: str, began: float, end: Finished) -> Record:
        """What is kept of it."""
        plan = self.plan
        return replace(
            record(act, who, message, began, end, plan.version, plan.before),
            plan=tuple(each.title for each in plan.steps),
            steps=tuple(self._steps),
            figures=tuple(self._figures.values()),
        )


def record(
    act: Act, who: str, message: str, began: float, end: Finished, version: Version, before: str
) -> Record:
    """What is kept of an act that ended so."""
    return Record(
        act, who, message, began, end.seconds, version, before, end.outcome, end.reason, end.live, end.version
    )


def add(store: Store, record: Record) -> None:
    """Keep a record."""
    store.write(record.name, msgspec.json.encode(record), tag=None)


def read(store: Store, limit: int = 100) -> Iterator[Record]:
    """The last records, the oldest one first.

    Args:
        store: where they are.
        limit: how many at most; each is a request to the store, and nobody goes back further than that.
    """
    return reversed(tuple(newest(store, limit)))


def newest(store: Store, limit: int = 100) -> Iterator[Record]:
    """The last records, the newest one first; none is read before it is asked for."""
    for name in list(store.names(PREFIX))[: -limit - 1 : -1]:
        if found := store.read(name):
            yield msgspec.json.decode(found[0], type=Record)


def ended(records: Iterable[Record]) -> Iterator[Record]:
    """The records without the beginnings of acts whose end is known: what began and never ended stays.

    Args:
        records: the oldest one first.
    """
    known = list(records)
    ends = {(each.began, each.who) for each in known if each.outcome != "begun"}
    return (each for each in known if each.outcome != "begun" or (each.began, each.who) not in ends)


def unfinished(records: Iterable[Record]) -> Record | None:
    """The last deployment, unless it ended with its version live, watched and for good; None where it did.

    Args:
        records: the newest one first; no more of them are read than that takes.
    """
    # The beginning and the end of an act are of the same moment, and so neighbours in any order.
    for _, act in groupby(records, lambda each: (each.began, each.who)):
        known = sorted(act, key=lambda each: each.outcome == "begun")
        if known[0].act in DEPLOYMENTS:
            return known[0] if known[0].outcome != "done" else None
    return None


def lived(records: Iterable[Record]) -> tuple[Version, ...]:
    """The versions that a rollback can lead through: the last one is live, the one before it was until then.

    Whoever goes back to a version leaves those that came after it behind: they are no way back any more.

    Args:
        records: the oldest one first.
    """
    way: list[Version] = []
    for each in records:
        if each.act not in DEPLOYMENTS:
            continue
        if not way and each.before:
            way.append(Version(each.before))
        if each.outcome != "done":
            continue
        labels = [version.label for version in way]
        if each.version.label in labels:
            del way[labels.index(each.version.label) :]
        way.append(each.version)
    return tuple(way)
