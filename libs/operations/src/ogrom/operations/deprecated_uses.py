"""Deprecated uses: who still uses what is deprecated, counted by client, and told in the log."""

import logging
import re
import time
from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Any, Final

from prometheus_client import Counter

from ogrom.http import Deprecation, Resource
from ogrom.http.flask import Used

from .access.credentials import PRINCIPAL
from .logs import FIELDS
from .requests import is_warm_up

log = logging.getLogger("ogrom.operations")

LABELS: Final = ("method", "endpoint", "what", "client")

MOST: Final = 100
"""How many users, and how many programs, are told apart; the rest is `other`."""

_SILENCE = 3600.0
"""The seconds for which the log does not repeat who uses what."""

_PRODUCT = re.compile(r"[A-Za-z0-9._-]{1,40}")


class DeprecatedUses:
    """Counts them; owns the names of the clients that it tells apart. Safe in threads."""

    def __init__(
        self,
        counter: Counter,
        known: Callable[[], Collection[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is counted yet.

        Args:
            counter: has the labels `LABELS`.
            known: gives the clients that have been counted, by any process that shares the counter.
            clock: in seconds.
        """
        self._counter = counter
        self._known = known
        self._clock = clock
        self._clients: set[str] | None = None
        self._told: dict[tuple[str, ...], float] = {}
        self._lock = Lock()

    def count(self, used: Used) -> None:
        """A request has used what is deprecated."""
        if is_warm_up(used.request):
            return
        method = used.request.method if used.request.method in Resource.known_methods else "other"
        with self._lock:
            client = self._one_of_few(client_of(used.request.environ))
            uses = {(method, used.endpoint, each.what, client): each.deprecation for each in used.things}
            now = self._clock()
            news = [each for each in uses if now - self._told.get(each, -_SILENCE) >= _SILENCE]
            self._told.update(dict.fromkeys(news, now))
        for use in uses:
            self._counter.labels(*use).inc()
        for use in news:
            _tell(use, uses[use])

    def _one_of_few(self, client: str) -> str:
        """The client if it is one of the first; users and programs do not take places from one another."""
        if self._clients is None:
            # A process that takes the place of another goes on with its counts, so with its clients too.
            self._clients = set(self._known())
        if client not in self._clients:
            if sum(_is_user(each) == _is_user(client) for each in self._clients) >= MOST:
                return "other"
            self._clients.add(client)
        return client


def client_of(environ: Mapping[str, Any]) -> str:
    """Who sends the request: `user:` and the id of the token's user, otherwise the program that User-Agent names.

    Of User-Agent (RFC 9110, 10.1.5) it is the first product without its version, up to 40 characters; `none` if
    there is none. A program in a browser, which has a User-Agent of its own, names itself in Ogrom-Client.
    """
    principal = environ.get(PRINCIPAL)
    if principal is not None:
        return f"user:{principal.user_id}"
    product = _PRODUCT.match(environ.get("HTTP_OGROM_CLIENT") or environ.get("HTTP_USER_AGENT", ""))
    return product[0] if product else "none"


def _is_user(client: str) -> bool:
    return client.startswith("user:")  # a product has no colon


def _tell(use: tuple[str, ...], deprecation: Deprecation) -> None:
    method, endpoint, what, client = use
    fields = {"method": method, "route": endpoint, "deprecated": what, "used_by": client}
    log.info("%s uses %s %s, %s. %s", client, method, endpoint, what, deprecation, extra={FIELDS: fields})
