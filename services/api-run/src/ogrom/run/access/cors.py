"""CORS: which pages of other origins may call the API from a browser (https://fetch.spec.whatwg.org, 3.2)."""

import re
from typing import Final

import flask
from flask_cors import CORS

from ..markets import VERSION_PREFIX
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


def install(app: flask.Flask, origins: tuple[str, ...]) -> None:
    """Let pages of these origins call the API; a token is sent by the page and no cookie by the browser.

    Args:
        app: the application; a preflight request is answered by the graph's OPTIONS, with the fields added.
        origins: as browsers write them, or `*` alone; none adds nothing.
    """
    if not origins:
        return
    is_open = origins == (ANY_ORIGIN,)
    if not is_open:
        app.after_request(_vary_by_origin)
    CORS(
        app,
        # An origin is no regular expression, which flask-cors would take [::1] for.
        origins=ANY_ORIGIN if is_open else [re.compile(re.escape(each) + r"\Z") for each in origins],
        resources=rf"{VERSION_PREFIX}/.*",
        methods=_METHODS,
        allow_headers=ALLOWED_FIELDS,
        expose_headers=EXPOSED_FIELDS,
        max_age=_MAX_AGE,
        send_wildcard=is_open,
        always_send=is_open,
        vary_header=False,
        intercept_exceptions=False,
    )


def _vary_by_origin(response: flask.Response) -> flask.Response:
    """A cache must not give one origin what another has been told, nor what was told to none."""
    if flask.request.path.startswith(f"{VERSION_PREFIX}/"):
        response.vary.add("Origin")
    return response
