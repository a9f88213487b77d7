"""How a source calls the database: a read on one connection, a write in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select

from ogrom.protocols.context import Context

from .deadlines import DEADLINE
from .engine import READS
from .errors import translated

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


@contextmanager
def reading(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    """A connection for one reading statement, which needs no transaction.

    Raises:
        SourceError: as `ogrom.sources.errors.translated` says.
    """
    with translated(source, ctx), engine.connect() as connection:
        yield connection.execution_options(**{READS: True, DEADLINE: ctx.deadline})


@contextmanager
def writing(engine: Engine, source: str, ctx: Context) -> Iterator[Connection]:
    """A connection in a transaction, committed at the end and rolled back at any error.

    Raises:
        SourceError: as `ogrom.sources.errors.translated` says.
    """
    with (
        translated(source, ctx),
        engine.connect() as connection,
        connection.execution_options(**{DEADLINE: ctx.deadline}).begin(),
    ):
        yield connection
