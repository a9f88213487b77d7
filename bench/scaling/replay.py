"""A day replayed: each hour's requests at that hour's rate, the share that the cache answered, the cost of the rest."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench.database import MARKET, seeded_database, server_process
from bench.measure.asking import ask, connected
from bench.measure.wrk import throughput
from bench.peers import PEERS
from bench.peers.running import running
from ogrom.sources.database.engine import database_engine
from ogrom_rehearsal.usage import processor_seconds
from ogrom_tools.progress import counted

from .demand import HOURS, KINDS, Demand, Kind, Trace, hit_ratio, shares
from .varnish import Varnish, varnish

# The average seconds between requests on a connection: after two, wrk takes it for one that hangs.
_WAIT = 0.1
_SPARE = 1.3
_MISSING = 0.005
_SHORT, _LONG = 2.0, 30.0
"""The seconds to wait for the log, if few lines are missing and if many are."""

# Connections wait for exponentially distributed times, so that requests come at random.
_SCRIPT = """
local paths, turn = {{}}, 0
for line in io.lines("{file}") do paths[#paths + 1] = line end
math.randomseed({seed})
function request()
  turn = turn % #paths + 1
  return wrk.format("GET", paths[turn])
end
function delay()
  return -math.log(1 - math.random()) * {mean}
end
"""


@dataclass(frozen=True)
class Hour:
    """The requests of an hour.

    Attributes:
        hour: 0 to 23.
        rate: requests a second that were sent, in the hour's own time, not sped up.
        requests: how many were sent, by the name of their kind.
        hits: how many of them the cache answered.
        errors: how many failed.
    """

    hour: int
    rate: float
    requests: Mapping[str, int]
    hits: Mapping[str, int]
    errors: int


def replay(
    cache: Varnish,
    trace: Trace,
    demand: Demand,
    market: str,
    *,
    speedup: float,
    seconds: float,
    hours: Sequence[int] = range(HOURS),
) -> Iterator[Hour]:
    """Send a part of each hour, with time sped up; the first part twice, the first time to fill the cache."""
    end = cache.begin
    turns = (hours[0], *hours)
    for turn, hour in enumerate(counted(turns, len(turns), "hours")):
        rate = demand.rate(hour + 0.5)
        with TemporaryDirectory() as folder:
            paths = Path(folder, "paths")
            paths.write_text(
                "\n".join(trace.paths(int(rate * speedup * seconds * _SPARE) + 1)), encoding="utf-8"
            )
            connections = max(1, round(_WAIT * rate * speedup))
            script = _SCRIPT.format(file=paths, seed=turn, mean=1000 * connections / (rate * speedup))
            sent = throughput(cache.url, connections, seconds, script)
        lines, end = _lines(cache.log, end, sent.requests)
        if turn:
            yield Hour(hour, sent.requests_per_second / speedup, *_counted(lines, market), sent.errors)


def _lines(log: Path, begin: int, count: int) -> tuple[Sequence[str], int]:
    """About `count` lines of the log from a position on, and the position after them.

    The numbers differ a little: wrk counts some requests that were under way at its end, and Varnish some that wrk did
    not wait for.
    """
    since = time.monotonic()
    while True:
        with log.open("rb") as file:
            file.seek(begin)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        lines = whole.decode().splitlines()
        waited = time.monotonic() - since
        if len(lines) >= count or (waited > _SHORT and len(lines) >= (1 - _MISSING) * count):
            return lines, begin + len(whole)
        if waited > _LONG:
            raise RuntimeError(f"Varnish has logged only {len(lines)} of {count} requests")
        time.sleep(0.05)


def _counted(lines: Sequence[str], market: str) -> tuple[Counter[str], Counter[str]]:
    requests, hits = Counter[str](), Counter[str]()
    for line in lines:
        path, _, handling = line.rpartition(" ")
        if handling == "synth":
            continue  # the check that requests are logged
        kind = kind_of(path.removeprefix(market)).name
        requests[kind] += 1
        hits[kind] += handling == "hit"
    return requests, hits


def kind_of(path: str) -> Kind:
    """The kind of a path below the market.

    Raises:
        ValueError: it is of no kind.
    """
    for kind in KINDS:
        before, _, after = kind.path.partition("{}")
        middle = path.removeprefix(before).removesuffix(after)
        if path == before + middle + after and (middle.isdigit() if "{}" in kind.path else not middle):
            return kind
    raise ValueError(f"no kind of request has the path {path}")


_IDS = {
    "products": "SELECT product_id FROM offers WHERE locale = 'de-DE'",
    "collages": "SELECT id FROM collages WHERE locale = 'de-DE'",
    "users": "SELECT id FROM users",
}
_FRESH = re.compile(r"max-age=(\d+)")


@dataclass(frozen=True)
class Day:
    """A replayed day.

    Attributes:
        hours: in order.
        sizes: the number of rows in each table.
        fresh: for how many seconds a cache may keep each kind, by the kind's name; 0 if it may not.
        api: processor seconds of the service for a request that comes through, on average.
        database: processor seconds of its database.
    """

    hours: Sequence[Hour]
    sizes: Mapping[str, int]
    fresh: Mapping[str, float]
    api: float
    database: float

    def asked(self, kind: Kind) -> int:
        """How many requests were of a kind."""
        return sum(each.requests.get(kind.name, 0) for each in self.hours)

    def ratio(self, kind: Kind) -> float:
        """The share of those that the cache answered."""
        return sum(each.hits.get(kind.name, 0) for each in self.hours) / max(self.asked(kind), 1)

    @property
    def hits(self) -> float:
        """The share of all requests that the cache answered."""
        hits = sum(sum(each.hits.values()) for each in self.hours)
        return hits / max(sum(map(self.asked, KINDS)), 1)

    def expected(self, kind: Kind, rate: float, longer: float = 1.0) -> float:
        """The share of a kind that a cache would answer by the formula, at so many requests of all kinds a second."""
        return expected(kind, rate, self.sizes.get(kind.table, 1), longer * self.fresh[kind.name])

    def overall(self, rate: float, longer: float = 1.0) -> float:
        """The share of all requests that a cache would answer by the formula."""
        return sum(each.share * self.expected(each, rate, longer) for each in KINDS)

    @property
    def errors(self) -> int:
        """How many requests failed."""
        return sum(each.errors for each in self.hours)


def expected(kind: Kind, rate: float, things: int, fresh: float) -> float:
    """The share of a kind's requests that a cache answers by the formula, if there are so many things."""
    return hit_ratio((rate * kind.share * each for each in shares(things)), fresh)


def over_a_day(rates: Sequence[float], ratio: Callable[[float], float]) -> float:
    """The mean of a ratio over a day's requests, by the rate of each hour."""
    return sum(rate * ratio(rate) for rate in rates) / sum(rates)


def measured(demand: Demand, products: int, *, speedup: float, seconds: float) -> Day:
    """Replay a day through Varnish, over Ogrom without its cache, and a MariaDB."""
    with TemporaryDirectory() as folder, seeded_database(products) as url:
        ids = _ids(url)
        server = server_process(url)
        trace = Trace(MARKET, ids)
        with (
            running(PEERS["ogrom"], url, Path(folder)) as service,
            varnish(service.url, speedup) as cache,
        ):
            fresh = {each.name: _fresh(service.url, each, ids) for each in KINDS}
            processes = service.process_ids
            before = processor_seconds(processes), processor_seconds([server])
            hours = tuple(replay(cache, trace, demand, MARKET, speedup=speedup, seconds=seconds))
            after = processor_seconds(processes), processor_seconds([server])
    through = sum(sum(each.requests.values()) - sum(each.hits.values()) for each in hours)
    api, database = ((end - begin) / through for begin, end in zip(before, after, strict=True))
    return Day(hours, {table: len(each) for table, each in ids.items()}, fresh, api, database)


def _ids(url: str) -> dict[str, list[int]]:
    engine = database_engine(url)
    with engine.connect() as connection:
        found = {table: [row[0] for row in connection.execute(text(sql))] for table, sql in _IDS.items()}
    engine.dispose()
    return found


def _fresh(service: str, kind: Kind, ids: Mapping[str, Sequence[int]]) -> float:
    """For how many seconds a cache may keep a response of this kind, by its Cache-Control."""
    path = kind.path.format(ids[kind.table][0] if kind.table else "")
    with closing(connected(service)) as connection:
        _, fields = ask(connection, MARKET + path)
    said = _FRESH.search(fields["Cache-Control"])
    return float(said[1]) if said else 0.0
