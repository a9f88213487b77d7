"""The loads, which are the same for every contender."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from bench.measure.asking import ask, connected
from bench.measure.wrk import in_turn

BALANCER: Mapping[str, str] = {
    "Host": "api.example.org",
    "X-Forwarded-For": "203.0.113.195",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "443",
    "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "de-DE,de;q=0.8,en-US;q=0.5,en;q=0.3",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "If-Modified-Since": "Thu, 01 Jan 2009 00:00:00 GMT",
    "Cookie": "session=eyJhbGciOiJIUzI1NiJ9.c2hvcA; consent=necessary",
}
"""Eleven fields, as a service behind AWS's application balancer or nginx gets them from a browser.

wrk by itself sends only Host, which hides the cost of reading a header. If-Modified-Since is older than everything, so
that no response is a 304. There is no Cache-Control: no-cache, with which Ogrom would answer nothing from its memory.
"""


Store = Literal["memory", "MariaDB"]
STORES: tuple[Store, ...] = ("memory", "MariaDB")

Asks = Literal["product", "balanced", "collages", "unchanged"]

_COLLAGES = "/v1/de-DE/collages?limit=20"
_PATIENCE = 10.0
# For each of them a request is sent first, to learn its tag.
_MOST_TAGS = 200
_HEADS: Mapping[Asks, str] = {
    "product": "by id",
    "balanced": "by id, balanced",
    "collages": "collages",
    "unchanged": "304",
}


@dataclass(frozen=True)
class Case:
    """A load.

    Attributes:
        asks: each product by its id, the same with a balancer's header, the first page of collages, or products
            again with If-None-Match.
        connections: how many are open, each with a request under way all the time.
        processes: how many of each contender serve.
    """

    asks: Asks
    connections: int
    processes: int = 1

    def __str__(self) -> str:
        return f"{self.asks}, {self.connections}" + (", 2 processes" if self.processes == 2 else "")

    @property
    def head(self) -> str:
        """The head of its column in a table."""
        return f"{_HEADS[self.asks]}, {self.connections} conn."


CASES = (
    Case("product", 1),
    Case("product", 16),
    Case("product", 64),
    Case("collages", 16),
    Case("unchanged", 16),
    Case("product", 16, processes=2),
    Case("product", 64, processes=2),
)
STANDARD = CASES[1]
"""The case that is shown if there is room for only one."""

QUICK = (STANDARD, CASES[4])


class NotUnchanged(RuntimeError):
    """A contender sends entity tags and does not recognize them."""


class NotAnswered(RuntimeError):
    """A contender does not answer a request with a balancer's header as it answers one of wrk's."""


def product_paths(ids: Iterable[str]) -> Sequence[str]:
    """The paths of these products."""
    return tuple(f"/v1/de-DE/products/{each}" for each in ids)


def scripts(url: str, paths: Sequence[str]) -> Mapping[str, str]:
    """The script of wrk for each kind of request; `unchanged` is missing if the server sends no entity tags.

    Raises:
        NotUnchanged: it answers its own entity tag with something other than 304.
        NotAnswered: it answers a balancer's header with something other than 200.
    """
    _require_answer(url, paths[0])
    found = {
        "product": in_turn((each, {}) for each in paths),
        "balanced": in_turn((each, BALANCER) for each in paths),
        "collages": in_turn([(_COLLAGES, {})]),
    }
    tagged = _tagged(url, paths[:: max(1, len(paths) // _MOST_TAGS)])
    return {**found, "unchanged": in_turn(tagged)} if tagged else found


def _require_answer(url: str, path: str) -> None:
    """Refuse a quick 304 or 400, which wrk would not count as wrong."""
    with closing(connected(url, _PATIENCE)) as connection:
        status, _ = ask(connection, path, BALANCER)
    if status != 200:
        raise NotAnswered(f"{url}{path} answers a balancer's header with {status}, not with 200")


def _tagged(url: str, paths: Sequence[str]) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    with closing(connected(url, _PATIENCE)) as connection:
        for path in paths:
            _, fields = ask(connection, path)
            if fields["ETag"] is None:
                return []
            found.append((path, {"If-None-Match": fields["ETag"]}))
        status, _ = ask(connection, *found[0])
    if status != 304:
        raise NotUnchanged(f"{url}{found[0][0]} answers its own tag with {status}, not with 304")
    return found
