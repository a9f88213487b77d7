"""One state of the store for many statements, whatever is written meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from ogrom.protocols.context import Context

from .engine import READS
from .errors import translated

_MYSQL = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT",
)
# The first statement that reads takes the snapshot; writers go on beside it.
_SQLITE = ("BEGIN DEFERRED",)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the store as it is now, until the end of the block.

    Raises:
        Unavailable: the database cannot be reached, or went away.
    """
    with translated("database", Context(locale="")), engine.connect() as plain:
        connection = plain.execution_options(**{READS: True})
        for statement in _SQLITE if engine.dialect.name == "sqlite" else _MYSQL:
            connection.exec_driver_sql(statement)
        yield connection
        connection.rollback()
