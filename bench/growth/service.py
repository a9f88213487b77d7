"""Ogrom with additional endpoints: `python -m bench.growth.service --endpoints 5000 --port 8080`.

It has copies of the API's own endpoints under other names and paths that begin with `/copies/N`, assembled, wrapped and
served as usual. In addition, `/links/N` has N links, and `/sizes/N` is N KiB of JSON.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any

import waitress  # type: ignore[import-untyped]
from dependency_injector import providers

from ogrom.core.routes import assemble
from ogrom.http import Endpoint, Exchange, PathParameter, Resource
from ogrom.run.container import Container
from ogrom.run.database_url import DatabaseUrl
from ogrom.run.settings import Settings

_LINE = "x" * 61
"""With quotes and comma, 64 bytes of JSON."""


@dataclass(frozen=True)
class Links(Resource[None]):
    """A list of as many links to products as the path says."""

    links_to = ("product",)
    number = PathParameter()

    def handle_ok(self, x: Exchange[None]) -> object:
        """A list of URLs."""
        return [x.link("product", product_id=each) for each in range(1, self.number(x) + 1)]


@dataclass(frozen=True)
class Sizes(Resource[None]):
    """As many KiB as the path says."""

    number = PathParameter()

    def handle_ok(self, x: Exchange[None]) -> object:
        """A list of strings."""
        return [_LINE] * (self.number(x) * 16)


def more(endpoints: tuple[Endpoint, ...], number: int) -> tuple[Endpoint, ...]:
    """The endpoints, copies of them up to that number, and the two from here."""
    ours = (Endpoint("links", "/links/{number}", Links()), Endpoint("sizes", "/sizes/{number}", Sizes()))
    missing = max(0, number - len(endpoints))
    return (*endpoints, *islice(_copies(endpoints), missing), *ours)


def copied(path: str, number: int) -> str:
    """The path of a copy."""
    return f"/copies/{number}{path}"


def _copies(endpoints: tuple[Endpoint, ...]) -> Iterator[Endpoint]:
    for number in count(1):
        for each in endpoints:
            # The root's path is empty or a slash, and no copy may end with a slash.
            path = copied(each.path.removesuffix("/"), number)
            yield replace(each, name=f"{each.name}-{number}", path=path)


def application(database: str, endpoints: int, threads: int) -> Any:
    """The WSGI application over a filled database, answering from memory."""
    settings = Settings(
        database_url=DatabaseUrl(database),
        threads=threads,
        locales=("de-DE",),
        cache_ttl=3600.0,
        cache_written_ttl=3600.0,
    )
    container = Container(settings=settings)
    container.endpoints.override(providers.Object(more(assemble(container.sources()), endpoints)))
    return container.app()


def main() -> None:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="bench.growth.service", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--endpoints", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args()
    app = application(options.database, options.endpoints, options.threads)
    waitress.serve(app, host="127.0.0.1", port=options.port, threads=options.threads, _quiet=True)


if __name__ == "__main__":
    main()
