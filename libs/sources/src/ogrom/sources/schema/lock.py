"""One migration of a database at a time: who comes second waits, for as long as the first lives, and says for whom."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import TypeAlias

from sqlalchemy import Connection, Engine, exc, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable

from ..database.engine import READS, unhurried
from ..database.errors import translated
from ..database.transactions import LOCK_NAME, named_lock

Tell: TypeAlias = Callable[[str], object]
"""Is told what is being waited for, in a line for people."""

# How long to wait for the lock before asking who holds it, and between two lines about that, in seconds.
_ROUND = 2
_BETWEEN_LINES = 10

# A statement that changes a table holds up every later one on that table while it waits for its lock.
_LOCK_WAIT_TIMEOUT = 1
# The server closes a connection that has said nothing for so long, and with it goes the lock of a machine that died.
_SILENCE = 60

# The same for a backfill, which may wait for a replica; and how long the next one waits for its end. In seconds.
_BACKFILL_SILENCE = 7200
_BACKFILL_PATIENCE = 50

_SOURCE = "database"
_NOBODY = Context(locale="")

_HOLDER = """
SELECT p.id AS id, p.user AS user, p.host AS host, p.command AS command, p.time AS seconds, p.info AS info
FROM information_schema.processlist p WHERE p.id = is_used_lock({name})
"""


@contextmanager
def migration_lock(engine: Engine, tell: Tell) -> Iterator[Connection]:
    """A connection whose statements no other process's migration can meet.

    On SQLite it is in a transaction; on MySQL each statement is committed by itself, as each CREATE is anyhow. The
    lock goes with the connection of whoever holds it, so it outlives no process. On MySQL and MariaDB no statement
    waits longer for a table than a second, because whatever asks for that table meanwhile waits behind it.

    Args:
        tell: is told who holds the lock, every ten seconds.
    """
    with (_sqlite if engine.dialect.name == "sqlite" else _mysql)(engine, tell) as connection:
        yield connection


@contextmanager
def backfill_lock(engine: Engine) -> Iterator[Callable[[], object]]:
    """Let only one backfill at a time work on a database; none holds up a migration.

    On SQLite each batch's transaction is such a lock.

    Returns:
        A function to be called at least every two hours: the server takes a client that says nothing for longer for
        dead, and gives the lock to another.

    Raises:
        Unavailable: another one held it for too long.
    """
    if engine.dialect.name == "sqlite":
        yield lambda: None
        return
    with translated(_SOURCE, _NOBODY), unhurried(engine) as plain:
        connection = plain.execution_options(**{READS: True})
        connection.exec_driver_sql(f"SET SESSION wait_timeout = {_BACKFILL_SILENCE}")
        with named_lock(connection, "backfill", _BACKFILL_PATIENCE) as taken:
            if not taken:
                raise Unavailable(
                    _SOURCE, f"another backfill has been running for {_BACKFILL_PATIENCE} seconds"
                )
            yield lambda: connection.exec_driver_sql("DO 0")


@contextmanager
def _sqlite(engine: Engine, tell: Tell) -> Iterator[Connection]:
    # BEGIN IMMEDIATE is the lock, and holds until the last CREATE is committed.
    begun = time.monotonic()
    with ExitStack() as stack:
        connection = None
        while connection is None:
            try:
                connection = stack.enter_context(engine.begin())
            except exc.OperationalError as error:
                if not getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
                    raise
                waited = time.monotonic() - begun
                tell(f"Another process writes to the file; waiting for it ({waited:.0f} s) ...")
        yield connection


@contextmanager
def _mysql(engine: Engine, tell: Tell) -> Iterator[Connection]:
    begun = time.monotonic()
    with unhurried(engine) as plain:
        connection = plain.execution_options(**{READS: True})
        settings = f"lock_wait_timeout = {_LOCK_WAIT_TIMEOUT}, wait_timeout = {_SILENCE}"
        connection.exec_driver_sql(f"SET SESSION {settings}")
        for number in count():
            with named_lock(connection, "migrate", _ROUND) as taken:
                if taken:
                    yield connection
                    break
            if number % (_BETWEEN_LINES // _ROUND) == 0:
                tell(f"{_holder(connection)}; waiting for it ({time.monotonic() - begun:.0f} s) ...")


def _holder(connection: Connection) -> str:
    """Who migrates, as far as the server tells this user."""
    name = LOCK_NAME.format(purpose="migrate")
    found = connection.execute(text(_HOLDER.format(name=name))).first()
    if found is None:
        return "Another process is migrating the tables"
    does = " ".join((found.info or f"{found.command} for {found.seconds} s").split())
    return f"Connection {found.id} ({found.user}@{found.host}) is migrating the tables ({does[:60]})"
