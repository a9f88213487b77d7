"""The warm-up: a process asks itself for everything once, so that no client is the first one.

The first request to a route imports what only it needs, compiles templates and statements and opens connections;
under load many would wait for that. What is asked comes from the data that is there, as the examples of the API's
description do.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import flask
import msgspec
from sqlalchemy import Engine
from werkzeug.test import Client

from ogrom.http import Endpoint, Mount
from ogrom.http.openapi import Examples, collect
from ogrom.http.openapi.documentation import assets
from ogrom.http.routing import VARIABLE
from ogrom.protocols.context import Context
from ogrom.protocols.sources import ProductSource

from .documentation import starts
from .paths import HEALTH

log = logging.getLogger("ogrom.run")

WARMING = "ogrom.warming"
"""Where the WSGI environment says that nobody has sent the request; it is nothing to log, count or limit."""

SECONDS = 20.0
"""After so many the rest stays cold: a balancer waits for us, and who comes first waits as it would without us."""

_PAGE = {"Accept": "text/html"}


def is_warm_up(request: object) -> bool:
    """Whether nobody has sent the request."""
    environ: Mapping[str, object] = getattr(request, "environ", {})
    return WARMING in environ


@dataclass(frozen=True)
class WarmUp:
    """What there is to warm up in a process.

    Attributes:
        app: is asked, with all that stands around it.
        markets: by locale; every endpoint of each is asked.
        service: what belongs to no market.
        products: give the words to search for.
        engines: get their connections.
        connections: how many each gets: one for each thread.
    """

    app: flask.Flask
    markets: Mapping[str, Mount]
    service: Mount
    products: ProductSource
    engines: tuple[Engine, ...]
    connections: int

    def run(self, *, seconds: float = SECONDS) -> bool:
        """Do all that, as far as it can be done in time.

        Returns:
            Whether the sources have answered; False if a later try might do better.

        Raises:
            SQLAlchemyError: there is no connection to be had.
        """
        end = time.monotonic() + seconds
        with ExitStack() as held:
            for engine in self.engines:
                for _ in range(self.connections):
                    held.enter_context(engine.connect())
        return all(status not in (503, 504) for status in self._answers(end))

    def _answers(self, end: float) -> Iterator[int]:
        client = Client(self.app)  # Flask's own imports a debugger
        for target, headers in self._requests(end):
            if time.monotonic() > end:
                log.warning("the warm-up took too long; from %s on, the first request does it", target)
                return
            answer = client.get(target, headers=headers, environ_overrides={WARMING: True})
            if answer.status_code == 500:
                log.warning("the warm-up got a 500 from %s", target)
            if not target.startswith(HEALTH):  # which says that it is not ready
                yield answer.status_code

    def _requests(self, end: float) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Each route of each market; as pages only where templates and drawings are still cold."""
        known = Examples()
        for place, (locale, mount) in enumerate(self.markets.items()):
            ctx = Context(locale=locale, deadline=end)
            known = collect(mount, starts(self.products, ctx), context=_same(ctx))
            for target in targets(mount, known):
                yield target, {}
                if place == 0:
                    yield target, _PAGE
        extra = {"digest": assets().digest, "file": "docs.js"}
        for target in targets(self.service, known, extra):
            yield target, {}
            yield target, _PAGE


def _same(ctx: Context) -> Callable[[object], Context]:
    return lambda _: msgspec.structs.replace(ctx)


def targets(mount: Mount, known: Examples, extra: Mapping[str, object] | None = None) -> Iterable[str]:
    """A path and query for each endpoint, with what is known of its parameters; whatever is not, is 1.

    Args:
        mount: whose endpoints are asked.
        known: examples of what there is.
        extra: parameters that no example has.
    """
    return tuple(mount.prefix + _target(each, known, extra or {}) for each in mount.endpoints)


def _target(endpoint: Endpoint, known: Examples, extra: Mapping[str, object]) -> str:
    example = known.by_endpoint.get(endpoint.name)
    arguments = dict(example.arguments) if example else {}
    names = VARIABLE.findall(endpoint.path)
    values = {name: _value(endpoint.name, name, known, extra) for name in names}
    path = VARIABLE.sub(lambda match: quote(values[match[1]], safe=""), endpoint.path)
    query = {name: value for name, value in arguments.items() if name not in names}
    return f"{path}?{urlencode(query)}" if query else path


def _value(endpoint: str, name: str, known: Examples, extra: Mapping[str, object]) -> str:
    if name in extra:
        return str(extra[name])
    found = known.argument(endpoint, name)
    return str(found) if isinstance(found, int | str) else "1"
