"""How far backfills and contracts are: the table `schema_changes`. Expands stand in `alembic_version`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, inspect, select, text

from ..sql.tables import UtcDateTime
from .change import Change, Kind, Refused, number
from .phase import Phase

__all__ = [
    "Progress",
    "State",
    "beat",
    "begin",
    "finish",
    "finished",
    "phase",
    "progress",
    "put_place",
    "require",
]

_changes = Table(
    "schema_changes",
    MetaData(),
    Column("name", String(100), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("place", Text),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("beat_at", UtcDateTime),
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
)
_FINISHED = text("SELECT name, kind FROM schema_changes WHERE state = 'finished'")


class State(StrEnum):
    """How far a change is. One that has no row is waiting as well."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True)
class Progress:
    """How far a change is.

    Attributes:
        place: where a backfill goes on, as JSON.
        beat_at: when a backfill last wrote its heartbeat, which it does where there is a replica.
    """

    state: State = State.WAITING
    place: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    beat_at: datetime | None = None


def progress(connection: Connection, name: str) -> Progress:
    """How far a backfill or a contract is."""
    if not _exists(connection):
        return Progress()
    row = connection.execute(select(_changes).where(_changes.c.name == name)).first()
    if row is None:
        return Progress()
    return Progress(State(row.state), row.place, row.started_at, row.finished_at, row.beat_at)


def begin(connection: Connection, change: Change, *, again: bool = False) -> None:
    """Say that a change is running; it goes on, unless it is to begin `again`. The table is made if it is missing."""
    _changes.create(connection, checkfirst=True)
    if again:
        connection.execute(_changes.delete().where(_changes.c.name == change.name))
    if progress(connection, change.name).started_at is None:
        row = {"name": change.name, "kind": change.kind.value, "state": State.RUNNING.value}
        connection.execute(_changes.insert(), {**row, "started_at": datetime.now(UTC)})


def put_place(connection: Connection, change: Change, place: str) -> None:
    """Keep where a backfill goes on; in the transaction of its batch."""
    connection.execute(_changes.update().where(_changes.c.name == change.name), {"place": place})


def beat(connection: Connection, name: str, now: datetime) -> None:
    """Write the heartbeat of a backfill."""
    connection.execute(_changes.update().where(_changes.c.name == name), {"beat_at": now})


def finish(connection: Connection, change: Change) -> None:
    """Say that a change is finished."""
    values = {"state": State.FINISHED.value, "finished_at": datetime.now(UTC)}
    connection.execute(_changes.update().where(_changes.c.name == change.name), values)


def finished(connection: Connection) -> Mapping[str, Kind]:
    """The names of the backfills and contracts that are finished."""
    if not _exists(connection):
        return {}
    return {name: Kind(kind) for name, kind in connection.execute(_FINISHED)}


def phase(connection: Connection) -> Phase:
    """How far the database is; that of one without tables is empty."""
    done = finished(connection)
    backfills, contracts = (
        frozenset(number(name) for name in done if done[name] is kind)
        for kind in (Kind.BACKFILL, Kind.CONTRACT)
    )
    return Phase(_last_expand(connection), backfills, contracts)


def require(connection: Connection, change: Change) -> None:
    """Let a change begin only when those before it are finished.

    Raises:
        Refused: one of them is not.
    """
    last, done = _last_expand(connection), finished(connection)
    for each in change.after:
        if not (each.number <= last if each.kind is Kind.EXPAND else each.name in done):
            raise Refused(f"{change.name} comes after {each.name}, which is not finished; run that first")


def _exists(connection: Connection) -> bool:
    return inspect(connection).has_table(_changes.name)


def _last_expand(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""
