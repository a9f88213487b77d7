"""One migration of a database at a time: who comes second waits, for as long as the first lives, and says for whom."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import TypeAlias

from sqlalchemy import Connection, Engine, exc, text

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

_HOLDER = """
SELECT p.id AS id, p.user AS user, p.host AS host, p.command AS command, p.time AS seconds, p.info AS info
FROM information_schema.processlist p WHERE p.id = is_used_lock({name})
"""
_OLDEST = """
SELECT t.trx_mysql_thread_id AS id, timestampdiff(SECOND, t.trx_started, now()) AS seconds
FROM information_schema.innodb_trx t WHERE t.trx_mysql_thread_id <> connection_id()
ORDER BY t.trx_started LIMIT 1
"""


@contextmanager
def migration_lock(engine: Engine, tell: Tell) -> Iterator[Connection]:
    """A connection in a transaction that no other process's migration can enter.

    The lock goes with the connection of whoever holds it, so it outlives no process. On MySQL and MariaDB no statement
    waits longer for a table than a second, because whatever asks for that table meanwhile waits behind it.

    Args:
        tell: is told who holds the lock, every ten seconds.
    """
    with (_sqlite if engine.dialect.name == "sqlite" else _mysql)(engine, tell) as connection:
        yield connection


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
    # A named lock, because MySQL ends the transaction at the first CREATE.
    begun = time.monotonic()
    with engine.begin() as connection:
        _set(connection, _LOCK_WAIT_TIMEOUT, _SILENCE)
        for number in count():
            with named_lock(connection, "migrate", _ROUND) as taken:
                if taken:
                    yield connection
                    break
            if number % (_BETWEEN_LINES // _ROUND) == 0:
                tell(f"{_holder(connection)}; waiting for it ({time.monotonic() - begun:.0f} s) ...")
        _set(connection, "DEFAULT", "DEFAULT")  # the connection goes back to its pool


def _set(connection: Connection, lock_wait_timeout: object, wait_timeout: object) -> None:
    settings = f"lock_wait_timeout = {lock_wait_timeout}, wait_timeout = {wait_timeout}"
    connection.exec_driver_sql(f"SET SESSION {settings}")


def _holder(connection: Connection) -> str:
    """Who migrates, as far as the server tells this user."""
    name = LOCK_NAME.format(purpose="migrate")
    found = connection.execute(text(_HOLDER.format(name=name))).first()
    if found is None:
        return "Another process is migrating the tables"
    does = " ".join((found.info or f"{found.command} for {found.seconds} s").split())
    return f"Connection {found.id} ({found.user}@{found.host}) is migrating the tables ({does[:60]})"


def oldest_transaction(connection: Connection) -> str:
    """The transaction that has been open for longest, and so most likely keeps a table from being changed."""
    try:
        found = connection.execute(text(_OLDEST)).first()
    except exc.DBAPIError:  # it takes the privilege PROCESS
        found = None
    if found is None:
        return "a transaction of another connection"
    return f"the transaction of connection {found.id}, open for {found.seconds} s,"
