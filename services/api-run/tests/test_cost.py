"""What a request costs the whole application, counted in calls of Python functions: no clock, so that no load matters.

A request that takes more calls than its limit does something that it did not do before. The message lists all that
are made; the commit before lists its own once the limit there is 0. Whoever makes something cheaper lowers the limit.
"""

import gc
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

import flask
import pytest
from dependency_injector import providers
from werkzeug.test import EnvironBuilder

from ogrom.http import Endpoint, Exchange, Resource
from ogrom.operations.access.parsers import Rate
from ogrom.run.container import Container

PRODUCT = "/v1/de-DE/products/7"
COLLAGES = "/v1/de-DE/collages?limit=20"
FOR_AN_HOUR = {"cache_ttl": 3600.0, "cache_written_ttl": 3600.0}
INLINED = ("<listcomp>", "<dictcomp>", "<setcomp>")
"""Are calls in Python 3.11 only."""


@pytest.fixture
def app(make_container: Callable[..., Container], store: str) -> flask.Flask:
    """The application with all that stands around it, which answers from memory."""
    return make_container(store, said=FOR_AN_HOUR).app()


def ask(app: Any, path: str, fields: dict[str, str]) -> Callable[[], dict[str, str]]:
    """Asks as a server does, up to the end of the content; gives the response's fields."""
    environ = EnvironBuilder(path, headers=[*fields.items()]).get_environ()

    def ask() -> dict[str, str]:
        said: dict[str, str] = {}
        content: Any = app(dict(environ), lambda _, headers, *__: said.update(headers))
        for _ in content:
            pass
        getattr(content, "close", lambda: None)()
        return said

    return ask


def calls(ask: Callable[[], object]) -> Counter[str]:
    """How often each Python function is called, once what is remembered is."""
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_name not in INLINED:
            counted[f"{code.co_filename.partition('/src/')[2] or code.co_filename}: {code.co_name}"] += 1

    for _ in range(3):
        ask()
    gc.disable()  # others have callbacks there
    sys.setprofile(count)
    try:
        ask()
    finally:
        sys.setprofile(None)
        gc.enable()
    return counted


@pytest.mark.parametrize(
    ("limit", "path", "fields"),
    [
        (142, PRODUCT, {}),
        (148, PRODUCT, {"If-None-Match": "the same"}),
        (
            150,
            PRODUCT,
            {"Accept": "*/*", "Accept-Encoding": "gzip", "Accept-Language": "de", "User-Agent": "a"},
        ),
        (252, COLLAGES, {}),
        (164, COLLAGES, {"If-None-Match": "the same"}),
    ],
)
def test_a_request_costs_no_more_than_it_did(
    app: flask.Flask, limit: int, path: str, fields: dict[str, str]
) -> None:
    """Asked again, so that caches have it."""
    if "If-None-Match" in fields:
        fields = {"If-None-Match": ask(app, path, {})()["ETag"]}
    counted = calls(ask(app, path, fields))
    told = "\n".join(f"{times:5} {what}" for what, times in sorted(counted.items()))
    assert counted.total() <= limit, f"{counted.total()} calls, {limit} at most; {__doc__}\n{told}"


@pytest.mark.parametrize("locales", [("de-DE",), tuple(f"{a}{b}-DE" for a in "abcde" for b in "abcdefghij")])
def test_markets_cost_a_request_nothing(
    make_container: Callable[..., Container], store: str, app: flask.Flask, locales: tuple[str, ...]
) -> None:
    """One or fifty; neither what is found nor what is not."""
    other = make_container(store, said={**FOR_AN_HOUR, "locales": ("de-DE", *locales[1:])}).app()
    for path in (PRODUCT, "/v1/xx-XX/", "/v1/de-DE/nothing"):
        counted = calls(ask(other, path, {})), calls(ask(app, path, {}))
        assert counted[0].total() == counted[1].total(), counted[0] - counted[1]


class _Seeing(Resource[None]):
    """Says whether Flask has made a context of the request."""

    def handle_ok(self, x: Exchange[None]) -> object:
        return {"flask": flask.has_request_context()}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"rate_limit": (Rate(1000, 3600),)},
        {"cors_origins": ("https://shop.example",)},
        {"cors_origins": ("*",)},
        {"hsts": 60},
    ],
)
def test_nothing_that_can_be_set_needs_flask_for_each_request(
    make_container: Callable[..., Container], store: str, said: dict[str, Any]
) -> None:
    """Limits, origins and the rest are asked without a request context, which costs more than all of them."""
    endpoints = providers.Object((Endpoint("seeing", "/seeing", _Seeing()),))
    client = make_container(store, said=said, endpoints=endpoints).app().test_client()
    assert client.get("/v1/de-DE/seeing").get_json() == {"flask": False}
