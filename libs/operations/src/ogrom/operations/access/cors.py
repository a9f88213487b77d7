"""CORS: which pages of other origins may call the API from a browser (https://fetch.spec.whatwg.org, 3.2)."""

from collections.abc import Iterator
from typing import Final

from ..requests import Addition, Environ, Fields
from .parsers import ANY_ORIGIN

ALLOWED_FIELDS: Final = (
    "Authorization",
    "Cache-Control",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Unmodified-Since",
    "Ogrom-Client",
    "Traceparent",
    "Tracestate",
    "X-Request-Id",
)
"""The fields that a page may send besides those that every page may."""

EXPOSED_FIELDS: Final = (
    "Age",
    "Allow",
    "Cache-Status",
    "Content-Location",
    "Deprecation",
    "ETag",
    "Link",
    "Location",
    "Ogrom-Changed",
    "Ogrom-Release",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""The fields of a response that a page may read besides those that every page may."""

_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_MAX_AGE = 600
_ALLOWED = frozenset(map(str.lower, ALLOWED_FIELDS))


def cors(origins: tuple[str, ...], prefix: str) -> Addition:
    """What lets pages of these origins call the API; the page sends a token, and the browser no cookie.

    A preflight request is answered by the graph's OPTIONS, with the fields added.

    Args:
        origins: as browsers write them, or `*` alone.
        prefix: how the paths begin that may be called, such as `/v1/`.
    """
    is_open = origins == (ANY_ORIGIN,)

    def add(environ: Environ, fields: Fields) -> None:
        if not f"/{environ.get('PATH_INFO', '').lstrip('/')}".startswith(prefix):
            return
        if not is_open:
            _vary_by_origin(fields)
        origin: str = environ.get("HTTP_ORIGIN", "")
        if is_open or origin in origins:
            fields.append(("Access-Control-Allow-Origin", ANY_ORIGIN if is_open else origin))
            fields.append(("Access-Control-Expose-Headers", ", ".join(EXPOSED_FIELDS)))
            fields.extend(_preflight(environ))

    return add


def _preflight(environ: Environ) -> Iterator[tuple[str, str]]:
    """What a browser is told that asks whether it may send a request."""
    wanted = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "")
    if environ["REQUEST_METHOD"] != "OPTIONS" or wanted.upper() not in _METHODS:
        return
    yield "Access-Control-Allow-Methods", ", ".join(_METHODS)
    yield "Access-Control-Max-Age", str(_MAX_AGE)
    names = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "").split(",")
    if allowed := sorted(name for each in names if (name := each.strip()).lower() in _ALLOWED):
        yield "Access-Control-Allow-Headers", ", ".join(allowed)


def _vary_by_origin(fields: Fields) -> None:
    """A cache must not give one origin what another has been told, nor what was told to none."""
    for place, (name, value) in enumerate(fields):
        if name == "Vary":
            fields[place] = (name, f"{value}, Origin")
            return
    fields.append(("Vary", "Origin"))
