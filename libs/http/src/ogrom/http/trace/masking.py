"""Masking: what a trace may keep. Secrets are masked before they are kept, not when they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from ..secrets import MASK, is_secret, redacted

MAX_LENGTH = 240
"""Characters of any text that a trace keeps."""

ASKED_FIELDS = (
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "forwarded",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "ogrom-trace-request",
    "origin",
    "prefer",
    "proxy-authorization",
    "range",
    "referer",
    "traceparent",
    "user-agent",
    "x-api-key",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-request-id",
)
"""The fields of a request that a trace looks at: a request has no list of its fields."""


def shown(text: str) -> str:
    """A text on one line, its secrets masked, and no longer than `MAX_LENGTH`."""
    cut = " ".join(text[: 16 * MAX_LENGTH].split())
    masked = redacted(cut)
    return masked if len(masked) <= MAX_LENGTH else masked[: MAX_LENGTH - 1] + "…"


def short(value: object) -> str:
    """A value as a trace shows it: its `repr`, with secrets masked, of bounded length."""
    try:
        return shown(repr(value))
    except Exception as error:  # noqa: BLE001  # a trace must not break the request
        return f"<{type(value).__qualname__}: its repr raised {type(error).__qualname__}>"


def fields(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Header fields as a trace shows them, with the values of those that hold credentials masked."""
    return tuple((name, MASK if is_secret(name) else shown(value)) for name, value in headers)
