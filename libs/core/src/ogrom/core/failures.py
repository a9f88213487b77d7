"""What a source's failure means to a client."""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Any, Final

from ogrom.http import Exchange, Fault, Problem, ProblemType, invalid_fields
from ogrom.http.problems import IDEMPOTENCY_KEY_REUSED, STALE_REVISION
from ogrom.protocols.errors import (
    BadCursor,
    Conflict,
    Forbidden,
    KeyReused,
    Timeout,
    Unavailable,
    Unconfirmed,
    WriteUnderway,
)

from .problems import (
    BAD_CURSOR,
    CONFLICTING_CHANGE,
    DATA_TIMEOUT,
    DATA_UNAVAILABLE,
    OF_READS,
    OF_WRITES,
    STORE_FORBIDS,
    WRITE_UNCONFIRMED,
    WRITE_UNDER_WAY,
)

PROBLEMS: Final[Mapping[str, tuple[ProblemType, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("GET", "HEAD"), OF_READS),
        **dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), OF_WRITES),
    }
)
"""The types of `explain` by method, besides those of lists and of If-Match."""


def explain(x: Exchange[Any, Any, Any], *, retry_after: int) -> Problem | None:
    """The Problem of an exchange's exception, or None if a client can do nothing about it.

    The source's own message is for the log only: it may name hosts and tables.

    Args:
        x: an exchange in which something was raised.
        retry_after: the seconds after which the call may work, if the source does not say.
    """
    if isinstance(x.exception, Unconfirmed):
        return _unconfirmed(x, retry_after)
    if isinstance(x.exception, WriteUnderway):
        return _later("A request with this key is being carried out", WRITE_UNDER_WAY, retry_after)
    if isinstance(x.exception, KeyReused):
        return Problem(IDEMPOTENCY_KEY_REUSED.example, type=IDEMPOTENCY_KEY_REUSED)
    if isinstance(x.exception, Unavailable):
        known = x.exception.retry_after
        seconds = retry_after if known is None else known
        return _later("The data cannot be reached at the moment", DATA_UNAVAILABLE, seconds)
    if isinstance(x.exception, Timeout):
        return _later("The data did not come in time", DATA_TIMEOUT, retry_after)
    if isinstance(x.exception, Conflict):
        return _lost_race(x)
    if isinstance(x.exception, Forbidden):
        return Problem("The store does not allow you to do that.", type=STORE_FORBIDS)
    if isinstance(x.exception, BadCursor):
        return _bad_cursor()
    return None


def _unconfirmed(x: Exchange[Any, Any, Any], retry_after: int) -> Problem:
    if x.idempotency_key is None:  # no Retry-After, which programs obey without a look
        return Problem(WRITE_UNCONFIRMED.example, type=WRITE_UNCONFIRMED)
    return _later(
        "The change may or may not have been stored. With the same Idempotency-Key it is stored once",
        WRITE_UNCONFIRMED,
        retry_after,
    )


def _later(what: str, type: ProblemType, retry_after: float) -> Problem:
    seconds = max(1, ceil(retry_after))
    unit = "second" if seconds == 1 else "seconds"
    headers = {"Retry-After": str(seconds)}
    return Problem(f"{what}; try again in {seconds} {unit}.", type=type, headers=headers)


def _lost_race(x: Exchange[Any, Any, Any]) -> Problem:
    """Another write came between this request's check and its own; nothing was stored."""
    if x.request.header("if-match"):
        detail = "The resource has just changed. Read it again, then repeat your change."
        return Problem(detail, type=STALE_REVISION)
    detail = "Something that the request refers to has just changed. Read that again, then decide."
    return Problem(detail, type=CONFLICTING_CHANGE)


def _bad_cursor() -> Problem:
    fault = Fault("cursor", "cursor is not from this list")
    return invalid_fields("parameter", (fault,), BAD_CURSOR.example, BAD_CURSOR)
