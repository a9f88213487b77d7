"""An open loop during which a table changes: what requests saw of each change, and of the calm before it.

A change runs in a process of its own, as a deploy's task does. Its time is from its first statement to its last.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TypeAlias

from sqlalchemy import Integer

from bench.measure.openloop import Latency, latency_of
from bench.measure.timing import Sample
from ogrom.sources.database.engine import database_engine, unhurried
from ogrom.sources.schema.change import Change, Kind, Operation
from ogrom.sources.schema.operations.add_column import AddColumn
from ogrom.sources.schema.operations.add_index import AddIndex
from ogrom.sources.schema.runner import run
from ogrom_deploy.policy import Limits
from ogrom_rehearsal.load import Load, RequestResult

from .stock import Stock

NOTHING = "nothing"
INDEX = "an index"
COMPUTED = "a computation in the server, of no table"
COLUMN = "a column"
BEHIND = "a column, behind an open transaction"
COPY = "control: the index by a copy of the table, LOCK=SHARED"
PLAIN = "control: the column by a plain ALTER, behind an open transaction"

_INDEX = AddIndex("comments", "ix_comments_bench", ("author_id", "created_at"))
# A small one: MariaDB keeps the room of a dropped column in each row until it rebuilds the table.
_COLUMN = AddColumn("comments", "bench", Integer())
_NO_INDEX = "ALTER TABLE comments DROP INDEX ix_comments_bench"
_NO_COLUMN = "ALTER TABLE comments DROP COLUMN bench, ALGORITHM=INSTANT"
_INDEX_BY_COPY = (
    "ALTER TABLE comments ADD INDEX ix_comments_bench (author_id, created_at), ALGORITHM=COPY, LOCK=SHARED"
)
# It takes a processor for about as long as the index, and nobody can wait for anything else of it.
_COMPUTE = "SELECT BENCHMARK(2000000, MD5('ogrom'))"
_PLAIN_COLUMN = "ALTER TABLE comments ADD COLUMN bench INTEGER"

Period: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Seen:
    """What requests saw of a change in one round.

    Attributes:
        seconds: how long it took; the median if it was made several times.
        before: of the calm.
        during: of those that were to start during the change, however often it was made.
    """

    seconds: float
    before: Latency
    during: Latency


@dataclass(frozen=True)
class Plan:
    """How long a round is.

    Attributes:
        calm: seconds without a change, to compare with.
        indexes: how often the index is added, which takes a second or so.
        columns: how often the column is added, which takes less.
        held: seconds for which a transaction on the table stays open.
        warm_up: seconds before all.
        rest: seconds after an index, in which the server writes what it has kept.
    """

    calm: float
    indexes: int
    columns: int
    held: float
    warm_up: float = 3.0
    rest: float = 1.0


def timed(database: str, change: Operation | str) -> Period:
    """Make a change, or send a statement as it is, and tell when that began and ended.

    Both are on `time.monotonic()`'s clock, which all processes of a machine share.
    """
    with unhurried(database_engine(database)) as connection:
        begin = time.monotonic()
        if isinstance(change, str):
            connection.exec_driver_sql(change).close()
        else:
            run(connection, Change("0001_bench", Kind.EXPAND, (change,)))
        return begin, time.monotonic()


@dataclass
class Session:
    """A load, and when what was done meanwhile."""

    database: str
    process: ProcessPoolExecutor
    calm: Period = (0.0, 0.0)
    before: dict[str, Period] = field(default_factory=dict)
    during: dict[str, list[Period]] = field(default_factory=dict)

    def idle(self, seconds: float) -> Period:
        """Nothing but the load."""
        begin = time.monotonic()
        time.sleep(seconds)
        return begin, time.monotonic()

    def note(self, name: str, period: Period) -> None:
        """Count a period, which is compared with the last calm."""
        self.before[name] = self.calm
        self.during.setdefault(name, []).append(period)

    def make(self, name: str, change: Operation | str, back: str, *, held: float = 0.0) -> None:
        """Make a change, and take it back.

        Args:
            name: of what is measured.
            change: as for `timed`.
            back: the statement that takes it back, which does not count.
            held: seconds for which a transaction on the table is open from before its beginning.
        """
        engine = database_engine(self.database)
        with engine.begin() as other:
            if held:
                other.exec_driver_sql("SELECT id FROM comments LIMIT 1").close()
            made = self.process.submit(timed, self.database, change)
            time.sleep(held)
        engine.dispose()
        self.note(name, made.result())
        self.process.submit(timed, self.database, back).result()

    def seen(self, results: Sequence[RequestResult]) -> Mapping[str, Seen]:
        """What the requests saw of each change."""
        return {
            name: Seen(
                Sample.of(end - begin for begin, end in periods).median,
                _latency(results, self.before[name]),
                _latency(results, *periods),
            )
            for name, periods in self.during.items()
        }


def _latency(results: Sequence[RequestResult], *periods: Period) -> Latency:
    return latency_of([each for each in results if any(begin <= each.at < end for begin, end in periods)])


_LONGEST = 1200.0


@contextmanager
def session(stock: Stock, tag: str, rate: float, found: dict[str, list[Seen]]) -> Iterator[Session]:
    """A load for as long as the block runs; what its requests have seen is added to `found`."""
    with (
        ProcessPoolExecutor(1, get_context("spawn")) as process,
        Load(stock.server.url, stock.profile(tag, rate, _LONGEST)) as load,
    ):
        process.submit(timed, stock.database, "SELECT 1").result()
        made = Session(stock.database, process)
        yield made
        for name, seen in made.seen(load.stop().results).items():
            found.setdefault(name, []).append(seen)


_BETWEEN_COLUMNS = 0.2


def changes(made: Session, plan: Plan) -> None:
    """A round: the index and the column, each several times after a calm."""
    made.idle(plan.warm_up)
    made.calm = made.idle(plan.calm)
    made.note(NOTHING, made.idle(plan.indexes * plan.rest))
    for _ in range(plan.indexes):
        made.make(INDEX, _INDEX, _NO_INDEX)
        made.idle(plan.rest)
        made.make(COMPUTED, _COMPUTE, "DO 0")
        made.idle(plan.rest)
    made.calm = made.idle(plan.calm)
    for _ in range(plan.columns):
        made.make(COLUMN, _COLUMN, _NO_COLUMN)
        made.idle(_BETWEEN_COLUMNS)


def extremes(made: Session, plan: Plan) -> None:
    """A column while a transaction on the table is open, then both controls, after one calm."""
    made.idle(plan.warm_up)
    made.calm = made.idle(plan.calm)
    made.make(BEHIND, _COLUMN, _NO_COLUMN, held=plan.held)
    made.make(COPY, _INDEX_BY_COPY, _NO_INDEX)
    made.idle(plan.rest)
    made.make(PLAIN, _PLAIN_COLUMN, _NO_COLUMN, held=plan.held)


_FIRST_RATE = 200.0
# What the watch of a deploy accepts from any version.
_ACCEPTABLE = Limits().p99_floor


def capacity(stock: Stock, seconds: float) -> float:
    """How many requests a second it holds: as many are answered as come, and p99 is one that any deploy accepts.

    Args:
        stock: the service.
        seconds: of each try.
    """
    rate = step = _FIRST_RATE
    while _holds(stock, 2 * rate, seconds):
        rate *= 2
    step = rate
    for _ in range(3):
        step /= 2
        rate += step * _holds(stock, rate + step, seconds)
    return rate


def _holds(stock: Stock, rate: float, seconds: float) -> bool:
    """In one of two tries, since anything else on the machine only makes it less."""
    return any(_is_held(stock, f"{rate:.0f}, {number}", rate, seconds) for number in range(2))


def _is_held(stock: Stock, tag: str, rate: float, seconds: float) -> bool:
    with Load(stock.server.url, stock.profile(tag, rate, seconds)) as load:
        seen = latency_of(load.finish().results)
    return seen.is_steady and not seen.failed and seen.p99 <= _ACCEPTABLE
