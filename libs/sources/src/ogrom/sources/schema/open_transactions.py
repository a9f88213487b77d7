"""Who holds up a statement that changes a table: the transactions that are open, and how long they have been."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, exc, text

__all__ = ["OpenTransaction", "blocker", "open_transactions", "wait_for_old_transactions"]

_OPEN = text(
    """
    SELECT t.trx_mysql_thread_id, t.trx_started, p.user, p.host, p.info
    FROM information_schema.innodb_trx t LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
    WHERE t.trx_mysql_thread_id <> connection_id()
    AND (p.db = database() OR p.id IS NOT NULL AND p.db IS NULL OR t.trx_mysql_thread_id = 0)
    ORDER BY t.trx_started
    """
)


@dataclass(frozen=True)
class OpenTransaction:
    """A transaction of another connection to this database.

    Attributes:
        connection: its number in the server's process list.
        since: when it began, in whole seconds, by the server's clock.
        client: user and host.
        statement: what it is running, None if its client is doing something else.
    """

    connection: int
    since: datetime
    client: str = field(compare=False)
    statement: str | None = field(compare=False)

    def __str__(self) -> str:
        runs = f"runs {self.statement[:100]!r}" if self.statement else "runs no statement"
        return f"connection {self.connection} ({self.client}), in a transaction since {self.since}, {runs}"


def open_transactions(connection: Connection) -> tuple[OpenTransaction, ...]:
    """The transactions of others that are open, the oldest first, as they were up to a tenth of a second ago.

    Those of other databases are left out. Number 0 is one without a connection: prepared, or being rolled back. The
    user needs the privilege PROCESS.
    """
    return tuple(
        OpenTransaction(number, since, f"{user}@{host}", statement)
        for number, since, user, host, statement in connection.execute(_OPEN)
    )


def blocker(connection: Connection) -> str:
    """Whose transaction has been open for longest, and so most likely keeps a table from being changed."""
    try:
        held = open_transactions(connection)
    except exc.DBAPIError:  # it takes the privilege PROCESS
        held = ()
    return str(held[0]) if held else "a transaction of another connection"


def wait_for_old_transactions(
    connection: Connection, seconds: float, pause: Callable[[float], None]
) -> Sequence[OpenTransaction]:
    """Wait until each open transaction is younger than a second.

    What changes a table waits for whoever has used it in an open transaction, and everybody else waits behind it.

    Args:
        seconds: how long to wait.
        pause: waits for as many seconds as it is told.

    Returns:
        Those that are still there, the oldest first.
    """
    old = before = open_transactions(connection)
    while old and seconds > 0:
        pause(1.0)
        seconds -= 1.0
        now = open_transactions(connection)
        # The server says when one began in whole seconds only, and its clock may have another time zone than ours.
        old, before = tuple(each for each in now if each in before), now
    return old
