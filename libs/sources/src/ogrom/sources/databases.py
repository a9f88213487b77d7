"""Database: where a call goes that reads, and where one that writes."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, SelectBase

from ogrom.protocols.context import Context

from . import calls, reads

T = TypeVar("T")


@dataclass(frozen=True)
class Database:
    """A store whose reads may go to a replica.

    Attributes:
        writer: has the newest data and takes every write.
        reader: the same engine, or one on a replica of the writer.
    """

    writer: Engine
    reader: Engine

    @classmethod
    def over(cls, writer: Engine, reader: Engine | None = None) -> Self:
        """The store behind an engine, or behind one for writes and one for reads."""
        return cls(writer, writer if reader is None else reader)

    def read(
        self, source: str, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]
    ) -> reads.Rows:
        """As `ogrom.sources.reads.read`, of the reader."""
        return reads.read(self.reader, source, ctx, statement, parameters)

    def reading(self, source: str, ctx: Context) -> AbstractContextManager[Connection]:
        """A connection for one reading statement, as `calls.reading` gives it."""
        return calls.reading(self.reader, source, ctx)

    def written(self, source: str, ctx: Context, write: Callable[[Connection], T]) -> T:
        """What `write` gives back, run in a transaction as `calls.written` does."""
        return calls.written(self.writer, source, ctx, write)

    def dispose(self) -> None:
        """Close every connection that nobody uses."""
        self.writer.dispose()
        self.reader.dispose()
