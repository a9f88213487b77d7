"""Contexts: what sources are told of each request."""

import time
from collections.abc import Callable

from ogrom.http.flask import WsgiRequest
from ogrom.protocols.context import Context
from ogrom.protocols.copies import Copies

from .access.credentials import FAULT, PRINCIPAL, READS
from .callers import TIME_LEFT, seconds_left
from .channels import ARRIVED
from .traceparent import TRACEPARENT
from .tracestate import TRACESTATE

_PRECONDITIONS = ("if-match", "if-unmodified-since")
_DIRECTIVES = ("no-cache", "max-age=0")


def contexts(locale: str, timeout: float) -> Callable[[WsgiRequest], Context]:
    """A maker of the Contexts of the requests to one market.

    Args:
        locale: the market; empty for what belongs to none.
        timeout: the seconds after the arrival of a request at which its deadline is.
    """

    def context(request: WsgiRequest) -> Context:
        environ = request.environ
        arrived: float = environ.get(ARRIVED) or time.monotonic()
        fault = environ.get(FAULT)
        seconds = seconds_left(request.header(TIME_LEFT), timeout)
        return Context(
            locale=locale,
            request_id=request.id,
            deadline=arrived + seconds,
            traceparent=environ.get(TRACEPARENT, ""),
            tracestate=environ.get(TRACESTATE, ""),
            fresh=_wants_fresh(request),
            copies=Copies(),
            principal=environ.get(PRINCIPAL),
            **({"credentials_fault": fault} if fault else {}),
        )

    return context


def _wants_fresh(request: WsgiRequest) -> bool:
    """Whether the request must be decided on what the stores say now.

    So it is with writes, whose preconditions would otherwise be compared with a copy; with If-Match and
    If-Unmodified-Since, which ask about the present state (RFC 9110, 13.1); and with who wants no copy
    (RFC 9111, 5.2.1).
    """
    if request.method not in READS or any(request.header(name) is not None for name in _PRECONDITIONS):
        return True
    said = (request.header("cache-control") or "").lower().split(",")
    return any(each.strip() in _DIRECTIVES for each in said)
