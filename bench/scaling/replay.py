"""A day replayed: each hour's requests at that hour's rate, what the cache answered, and what the rest cost."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import text

from bench.database import MARKET, seeded_database, server_process
from bench.measure.wrk import throughput
from bench.peers import PEERS
from bench.peers.running import running
from ogrom.sources.database.engine import database_engine
from ogrom_rehearsal.usage import processor_seconds
from ogrom_tools.progress import counted

from .demand import HOURS, KINDS, Demand, Kind, Trace, hit_ratio, shares
from .varnish import Varnish, varnish

# Seconds that a connection waits on average before it asks: after two, wrk takes it for one that hangs.
_WAIT = 0.1
_SPARE = 1.3
_MISSING = 0.005
_SHORT, _LONG = 2.0, 30.0
"""The seconds to wait for a log of which a few lines are missing, and more."""

# A connection waits for as long as people do, by the exponential distribution, so that requests come at random.
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
    """What became of an hour's requests.

    Attributes:
        hour: 0 to 23.
        rate: of requests a second of that hour, really sent; in the hour's own time, not the hastened one.
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
    """Send a part of each hour; the first one twice, and it counts when there is something to be found.

    Args:
        cache: that it is sent to.
        trace: what is sent.
        demand: how many requests an hour has.
        market: the path that all requests are below.
        speedup: how many times as fast time goes by.
        seconds: how long each hour's part lasts.
        hours: of the day, in their order.
    """
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
    """About so many lines of the log from a place on, and the place behind them.

    wrk counts a few that were under way at its end, and Varnish a few that wrk did not wait for.
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
            raise RuntimeError(f"Varnish has logged {len(lines)} of {count} requests: its log is not whole")
        time.sleep(0.05)


def _counted(lines: Sequence[str], market: str) -> tuple[Counter[str], Counter[str]]:
    requests, hits = Counter[str](), Counter[str]()
    for line in lines:
        path, _, handling = line.rpartition(" ")
        if handling == "synth":
            continue  # Varnish was asked whether it is logged
        kind = kind_of(path.removeprefix(market)).name
        requests[kind] += 1
        hits[kind] += handling == "hit"
    return requests, hits


def kind_of(path: str) -> Kind:
    """The kind that a path below the market is of.

    Raises:
        ValueError: it is of none.
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
        hours: one after the other.
        sizes: how many rows there are in each table.
        fresh: for how many seconds a cache may keep each kind, by the kind's name; 0 where it may not.
        api: the seconds of a processor that the service needs for a request that comes through, on average.
        database: the same for its database.
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
        """The part of those that the cache answered."""
        return sum(each.hits.get(kind.name, 0) for each in self.hours) / max(self.asked(kind), 1)

    @property
    def hits(self) -> float:
        """The part of all requests that the cache answered."""
        hits = sum(sum(each.hits.values()) for each in self.hours)
        return hits / max(sum(map(self.asked, KINDS)), 1)

    def expected(self, kind: Kind, rate: float, longer: float = 1.0) -> float:
        """The part that a cache would answer by the formula, at so many requests a second of all kinds.

        Args:
            kind: of requests.
            rate: of all requests, a second.
            longer: for how many times as long as the service says a response is kept.
        """
        return expected(kind, rate, self.sizes.get(kind.table, 1), longer * self.fresh[kind.name])

    def overall(self, rate: float, longer: float = 1.0) -> float:
        """The same of all requests."""
        return sum(each.share * self.expected(each, rate, longer) for each in KINDS)

    @property
    def errors(self) -> int:
        """How many requests failed."""
        return sum(each.errors for each in self.hours)


def expected(kind: Kind, rate: float, things: int, fresh: float) -> float:
    """The part of a kind's requests that a cache answers by the formula.

    Args:
        kind: of requests.
        rate: of all requests a second, of whatever kind.
        things: how many there are to ask for.
        fresh: for how many seconds a response is kept.
    """
    return hit_ratio((rate * kind.share * each for each in shares(things)), fresh)


def over_a_day(rates: Sequence[float], ratio: Callable[[float], float]) -> float:
    """The mean over a day's requests of what depends on how many there are in a second.

    Args:
        rates: of requests a second, of each hour.
        ratio: what it is at a rate.
    """
    return sum(rate * ratio(rate) for rate in rates) / sum(rates)


def measured(demand: Demand, products: int, *, speedup: float, seconds: float) -> Day:
    """Replay a day through Varnish, over Ogrom without a memory of its own, and a MariaDB.

    Args:
        demand: who comes.
        products: how many there are.
        speedup: how many times as fast as in reality.
        seconds: how long each hour's part lasts.
    """
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
    """For how many seconds a cache may keep such a response, by what the service says."""
    path = kind.path.format(ids[kind.table][0] if kind.table else "")
    with closing(HTTPConnection(urlsplit(service).netloc, timeout=30)) as connection:
        connection.request("GET", MARKET + path)
        response = connection.getresponse()
        response.read()
        said = _FRESH.search(response.headers["Cache-Control"])
    return float(said[1]) if said else 0.0
