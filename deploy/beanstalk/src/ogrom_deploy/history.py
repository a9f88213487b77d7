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
"""The kinds of acts."""

LONGEST_PATH = 50
"""A rollback goes back through at most so many versions."""

DEPLOYMENTS = frozenset({"apply", "rollback"})
"""The acts that bring a version to where the traffic is."""


@dataclass(frozen=True)
class Done:
    """A finished step: how long it was expected to take, and how long it took, in seconds."""

    title: str
    expected: float
    seconds: float
    said: str


@dataclass(frozen=True)
class Record:
    """One act.

    Attributes:
        act: what was done.
        who: user@machine.
        message: the reason.
        began: when, in seconds since 1970.
        seconds: how long it took.
        version: the version that was to get the traffic.
        before: the label that had it.
        outcome: how it ended.
        reason: why, if it did not go as planned.
        live: the environment that has the traffic now, and `serves` the label there.
        plan: the titles of all planned steps.
        steps: the finished ones.
        figures: what clients got, the last measurement at each share of the traffic.
        rollback_path: the versions that a rollback can lead through after it, the live one last; None in records that
            were written before there was such a field.
        clients: what clients of the API notice.
        allowed: why some of them are broken who were not told for long enough; empty where none is.
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
    rollback_path: tuple[Version, ...] | None = None
    clients: tuple[str, ...] = ()
    allowed: str = ""

    @property
    def name(self) -> str:
        """The name of its record: ordered by time, and unique."""
        time = datetime.fromtimestamp(self.began, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{PREFIX}{time}-{uuid.uuid4().hex[:8]}.json"


@dataclass
class Recorder:
    """Listens to a deployment and collects what its record needs."""

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
        """The record of a deployment that ended so."""
        plan = self.plan
        return replace(
            record(act, who, message, began, end, plan.version, plan.before),
            plan=tuple(each.title for each in plan.steps),
            steps=tuple(self._steps),
            figures=tuple(self._figures.values()),
            clients=tuple(plan.clients.lines),
            allowed=plan.clients.allowed,
        )


def record(
    act: Act, who: str, message: str, began: float, end: Finished, version: Version, before: str
) -> Record:
    """The record of an act that ended so."""
    return Record(
        act, who, message, began, end.seconds, version, before, end.outcome, end.reason, end.live, end.version
    )


def add(store: Store, record: Record) -> None:
    """Keep a record, with the way back from it."""
    path = _extended(rollback_path(newest(store)), record)
    store.write(record.name, msgspec.json.encode(replace(record, rollback_path=path)), tag=None)


def newest(store: Store, limit: int = 100) -> Iterator[Record]:
    """The last records, the newest first.

    Args:
        store: where they are; each record is one request to it, sent when the record is asked for.
        limit: how many at most; nobody goes back further than that.
    """
    for name in list(store.names(PREFIX))[: -limit - 1 : -1]:
        if found := store.read(name):
            yield msgspec.json.decode(found[0], type=Record)


def acts(records: Iterable[Record]) -> Iterator[Record]:
    """One record for each act: how it ended, or that it began if nobody knows its end.

    Args:
        records: the newest first.
    """
    # The beginning and the end of an act bear the same time, and so are neighbours in any order.
    for _, act in groupby(records, lambda each: (each.began, each.who)):
        yield min(act, key=lambda each: each.outcome == "begun")


def unfinished(records: Iterable[Record]) -> Record | None:
    """The last deployment, unless it ended with its version live and watched; None if it did.

    Args:
        records: the newest first; no more are read than needed.
    """
    last = next((each for each in acts(records) if each.act in DEPLOYMENTS), None)
    return last if last and last.outcome != "done" else None


def rollback_path(records: Iterable[Record]) -> tuple[Version, ...]:
    """The versions that a rollback can lead through: the last one is live, the one before it was until then.

    Going back to a version leaves those after it behind: they are no way back any more.

    Args:
        records: the newest first; no more are read than needed.
    """
    path: tuple[Version, ...] = ()
    without: list[Record] = []
    for each in acts(records):
        if each.rollback_path is not None:
            path = each.rollback_path
            break
        without.append(each)
    for each in reversed(without):
        path = _extended(path, each)
    return path


def _extended(path: tuple[Version, ...], record: Record) -> tuple[Version, ...]:
    """The path after one more act."""
    if record.act not in DEPLOYMENTS:
        return path
    if not path and record.before:
        path = (Version(record.before),)
    if record.outcome != "done":
        return path
    labels = [each.label for each in path]
    if record.version.label in labels:
        path = path[: labels.index(record.version.label)]
    return (*path, record.version)[-LONGEST_PATH:]
