"""Pace: how fast a backfill goes, so that neither clients nor a replica feel it.

The model is gh-ost's throttling: batches by time rather than by rows, a rest as long as the work, and a heartbeat that
is written to the primary and read from the replica.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError

from ..database.transactions import reading
from .backfill import Backfill, backfill
from .batches import last_of_batch
from .change import Change
from .heartbeat import Heartbeat
from .lock import Tell

__all__ = ["Limits", "Pace", "Stopped", "pace_of", "paced_backfill", "stopped_by_sigterm"]

_FIRST_ROWS = 100
# How soon a rest notices that it is to end, how often the replica is asked, and how often people are told; in seconds.
_SLICE = 0.2
_ASK_AGAIN = 0.5
_BETWEEN_LINES = 10.0


class Stopped(Exception):
    """A backfill ended before its time; its place is kept. The message says why, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What a backfill may cost. Times are in seconds.

    Attributes:
        batch: how long a transaction is to take, and so a client that writes one of its rows waits at most.
        most_rows: how many rows one looks at, however quick they are.
        slow: how many times as long as the quickest one a small read may take, before the backfill takes longer rests.
        slow_seconds: how much longer it takes at least, since short times vary.
        longest_rest: how long a rest is at most, unless the batch took longer.
        lag: how far the replica may be behind.
        patience: how long a replica is waited for.
    """

    batch: float = 0.025
    most_rows: int = 10_000
    slow: float = 3.0
    slow_seconds: float = 0.01
    longest_rest: float = 5.0
    lag: float = 2.0
    patience: float = 3600.0


_LIMITS = Limits()


class Pace:
    """How large the batches are, and the rest between two of them; waits for the replica.

    A rest is at least as long as the batch before it, and twice, four times ... as long while small reads are slow.
    """

    def __init__(
        self,
        probe: Callable[[], object],
        heartbeat: Heartbeat | None = None,
        limits: Limits = _LIMITS,
        *,
        is_stopped: Callable[[], bool] = lambda: False,
        tell: Tell = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Begin with small batches.

        Args:
            probe: a small read, as clients make it.
            heartbeat: None where there is no replica.
            is_stopped: whether the backfill is to end.
            tell: is told what is waited for.
            clock: the time in seconds.
            sleep: lets so many seconds pass.
        """
        self._probe, self._heartbeat, self._limits = probe, heartbeat, limits
        self._is_stopped, self._tell, self._clock, self._sleep = is_stopped, tell, clock, sleep
        self._size, self._quickest, self._factor = min(_FIRST_ROWS, limits.most_rows), float("inf"), 1.0
        self._read()
        self._begun = clock()
        self._heard = float("-inf")

    def size(self) -> int:
        """How many rows the batch that begins now looks at."""
        self._begun = self._clock()
        return self._size

    def between(self) -> None:
        """Rest after a batch.

        Raises:
            Stopped: it is to end, or the replica has not caught up in time.
            SourceError: the database cannot be used.
        """
        took = self._clock() - self._begun
        self._resize(took)
        self._factor = min(self._factor * 2, 64.0) if self._is_slow() else max(self._factor / 2, 1.0)
        self._pause(max(took, min(took * self._factor, self._limits.longest_rest)))
        if self._heartbeat is not None and self._clock() - self._heard >= _ASK_AGAIN:
            self._wait_for(self._heartbeat)
        self._begun = self._clock()

    def _resize(self, took: float) -> None:
        """Come closer to the time that a batch is to take, by half or double at most."""
        change = min(max(self._limits.batch / max(took, 1e-6), 0.5), 2.0)
        self._size = min(max(int(self._size * change), 1), self._limits.most_rows)

    def _is_slow(self) -> bool:
        took, limits = self._read(), self._limits
        return took > max(self._quickest * limits.slow, self._quickest + limits.slow_seconds)

    def _read(self) -> float:
        begun = self._clock()
        self._probe()
        took = self._clock() - begun
        self._quickest = min(self._quickest, took)
        return took

    def _wait_for(self, heartbeat: Heartbeat) -> None:
        begun, told = self._clock(), float("-inf")
        while trouble := self._trouble(heartbeat):
            now = self._clock()
            if now - begun >= self._limits.patience:
                raise Stopped(
                    f"{trouble}, and was waited for {now - begun:.0f} s; see there what SHOW REPLICA STATUS says, then"
                    " run the backfill again: it goes on where it is"
                )
            if now - begun >= 2 * _ASK_AGAIN and now - told >= _BETWEEN_LINES:
                self._tell(f"{trouble}; the backfill waits for it ({now - begun:.0f} s) ...")
                told = now
            self._pause(_ASK_AGAIN)
        self._heard = self._clock()

    def _trouble(self, heartbeat: Heartbeat) -> str:
        """What keeps the replica from being up to date; empty if it is."""
        heartbeat.beat()
        try:
            lag = heartbeat.lag()
        except SourceError as error:
            return f"the replica {heartbeat.replica} does not answer ({error.message})"
        if lag is None:
            return f"the replica {heartbeat.replica} has not got the backfill's heartbeat"
        return f"the replica {heartbeat.replica} is {lag:.0f} s behind" if lag > self._limits.lag else ""

    def _pause(self, seconds: float) -> None:
        end = self._clock() + seconds
        while not self._is_stopped() and (left := end - self._clock()) > 0:
            self._sleep(min(left, _SLICE))
        if self._is_stopped():
            raise Stopped("the backfill was told to stop; run it again: it goes on where it is")


def pace_of(
    engine: Engine,
    change: Change,
    reader: Engine | None = None,
    limits: Limits = _LIMITS,
    *,
    is_stopped: Callable[[], bool] = lambda: False,
    tell: Tell = lambda _: None,
) -> Pace:
    """The pace of a backfill, whose small read is one of its table.

    Args:
        engine: the primary's.
        reader: the replica's; None where there is none, or nothing is written.
        is_stopped: as in `Pace`.
        tell: as in `Pace`.
    """
    (operation,) = change.operations
    assert isinstance(operation, Backfill), f"{change.name} is no backfill"
    heartbeat = None if reader is None else Heartbeat(engine, reader, change.name)
    return Pace(partial(_first_row, engine, operation), heartbeat, limits, is_stopped=is_stopped, tell=tell)


def paced_backfill(
    engine: Engine,
    change: Change,
    reader: Engine | None = None,
    limits: Limits = _LIMITS,
    *,
    again: bool = False,
    between: Callable[[], None] = lambda: None,
    tell: Tell = lambda _: None,
) -> None:
    """Run a backfill beside the load, until its end or SIGTERM; call it in the main thread.

    Args:
        engine: the primary's.
        reader: the replica's; None where there is none.
        again: as in `backfill`.
        between: is called after each rest.
        tell: is told what is waited for.

    Raises:
        Stopped: by SIGTERM, or since the replica has not caught up in time.
        Refused: a change before it is not finished.
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    with stopped_by_sigterm() as is_stopped:
        pace = pace_of(engine, change, reader, limits, is_stopped=is_stopped, tell=tell)

        def rest() -> None:
            pace.between()
            between()

        backfill(engine, change, size=pace.size, again=again, between=rest)


@contextmanager
def stopped_by_sigterm() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM has come, which ends nothing by itself meanwhile."""
    signals: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: signals.append(number))
    try:
        yield lambda: bool(signals)
    finally:
        signal.signal(signal.SIGTERM, before)


def _first_row(engine: Engine, operation: Backfill) -> None:
    with reading(engine, "database", Context(locale="")) as connection:
        last_of_batch(connection, operation.table, operation.key, (), 1)
