"""Heartbeat: how far a replica is behind, by a row that is written on the primary."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Engine

from ogrom.protocols.context import Context

from ..database.transactions import reading, run_in_transaction
from .progress import beat, progress

__all__ = ["Heartbeat"]

_SOURCE = "database"
# How long a replica may take to answer, in seconds.
_DEADLINE = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Heartbeat:
    """The row of a running backfill, in which it says now and then that it lives.

    Only the clock of this process counts.

    Attributes:
        change: the backfill's name.
        now: the time.
    """

    writer: Engine
    reader: Engine
    change: str
    now: Callable[[], datetime] = _now

    @property
    def replica(self) -> str:
        """What messages call the replica."""
        url = self.reader.url
        return f"{url.host}:{url.port or 3306}" if url.host else str(url.database)

    def beat(self) -> None:
        """Write the row.

        Raises:
            SourceError: see `ogrom.sources.database.errors.translated`.
        """
        write = partial(beat, name=self.change, now=self.now())
        run_in_transaction(self.writer, _SOURCE, Context(locale=""), write)

    def lag(self) -> float | None:
        """How old the row is that the replica has, in seconds; None if it has none yet.

        Raises:
            SourceError: the replica does not answer within two seconds.
        """
        with reading(
            self.reader, _SOURCE, Context(locale="", deadline=time.monotonic() + _DEADLINE)
        ) as connection:
            found = progress(connection, self.change).beat_at
        return None if found is None else (self.now() - found).total_seconds()
