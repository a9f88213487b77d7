"""How a source uses a connection: a read, a write in a transaction, a snapshot; and locks that outlive transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, Transaction, exc, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable, Unconfirmed

from .deadlines import until
from .engine import READS
from .errors import is_refusal, is_serialization_failure, translated

__all__ = ["advisory_lock", "reading", "run_in_transaction", "snapshot", "writing"]

T = TypeVar("T")

_SOURCE = "database"
_NOBODY = Context(locale="")

# How long to wait for an advisory lock, in seconds; its holder writes for one or two.
_PATIENCE = 50


@contextmanager
def reading(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    """A connection for one reading statement, which needs no transaction.

    Raises:
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    with translated(source, ctx), _connected(engine, ctx) as connection:
        yield connection.execution_options(**{READS: True})


@contextmanager
def writing(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    """A connection in a transaction, committed at the end and rolled back at any error.

    Raises:
        Unconfirmed: the COMMIT was not answered.
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    with translated(source, ctx), _transaction(engine, source, ctx) as connection:
        yield connection


def run_in_transaction(engine: Engine, source: str, ctx: Context, write: Callable[[Connection], T]) -> T:
    """Run `write` in a transaction, and once more if the server undid it in favour of another one.

    Args:
        write: changes nothing outside the transaction, so that it may run twice.

    Returns:
        What `write` returns.

    Raises:
        Unconfirmed: the COMMIT was not answered; then `write` is not run again.
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    with translated(source, ctx):
        try:
            return _run(engine, source, ctx, write)
        except exc.DBAPIError as error:
            if not is_serialization_failure(error) or ctx.remaining() == 0.0:
                raise
        return _run(engine, source, ctx, write)


def _run(engine: Engine, source: str, ctx: Context, write: Callable[[Connection], T]) -> T:
    with _transaction(engine, source, ctx) as connection:
        return write(connection)


@contextmanager
def _transaction(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    with _connected(engine, ctx) as connection, connection.begin() as transaction:
        yield connection
        _commit(transaction, source)


def _commit(transaction: Transaction, source: str) -> None:
    try:
        transaction.commit()
    except exc.DBAPIError as error:
        if is_refusal(error):
            raise
        message = "no answer to the COMMIT; the write may or may not be stored: read before you repeat it"
        raise Unconfirmed(source, message) from error


@contextmanager
def _connected(engine: Engine, ctx: Context) -> Iterator[Connection]:
    """A connection that obeys the deadline; past it, it is discarded with whatever is open on it."""
    with until(ctx.deadline), engine.connect() as connection:
        try:
            yield connection
        except Exception:
            if ctx.remaining() == 0.0 and not connection.invalidated:
                connection.invalidate()
            raise


_MYSQL_SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT",
)
# The first statement that reads takes the snapshot; writers go on beside it.
_SQLITE_SNAPSHOT = ("BEGIN DEFERRED",)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the store as it is now, until the end of the block.

    Raises:
        Unavailable: the database cannot be reached, or went away.
    """
    with translated(_SOURCE, _NOBODY), engine.connect() as plain:
        connection = plain.execution_options(**{READS: True})
        for statement in _SQLITE_SNAPSHOT if engine.dialect.name == "sqlite" else _MYSQL_SNAPSHOT:
            connection.exec_driver_sql(statement)
        yield connection
        connection.rollback()


# Names of locks belong to the server, so the database is part of it; 64 characters at most.
LOCK_NAME = "concat('ogrom.{purpose}.', sha1(database()))"


@contextmanager
def named_lock(connection: Connection, purpose: str, patience: int) -> Iterator[bool]:
    """Hold the lock that MySQL and MariaDB keep for a connection, whatever transactions it opens.

    Args:
        purpose: what two must not do at once, in 22 characters at most.
        patience: how long to wait for the lock, in seconds.

    Returns:
        Whether the lock was free in time.
    """
    name = LOCK_NAME.format(purpose=purpose)
    taken = connection.scalar(text(f"SELECT get_lock({name}, :patience)"), {"patience": patience}) == 1
    try:
        yield taken
    except BaseException:
        # The connection may be unusable; closing it releases the lock too.
        connection.invalidate()
        raise
    if taken:
        connection.execute(text(f"SELECT release_lock({name})"))


@contextmanager
def advisory_lock(engine: Engine, purpose: str) -> Iterator[None]:
    """Let only one writer at a time do something; hold it around a transaction.

    On SQLite a transaction already is such a lock. This one has a connection of its own, so that it is released after
    the transaction.

    Raises:
        Unavailable: others held it for too long.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    # The holder reports its own errors; Conflict and the like pass through here unchanged.
    with translated(_SOURCE, _NOBODY), engine.connect() as plain:
        connection = plain.execution_options(**{READS: True})
        with named_lock(connection, purpose, _PATIENCE) as taken:
            if not taken:
                raise Unavailable(_SOURCE, f"another {purpose} has been writing for {_PATIENCE} seconds")
            yield
