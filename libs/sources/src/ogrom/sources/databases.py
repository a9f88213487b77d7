"""Database: where a call goes that reads, and where one that writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, SelectBase

from ogrom.protocols.context import Context

from . import calls
from .reads import Rows, read

__all__ = ["Database"]

T = TypeVar("T")


@dataclass(frozen=True)
class Database:
    """A store whose reads may go to a replica.

    A request that has written, or that decides on what it reads (`ctx.wants_latest`), reads from the writer.
    Other requests may see the state of some moments ago, even the next one of the same client.

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

    def read(self, source: str, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]) -> Rows:
        """The rows of one reading statement, as `reads.read` gives them; the writer's if `ctx` says so."""
        return read(self.writer if ctx.wants_latest else self.reader, source, ctx, statement, parameters)

    def written(self, source: str, ctx: Context, write: Callable[[Connection], T]) -> T:
        """What `write` gives back, run in a transaction as `calls.written` does."""
        ctx.writes.begun = True
        return calls.written(self.writer, source, ctx, write)

    def dispose(self) -> None:
        """Close every connection that nobody uses."""
        self.writer.dispose()
        self.reader.dispose()
