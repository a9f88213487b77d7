"""How a source calls the database: a read on one connection, a write in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Row, Select, exc

from ogrom.protocols.context import Context

from .deadlines import DEADLINE, until
from .engine import READS
from .errors import lost_a_race, translated

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
    with translated(source, ctx), _connected(engine, ctx) as connection, connection.begin():
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
            return _transaction(engine, ctx, write)
        except exc.DBAPIError as error:
            if not lost_a_race(error) or ctx.remaining() == 0.0:
                raise
        return _transaction(engine, ctx, write)


def _transaction(engine: Engine, ctx: Context, write: Callable[[Connection], T]) -> T:
    with _connected(engine, ctx) as connection, connection.begin():
        return write(connection)


@contextmanager
def _connected(engine: Engine, ctx: Context) -> Iterator[Connection]:
    """A connection that obeys the deadline; past it, it is discarded with whatever is open on it."""
    with until(ctx.deadline), engine.connect() as connection:
        try:
            yield connection.execution_options(**{DEADLINE: ctx.deadline})
        except exc.DBAPIError:
            if ctx.remaining() == 0.0 and not connection.invalidated:
                connection.invalidate()
            raise
