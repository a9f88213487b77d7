"""What is asked of every contender."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Literal
from urllib.parse import urlsplit

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
"""Eleven fields, as a service behind AWS's application balancer or nginx gets them of a browser.

wrk by itself sends Host alone, which hides what it takes to read a header. If-Modified-Since is older than everything,
so that all of it is answered. There is no Cache-Control: no-cache, since Ogrom would heed it, and answer nothing from
its memory.
"""


Store = Literal["memory", "MariaDB"]
STORES: tuple[Store, ...] = ("memory", "MariaDB")

Asks = Literal["product", "balanced", "collages", "unchanged"]

_COLLAGES = "/v1/de-DE/collages?limit=20"
_PATIENCE = 10.0
# Each of them is asked for first, to learn its tag.
_MOST_TAGS = 200


@dataclass(frozen=True)
class Case:
    """A load.

    Attributes:
        asks: for each product by its id, for the same with the header that a balancer sends, for the first page of
            collages, or for products again with If-None-Match.
        connections: how many are open, each with a request under way all the time.
        processes: how many of each contender serve.
    """

    asks: Asks
    connections: int
    processes: int = 1

    def __str__(self) -> str:
        return f"{self.asks}, {self.connections}" + (", 2 processes" if self.processes == 2 else "")


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
"""The case that is shown where there is room for one."""

QUICK = (STANDARD, CASES[4])


class NotUnchanged(RuntimeError):
    """A contender sends tags and does not know them again."""


class NotAnswered(RuntimeError):
    """A contender does not answer what a balancer sends as it answers what wrk sends."""


def product_paths(ids: Iterable[str]) -> Sequence[str]:
    """The paths of these products."""
    return tuple(f"/v1/de-DE/products/{each}" for each in ids)


def scripts(url: str, paths: Sequence[str]) -> Mapping[str, str]:
    """What wrk is told for each kind of request to a server; `unchanged` is left out where it sends no tags.

    Args:
        url: the server's.
        paths: of the products that there are.

    Raises:
        NotUnchanged: it answers a tag of its own with something else than 304.
        NotAnswered: with a balancer's header it answers something else than 200.
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
    """Else a quick 304 or 400 would be taken for it; wrk counts neither as wrong."""
    with closing(_connected(url)) as connection:
        status, _ = _ask(connection, path, BALANCER)
    if status != 200:
        raise NotAnswered(f"{url}{path} answers a balancer's header with {status}, not with 200")


def _tagged(url: str, paths: Sequence[str]) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    with closing(_connected(url)) as connection:
        for path in paths:
            _, tag = _ask(connection, path, {})
            if tag is None:
                return []
            found.append((path, {"If-None-Match": tag}))
        status, _ = _ask(connection, *found[0])
    if status != 304:
        raise NotUnchanged(f"{url}{found[0][0]} answers its own tag with {status}, not with 304")
    return found


def _connected(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)


def _ask(connection: HTTPConnection, path: str, fields: Mapping[str, str]) -> tuple[int, str | None]:
    connection.request("GET", path, headers=dict(fields))
    response = connection.getresponse()
    response.read()
    return response.status, response.headers["ETag"]
