"""CORS: which pages of other origins may call the API from a browser (https://fetch.spec.whatwg.org, 3.2)."""

import re
from typing import Final

import flask
from flask_cors.core import get_cors_headers, get_cors_options
from werkzeug.datastructures import EnvironHeaders

from ..paths import VERSION_PREFIX
from ..served import Environ
from .fields import Addition, Fields
from .readers import ANY_ORIGIN

ALLOWED_FIELDS: Final = (
    "Authorization",
    "Cache-Control",
    "Content-Type",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Unmodified-Since",
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
    "ETag",
    "Link",
    "Location",
    "Ogrom-Changed",
    "Ogrom-Release",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""The fields of a response that a page may read besides those that every page may."""

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_MAX_AGE = 600


def cors(origins: tuple[str, ...]) -> Addition:
    """What lets pages of these origins call the API; a token is sent by the page and no cookie by the browser.

    A preflight request is answered by the graph's OPTIONS, with the fields added.

    Args:
        origins: as browsers write them, or `*` alone.
    """
    is_open = origins == (ANY_ORIGIN,)
    options = get_cors_options(
        flask.Blueprint("cors", __name__),  # an application might have settings of its own for this
        {
            # An origin is no regular expression, which flask-cors would take [::1] for.
            "origins": ANY_ORIGIN if is_open else [re.compile(re.escape(each) + r"\Z") for each in origins],
            "methods": _METHODS,
            "allow_headers": ALLOWED_FIELDS,
            "expose_headers": EXPOSED_FIELDS,
            "max_age": _MAX_AGE,
            "send_wildcard": is_open,
            "always_send": is_open,
            "vary_header": False,
        },
    )

    def add(environ: Environ, fields: Fields) -> None:
        if not f"/{environ.get('PATH_INFO', '').lstrip('/')}".startswith(f"{VERSION_PREFIX}/"):
            return
        if not is_open:
            _vary_by_origin(fields)
        if is_open or "HTTP_ORIGIN" in environ:
            said = get_cors_headers(options, EnvironHeaders(environ), environ["REQUEST_METHOD"])
            fields += [(name, str(value)) for name, value in said.items()]

    return add


def _vary_by_origin(fields: Fields) -> None:
    """A cache must not give one origin what another has been told, nor what was told to none."""
    for place, (name, value) in enumerate(fields):
        if name == "Vary":
            fields[place] = (name, f"{value}, Origin")
            return
    fields.append(("Vary", "Origin"))
