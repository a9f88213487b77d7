"""How a source calls the database: a read on one connection, a write in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, Select, Transaction, exc

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout, Unavailable

from .deadlines import until
from .engine import READS
from .errors import lost_a_race, lost_the_server, translated

T = TypeVar("T")
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


@contextmanager
def reading(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    """A connection for one reading statement, which needs no transaction.

    Raises:
        SourceError: as `ogrom.sources.errors.translated` says.
    """
    with translated(source, ctx), _connected(engine, ctx) as connection:
        yield connection.execution_options(**{READS: True})


@contextmanager
def writing(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    """A connection in a transaction, committed at the end and rolled back at any error.

    Raises:
        SourceError: as `ogrom.sources.errors.translated` says.
    """
    with translated(source, ctx), _transaction(engine, source, ctx) as connection:
        yield connection


def written(engine: Engine, source: str, ctx: Context, write: Callable[[Connection], T]) -> T:
    """What `write` gives back, run in a transaction, and once more if that lost against another.

    Args:
        write: changes nothing but what is in the transaction, so that it may be run again.

    Raises:
        SourceError: as `ogrom.sources.errors.translated` says.
    """
    with translated(source, ctx):
        try:
            return _written(engine, source, ctx, write)
        except exc.DBAPIError as error:
            if not lost_a_race(error) or ctx.remaining() == 0.0:
                raise
        return _written(engine, source, ctx, write)


def _written(engine: Engine, source: str, ctx: Context, write: Callable[[Connection], T]) -> T:
    with _transaction(engine, source, ctx) as connection:
        return write(connection)


@contextmanager
def _transaction(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    with _connected(engine, ctx) as connection, connection.begin() as transaction:
        yield connection
        _commit(transaction, source, ctx)


def _commit(transaction: Transaction, source: str, ctx: Context) -> None:
    try:
        transaction.commit()
    except exc.DBAPIError as error:
        if not lost_the_server(error):
            raise
        kind = Timeout if ctx.remaining() == 0.0 else Unavailable
        message = "no answer to the COMMIT; the write may or may not be stored: read before you repeat it"
        raise kind(source, message) from error


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
