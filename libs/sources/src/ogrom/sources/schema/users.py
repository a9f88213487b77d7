"""Who uses a database: each version of each service enters the phases that it serves, in the table `schema_users`."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
from sqlalchemy import Connection, Engine, and_, exc, inspect, select

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, SourceError

from ..database.transactions import run_in_transaction
from ..sql.tables import schema_users
from .phase import Phase
from .serves import SERVES, Serves

__all__ = ["Entry", "User", "enter", "in_the_way"]

_SOURCE = "database"
_MINUTE, _HOUR = 60.0, 3600.0
# How long the database may take, in seconds.
_DEADLINE = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class User:
    """A version of a service, as it entered itself.

    Attributes:
        seen_at: when one of its processes was alive last.
    """

    service: str
    version: str
    serves: Serves
    seen_at: datetime

    def __str__(self) -> str:
        return f"{self.service} {self.version}, last seen {self.seen_at:%Y-%m-%d %H:%M} UTC"


def enter(engine: Engine, service: str, version: str, serves: Serves = SERVES) -> bool:
    """Say that a version of a service is alive, and what it serves.

    Returns:
        False if that could not be written: on older tables, by a user who may not, or while the database is down. A
        service does its work all the same.
    """
    write = partial(_put, user=User(service, version, serves, datetime.now(UTC)))
    try:
        run_in_transaction(engine, _SOURCE, Context(locale="", deadline=time.monotonic() + _DEADLINE), write)
    except Conflict:
        return True  # another process of this version was quicker
    except (SourceError, exc.DBAPIError) as error:
        _log.info("which phases this version serves could not be entered: %s", error)
        return False
    return True


class Entry:
    """Enters a version of a service, when it is called and has not been for an hour; a failure is repeated sooner."""

    def __init__(
        self, engine: Engine, service: str, version: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._enter = partial(enter, engine, service, version)
        self._clock, self._due = clock, float("-inf")

    def __call__(self) -> None:
        """Enter it if that is due; it takes two seconds at most."""
        now = self._clock()
        if now >= self._due:
            self._due = now + _MINUTE  # so that no other thread does it too
            if self._enter():
                self._due = now + _HOUR


def in_the_way(connection: Connection, phase: Phase, contract: str, rest: timedelta) -> Sequence[User]:
    """Who does not serve a database after a contract, the last seen first.

    Args:
        phase: before it.
        contract: its number.
        rest: for how long who was seen may come back.
    """
    if not inspect(connection).has_table(schema_users.name):
        return ()
    after = replace(phase, contracts=phase.contracts | {contract})
    query = select(schema_users).where(schema_users.c.seen_at >= datetime.now(UTC) - rest)
    found = connection.execute(query.order_by(schema_users.c.seen_at.desc()))
    users = (
        User(row.service, row.version, msgspec.json.decode(row.serves, type=Serves), row.seen_at)
        for row in found
    )
    return [user for user in users if not user.serves.serves(after)]


def _put(connection: Connection, user: User) -> None:
    values = {"serves": msgspec.json.encode(user.serves).decode(), "seen_at": user.seen_at}
    own = and_(schema_users.c.service == user.service, schema_users.c.version == user.version)
    if not connection.execute(schema_users.update().where(own), values).rowcount:
        row = {"service": user.service, "version": user.version, **values}
        connection.execute(schema_users.insert(), row)
