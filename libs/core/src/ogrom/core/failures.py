"""What a source's failure means to a client."""

from dataclasses import replace
from math import ceil
from types import MappingProxyType
from typing import Any

from ogrom.http import Exchange, Fault, Problem, invalid_fields
from ogrom.protocols.errors import BadCursor, Conflict, Forbidden, Timeout, Unavailable

STATUSES = MappingProxyType(
    {
        **dict.fromkeys(("GET", "HEAD"), (503, 504)),
        **dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), (403, 409, 503, 504)),
    }
)
"""The statuses of `explain` by method, besides the 400 and 412 that a query or If-Match may end in anyway."""


def explain(x: Exchange[Any, Any, Any], *, retry_after: int) -> Problem | None:
    """The Problem of an exchange's exception, or None if a client can do nothing about it.

    The source's own message is for the log only: it may name hosts and tables.

    Args:
        x: an exchange in which something was raised.
        retry_after: the seconds after which the call may work, if the source does not say.
    """
    if isinstance(x.exception, Unavailable):
        known = x.exception.retry_after
        return _later("The data are unavailable at the moment", 503, retry_after if known is None else known)
    if isinstance(x.exception, Timeout):
        return _later("The data did not come in time", 504, retry_after)
    if isinstance(x.exception, Conflict):
        return _lost_race(x)
    if isinstance(x.exception, Forbidden):
        return Problem("The store does not allow you to do that.", status=403)
    if isinstance(x.exception, BadCursor):
        return _bad_cursor()
    return None


def _later(what: str, status: int, retry_after: float) -> Problem:
    seconds = max(1, ceil(retry_after))
    unit = "second" if seconds == 1 else "seconds"
    headers = {"Retry-After": str(seconds)}
    return Problem(f"{what}; try again in {seconds} {unit}.", status=status, headers=headers)


def _lost_race(x: Exchange[Any, Any, Any]) -> Problem:
    """Another write came between this request's check and its own; nothing was stored."""
    if x.request.header("if-match"):
        return Problem("The resource has just changed. Read it again, then repeat the change.", status=412)
    return Problem("Something that it refers to has just changed. Read that again, then decide.", status=409)


def _bad_cursor() -> Problem:
    fault = Fault("cursor", "Not a cursor of this list")
    advice = "Start with the first page, without a cursor, and follow each page's `next`."
    return replace(invalid_fields("parameter", (fault,), advice), status=400)
