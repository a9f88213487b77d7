"""Database: a store whose writes go to one engine, and whose reads may go to another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, SelectBase

from ogrom.protocols.context import Context
from ogrom.protocols.waiting import BLOCKING, Waiter

from .mysql import POLLED
from .polled import PolledReads
from .reads import Rows, read
from .transactions import run_in_transaction

__all__ = ["Database"]

T = TypeVar("T")

# For callers that park, for each engine: merged reads are few, and at most two of a kind run at once.
_CONNECTIONS = 8


@dataclass(frozen=True)
class Database:
    """A store whose reads may go to a replica.

    A request that has written, or that bases a decision on what it reads (`ctx.wants_latest`), reads from the writer.
    Other requests may see an older state, even the next one of the same client.

    Attributes:
        writer: has the newest data and takes every write.
        reader: the same engine, or one on a replica of the writer.
        waiter: of the callers. Where they park, MySQL is read over connections of their own.
        polled: those connections, by engine.
        under_way: the idempotency keys whose writes this process is making.
    """

    writer: Engine
    reader: Engine
    waiter: Waiter = BLOCKING
    polled: Mapping[Engine, PolledReads] = field(init=False, repr=False, compare=False)
    under_way: set[Any] = field(init=False, repr=False, compare=False, default_factory=set)

    def __post_init__(self) -> None:
        polled = {each: _polled(each, self.waiter) for each in {self.writer, self.reader}}
        object.__setattr__(self, "polled", {engine: reads for engine, reads in polled.items() if reads})

    @classmethod
    def over(cls, writer: Engine, reader: Engine | None = None, waiter: Waiter = BLOCKING) -> Self:
        """The store behind one engine, or behind one for writes and one for reads."""
        return cls(writer, writer if reader is None else reader, waiter)

    def read(self, source: str, ctx: Context, statement: SelectBase, parameters: Mapping[str, Any]) -> Rows:
        """The rows of one reading statement, as `reads.read` gives them; the writer's if `ctx` says so."""
        engine = self.writer if ctx.wants_latest else self.reader
        if not self.waiter.parks:
            return read(engine, source, ctx, statement, parameters)
        if (polled := self.polled.get(engine)) is not None:
            return polled.read(source, ctx, statement, parameters)
        return self.waiter.run(lambda: read(engine, source, ctx, statement, parameters))

    def run_in_transaction(self, source: str, ctx: Context, write: Callable[[Connection], T]) -> T:
        """Run `write` in a transaction of the writer; see `transactions.run_in_transaction`."""
        ctx.writes.begun = True
        return run_in_transaction(self.writer, source, ctx, write)

    def dispose(self) -> None:
        """Close every idle connection."""
        for each in self.polled.values():
            each.close()
        self.writer.dispose()
        self.reader.dispose()


def _polled(engine: Engine, waiter: Waiter) -> PolledReads | None:
    connect = engine.get_execution_options().get(POLLED)
    return None if connect is None else PolledReads(engine, connect, waiter, size=_CONNECTIONS)
