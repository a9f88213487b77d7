"""Contexts: what sources are told of each request."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ogrom.http.flask import PART_OF, WsgiRequest
from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context
from ogrom.server import ARRIVED

from .access.credentials import FAULT, FAULT_KIND, PRINCIPAL, READS
from .serving import Callers
from .tracing import TRACEPARENT, TRACESTATE

_UNMODIFIED_SINCE = "HTTP_IF_UNMODIFIED_SINCE"
_DIRECTIVES = ("no-cache", "max-age=0")


def contexts(locale: str, callers: Callers) -> Callable[[WsgiRequest], Context]:
    """A function that makes the Context of a request to one market.

    Args:
        locale: the market; empty for what belongs to none.
        callers: say how long a request may take, from its arrival to its deadline.
    """

    def context(request: WsgiRequest) -> Context:
        environ = request.environ
        arrived: float = environ.get(PART_OF, environ).get(ARRIVED) or time.monotonic()
        seconds = callers.seconds(environ)
        return Context(
            locale=locale,
            request_id=request.id,
            deadline=arrived + seconds,
            shortened=seconds < callers.most,
            traceparent=environ.get(TRACEPARENT, ""),
            tracestate=environ.get(TRACESTATE, ""),
            fresh=_wants_fresh(environ),
            copies=Copies(),
            principal=environ.get(PRINCIPAL),
            credentials_fault=environ.get(FAULT, ""),
            credentials_fault_kind=environ.get(FAULT_KIND, "invalid"),
        )

    return context


def _wants_fresh(environ: Mapping[str, Any]) -> bool:
    """Whether the request must be decided on the present state of the stores.

    So it is with writes, whose preconditions would otherwise be compared with a copy; with If-Match and
    If-Unmodified-Since, which ask about the present state (RFC 9110, 13.1); and with clients that want no copy
    (RFC 9111, 5.2.1).
    """
    if environ["REQUEST_METHOD"] not in READS or "HTTP_IF_MATCH" in environ or _UNMODIFIED_SINCE in environ:
        return True
    said: str | None = environ.get("HTTP_CACHE_CONTROL")
    return said is not None and any(each.strip() in _DIRECTIVES for each in said.lower().split(","))
