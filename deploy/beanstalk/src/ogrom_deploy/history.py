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
from .plan import Plan, RunTask
from .ports import Store
from .schema import NOTHING, Database, Phase, Schema

PREFIX = "history/"

Act: TypeAlias = Literal["apply", "rollback", "abort", "scale", "contract"]
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
        phase: what the database has come to at least, as text; None in records of acts that did nothing to it, and
            of before there was such a field.
        possible: what it has come to at most.
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
    phase: str | None = None
    possible: str = ""

    @property
    def database(self) -> Database | None:
        """What is known of the database since this act; None if it says nothing."""
        return None if self.phase is None else Database(Phase.parse(self.phase), Phase.parse(self.possible))

    def with_database(self, database: Database) -> "Record":
        """The same, when so much is known of the database."""
        return replace(self, phase=str(database.certain), possible=str(database.possible))

    @property
    def name(self) -> str:
        """The name of its record: ordered by time, and unique."""
        time = datetime.fromtimestamp(self.began, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{PREFIX}{time}-{uuid.uuid4().hex[:8]}.json"


@dataclass
class Recorder:
    """Listens to a deployment and collects what its record needs.

    Attributes:
        plan: what is being carried out.
        listener: gets every event too.
        database: what is known of the database: first that the plan's tasks may be done to it, then which are.
    """

    plan: Plan
    listener: Listener
    database: Database = Database()
    _steps: list[Done] = field(default_factory=list)
    _figures: dict[int, Measured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.plan.steps:
            if isinstance(each, RunTask):
                self.database = self.database.begun(each.task.effect)

    def __call__(self, event: Event) -> None:
        match event:
            case Ended():
                step = self.plan.steps[event.number - 1]
                self._steps.append(Done(event.title, step.expected, event.seconds, event.said))
                if isinstance(step, RunTask):
                    self.database = self.database.done(step.task.effect)
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
        ).with_database(self.database)


def record(
    act: Act, who: str, message: str, began: float, end: Finished, version: Version, before: str
) -> Record:
    """The record of an act that ended so."""
    return Record(
        act, who, message, began, end.seconds, version, before, end.outcome, end.reason, end.live, end.version
    )


def add(store: Store, record: Record) -> None:
    """Keep a record, with the way back from it, and what is known of the database."""
    path = _extended(rollback_path(newest(store)), record)
    if record.database is None:
        record = record.with_database(database(newest(store)))
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


def database(records: Iterable[Record]) -> Database:
    """What is known of the database.

    Args:
        records: the newest first; no more are read than needed.
    """
    return next((each.database for each in acts(records) if each.database), Database())


def find(records: Iterable[Record], label: str) -> Version | None:
    """A version that said which phases of the database it serves; None if none of this label did.

    Args:
        records: the newest first; no more are read than needed.
        label: its label.
    """
    versions = (version for each in records for version in _versions(each))
    return next((each for each in versions if each.label == label), None)


def last_needed(
    records: Iterable[Record], contract: str, now: float, since: float
) -> tuple[str, float] | None:
    """The version in the field that was the last to need what a contract takes away, and until when.

    Args:
        records: the newest first; no more are read than needed.
        contract: the number of the contract.
        now: the time, in seconds since 1970; what is on either side now is not asked here.
        since: how far to look back.
    """
    until, fields = now, list[tuple[float, frozenset[str]]]()
    known: dict[str, Schema | None] = {}
    for act in acts(records):
        fields.append((until, frozenset({act.version.label, act.before, act.serves}) - {""}))
        known = {each.label: each.schema for each in _versions(act)} | known
        if act.outcome != "begun":
            until = min(until, act.began + act.seconds)
        if until <= since:
            break
    taken = Phase(contracts=frozenset({contract}))
    needs = (
        (label, end)
        for end, labels in fields
        for label in sorted(labels)
        if end > since and (known.get(label) or NOTHING).lacks(taken)
    )
    return next(needs, None)


def _versions(record: Record) -> Iterator[Version]:
    """The versions of a record that say which phases they serve."""
    return (each for each in (record.version, *(record.rollback_path or ())) if each.schema)
