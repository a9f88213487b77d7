"""A day measured: what became of its requests, and what those that came through have cost."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import text

from bench.database import MARKET, stocked
from bench.measure.usage import processor_seconds
from bench.peers import PEERS
from bench.peers.running import running
from ogrom.sources.database.engine import database_engine

from .demand import KINDS, Demand, Kind
from .popularity import Trace, hit_ratio, shares
from .replay import Hour, replay
from .varnish import varnish

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
        things: how many there are in each table.
        fresh: for how many seconds a cache may keep each kind, by the kind's name; 0 where it may not.
        api: the seconds of a processor that the service needs for a request that comes through, on average.
        database: the same for its database.
    """

    hours: Sequence[Hour]
    things: Mapping[str, int]
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
        return expected(kind, rate, self.things.get(kind.table, 1), longer * self.fresh[kind.name])

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


def measured(demand: Demand, products: int, *, haste: float, seconds: float) -> Day:
    """Replay a day through Varnish, over Ogrom without a memory of its own, and a MariaDB.

    Args:
        demand: who comes.
        products: how many there are.
        haste: how many times as fast as in reality.
        seconds: how long each hour's part lasts.
    """
    with TemporaryDirectory() as folder, stocked(products) as url:
        ids = _ids(url)
        server = _server_of(url)
        trace = Trace(MARKET, ids)
        with (
            running(PEERS["ogrom"], url, Path(folder)) as service,
            varnish(service.url, haste) as cache,
        ):
            fresh = {each.name: _fresh(service.url, each, ids) for each in KINDS}
            processes = service.process_ids
            before = processor_seconds(processes), processor_seconds([server])
            hours = tuple(replay(cache, trace, demand, MARKET, haste=haste, seconds=seconds))
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


def _server_of(url: str) -> int:
    """The number of the process that listens at a URL's port."""
    engine = database_engine(url)
    with engine.connect() as connection:
        path = Path(connection.execute(text("SELECT @@pid_file")).scalar_one())
    engine.dispose()
    return int(path.read_text())


def _fresh(service: str, kind: Kind, ids: Mapping[str, Sequence[int]]) -> float:
    """For how many seconds a cache may keep such a response, by what the service says."""
    path = kind.path.format(ids[kind.table][0] if kind.table else "")
    with closing(HTTPConnection(urlsplit(service).netloc, timeout=30)) as connection:
        connection.request("GET", MARKET + path)
        response = connection.getresponse()
        response.read()
        said = _FRESH.search(response.headers["Cache-Control"])
    return float(said[1]) if said else 0.0
