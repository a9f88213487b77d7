"""The dimensions that grow: each size is a server and the requests to it, all measured in turn."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TypeAlias

from bench.comparison.cases import product_paths
from bench.database import MARKET, seeded_database
from bench.measure.asking import ask, connected
from bench.measure.timing import Sample, Spread, ratio, rounds
from bench.measure.wrk import Throughput, WrkFailed, in_turn, throughput
from bench.peers import MEMORY, PEERS, Peer
from bench.peers.check import Catalogue
from bench.peers.peer import ROOT
from bench.peers.running import running
from ogrom.catalogue.demo import LOCALES
from ogrom.protocols.keyset import IdKey, Keyset
from ogrom.protocols.pages import PageRequest

from .service import copied

_OURS = PEERS["ogrom"]
_LANGUAGES = ("de", "en", "fr", "pl", "it", "es", "nl", "pt", "sv", "da")
_REGIONS = ("DE", "GB", "FR", "PL", "IT")
_ENDPOINTS = 16
# The same number for all sizes of a dimension, so that each gives as many different answers.
_MOST_PATHS = 200
# The demo's departments for women and men, and the branch of each that has most products.
_BELOW = (100, 101, 200, 201)
# That of the sources, for cursors into a list.
_PRODUCTS: Keyset[int, IdKey] = Keyset("products", IdKey, IdKey)

Server: TypeAlias = Callable[[], AbstractContextManager[str]]
"""Starts a server and gives its URL."""


@dataclass(frozen=True)
class Size:
    """One size of a dimension.

    Attributes:
        size: the number.
        server: starts the server; several sizes may have the same.
        paths: requested in turn; those that it does not have are left out.
    """

    size: int
    server: Server
    paths: Sequence[str]


@dataclass(frozen=True)
class Dimension:
    """Something that grows.

    Attributes:
        name: for the command line, in the plural.
        title: of its chart.
        told: how it grows, for the documents.
        sizes: the smallest first.
        flat: whether the cost of a request should stay the same.
    """

    name: str
    title: str
    told: str
    sizes: Sequence[Size]
    flat: bool


def dimensions(catalogue: Path, *, quick: bool) -> Iterator[Dimension]:
    """All dimensions; with `quick` only two sizes of each, none of which takes minutes to make."""
    ids = tuple(Catalogue.read(catalogue).products)
    paths = product_paths(ids[:: max(1, len(ids) // _MOST_PATHS)])
    yield Dimension(
        "routes",
        "routes",
        "the API's own 16 endpoints under more names; requests are spread over all of them",
        [_routes(catalogue, paths, number) for number in _some((16, 160, 1600, 5000), quick=quick)],
        flat=True,
    )
    yield Dimension(
        "locales",
        "locales",
        "markets that are served, by id from memory; requests go to those with the demo's products, in turn",
        [_locales(catalogue, ids, number) for number in _some((1, 10, 50), quick=quick)],
        flat=True,
    )
    rows = (1000, 100_000, 1_000_000)
    yield Dimension(
        "rows",
        "products in MariaDB",
        "products in MariaDB, read by id each time; with all that belongs to them, twenty times as many rows",
        [_rows(catalogue, number) for number in ((*rows[:1], 10_000) if quick else rows)],
        flat=True,
    )
    yield Dimension(
        "categories",
        "products below a category",
        "products in MariaDB, listed twenty a page below two departments and their clothes, from all of each list",
        [_categories(catalogue, number) for number in ((*rows[:1], 10_000) if quick else rows)],
        flat=True,
    )
    server = _service(catalogue, _ENDPOINTS)
    for name, title, told, numbers in (
        ("links", "links in a response", "links to products in one response", (1, 10, 100)),
        ("sizes", "KiB in a response", "KiB of JSON in one response", (1, 10, 100, 1000)),
    ):
        some = _some(numbers, quick=quick)
        yield Dimension(name, title, told, [_answers(server, name, number) for number in some], flat=False)


@contextmanager
def up(sizes: Sequence[Size]) -> Iterator[Mapping[int, str]]:
    """The URL of each size, with all servers up while the block runs, each started once."""
    with ExitStack() as stack:
        urls = {
            server: stack.enter_context(server()) for server in dict.fromkeys(each.server for each in sizes)
        }
        yield {each.size: urls[each.server] for each in sizes}


def _some(numbers: Sequence[int], *, quick: bool) -> Sequence[int]:
    return (numbers[0], numbers[-1]) if quick else numbers


def _routes(catalogue: Path, paths: Sequence[str], number: int) -> Size:
    copies = number // _ENDPOINTS
    numbers = (index * copies // len(paths) for index in range(len(paths)))
    spread = [_copied(path, copy) if copy else path for path, copy in zip(paths, numbers, strict=True)]
    return Size(number, _service(catalogue, number), spread)


def _copied(path: str, number: int) -> str:
    return path.replace(MARKET, f"{MARKET}{copied('', number)}", 1)


def _locales(catalogue: Path, ids: Sequence[str], number: int) -> Size:
    others = [f"{language}-{region}" for language, region in product(_LANGUAGES, _REGIONS)]
    locales = tuple(dict.fromkeys((*LOCALES, *others)))[:number]
    peer = replace(
        _OURS, environment=lambda store: {**_OURS.environment(store), "OGROM_LOCALES": ",".join(locales)}
    )
    asked = min(number, len(LOCALES))
    paths = [f"/v1/{locales[index % asked]}/products/{id}" for index, id in enumerate(ids[: 2 * _MOST_PATHS])]
    return Size(number, lambda: _served(peer, MEMORY, catalogue), paths)


def _rows(catalogue: Path, number: int) -> Size:
    ids = range(1, number + 1, max(1, number // (2 * _MOST_PATHS)))
    return Size(number, _with_products(catalogue, number), product_paths(map(str, ids)))


def _categories(catalogue: Path, number: int) -> Size:
    # What follows the last of them fills a page even below a branch of the smallest store.
    starts = range(0, number * 4 // 5, number * 4 // 5 // (_MOST_PATHS // len(_BELOW)))
    paths = [list_path(category, start) for start in starts for category in _BELOW]
    return Size(number, _with_products(catalogue, number), paths)


def list_path(category: int, after: int) -> str:
    """The page of a category that follows a product."""
    path = f"{MARKET}/products?category_id={category}"
    scope = (MARKET.rpartition("/")[2], {"category_id": category})
    cursor = _PRODUCTS.page([after, after], PageRequest(limit=1), *scope).next_cursor
    return f"{path}&cursor={cursor}" if after else path


def _with_products(catalogue: Path, number: int) -> Server:
    """The service over MariaDB with so many products."""

    @contextmanager
    def served() -> Iterator[str]:
        with seeded_database(number) as url, _served(_OURS, url, catalogue) as served:
            yield served

    return served


def _answers(server: Server, name: str, number: int) -> Size:
    return Size(number, server, [f"{MARKET}/{name}/{number}"])


def _service(catalogue: Path, endpoints: int) -> Server:
    """The service with more endpoints."""

    def command(store: str, catalogue: Path, port: int, processes: int, threads: int) -> tuple[str, ...]:
        return (
            str(ROOT / ".nox" / "test" / "bin" / "python"),
            "-m",
            "bench.growth.service",
            f"--database=sqlite:///{catalogue.with_name('ogrom.sqlite3')}",
            f"--endpoints={endpoints}",
            f"--port={port}",
            f"--threads={threads}",
        )

    peer = Peer(f"growth-{endpoints}", "Ogrom, more endpoints", "ogrom", "None.", command)
    return lambda: _served(peer, MEMORY, catalogue)


@contextmanager
def _served(peer: Peer, store: str, catalogue: Path) -> Iterator[str]:
    with running(peer, store, catalogue) as server:
        yield server.url


CONNECTIONS = 16
WARM_UP = 1

Sizes = Mapping[int, Sequence[Throughput]]
"""The rounds of each size."""


class NothingThere(RuntimeError):
    """A server has none of the paths to request."""


def measured(dimension: Dimension, count: int, seconds: int) -> Sizes:
    """Measure all sizes of a dimension.

    Raises:
        WrkFailed: a request failed.
    """
    with up(dimension.sizes) as urls:
        scripts = {
            each.size: in_turn((path, {}) for path in there(urls[each.size], each.paths))
            for each in dimension.sizes
        }

        def load(size: int, seconds: int = seconds) -> Throughput:
            seen = throughput(urls[size], CONNECTIONS, seconds, scripts[size])
            if seen.errors:
                raise WrkFailed(f"{dimension.name}, {size}: {seen.errors} requests failed")
            return seen

        for size in urls:
            load(size, WARM_UP)
        return rounds(tuple(urls), load, count)


def there(url: str, paths: Iterable[str]) -> Sequence[str]:
    """The paths that a server answers with 200; its memory has them after that.

    Raises:
        NothingThere: there is none.
    """
    with closing(connected(url)) as connection:
        found = [path for path in paths if ask(connection, path)[0] == 200]
    if not found:
        raise NothingThere(f"{url} has none of the paths to request, such as {next(iter(paths), 'none')}")
    return found


def costs(sizes: Sizes) -> Mapping[int, Spread]:
    """The cost of a request at each size, as a multiple of that at the smallest."""
    seconds = {
        size: Sample.of(1 / each.requests_per_second for each in values) for size, values in sizes.items()
    }
    smallest = next(iter(seconds.values()))
    return {size: ratio(each, smallest) for size, each in seconds.items()}
