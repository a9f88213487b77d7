"""The warm-up: a process asks itself for everything once, so that no client is the first one.

The first request to a route imports what only it needs, compiles templates and statements and opens connections;
under load many would wait for that.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import quote, urlencode

from werkzeug.test import Client

from ogrom.http import Endpoint, Mount
from ogrom.http.openapi import Examples
from ogrom.http.routing import VARIABLE

from .requests import WARMING, WsgiApp
from .serving import HEALTH

log = logging.getLogger("ogrom.operations")

SECONDS: Final = 20.0
"""After so many the rest stays cold: a balancer waits for us, and the first clients wait as they would without us."""

MAX_TRIES: Final = 3
"""Of a warm-up that fails though the service is ready."""

Target: TypeAlias = tuple[str, Mapping[str, str]]
"""A path and query, and the header fields that go with it."""

_PAGE = {"Accept": "text/html"}


def warm_up(app: WsgiApp, targets: Callable[[float], Iterable[Target]], *, seconds: float = SECONDS) -> bool:
    """Ask an application for some targets, as far as it can be done in time.

    Args:
        app: is asked, with all that stands around it.
        targets: gives them; is told when to stop, on `time.monotonic()`'s clock.
        seconds: how long it may take.

    Returns:
        Whether the sources have answered; False if a later try might do better.
    """
    end = time.monotonic() + seconds
    return all(status not in (503, 504) for status in _statuses(app, targets(end), end))


def _statuses(app: WsgiApp, targets: Iterable[Target], end: float) -> Iterator[int]:
    client = Client(app)  # Flask's own imports a debugger
    for target, headers in targets:
        if time.monotonic() > end:
            log.warning("the warm-up took too long; from %s on, the first requests will be slower", target)
            return
        answer = client.get(target, headers=dict(headers), environ_overrides={WARMING: True})
        if answer.status_code == 500:
            log.warning("the warm-up got a 500 from %s; the log has its error", target)
        if not target.startswith(HEALTH):  # which says that it is not ready
            yield answer.status_code


@dataclass
class WarmUp:
    """What the server calls to warm up a process, until it is of use or there is nothing left to try.

    Attributes:
        run: does it; gives False if a later try might do better.
        is_ready: whether the sources answer.
        failures: what `run` raises where they do not.
    """

    run: Callable[[], bool]
    is_ready: Callable[[], bool] = lambda: True
    failures: tuple[type[Exception], ...] = ()
    _failed: int = field(default=0, init=False)

    def __call__(self) -> bool:
        """Try it; whether there is nothing left to try."""
        if self._failed and not self.is_ready():
            return False
        try:
            if self.run():
                return True
        except self.failures:
            pass
        self._failed += 1
        if self._failed < MAX_TRIES:
            return False
        log.warning("the warm-up got no answer; the first requests will be slower")
        return True


def requests_to(
    mount: Mount, known: Examples, extra: Mapping[str, object] | None = None, *, pages: bool
) -> Iterator[Target]:
    """A request to each endpoint, with what is known of its parameters; whatever is not, is 1.

    Args:
        mount: whose endpoints are asked.
        known: examples of what there is.
        extra: parameters that no example has.
        pages: whether each is asked for as a page for people, too.
    """
    for each in mount.endpoints:
        target = mount.prefix + _target(each, known, extra or {})
        yield target, {}
        if pages:
            yield target, _PAGE


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
