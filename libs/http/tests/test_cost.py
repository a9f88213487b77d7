"""What a request costs, counted in calls of Python functions: no clock, so that no load on the machine matters.

A request that takes more calls than its limit does something that it did not do before. The message lists all that
are made; the commit before lists its own once the limit there is 0.
"""

import gc
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import pytest
from msgspec import Struct
from werkzeug.test import EnvironBuilder

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, QueryParameters, Resource
from ogrom.http.flask import Application, WsgiRequest, blueprint, explain_errors

X = Exchange[Any, Any, Any]
INLINED = ("<listcomp>", "<dictcomp>", "<setcomp>")
"""Are calls in Python 3.11 only."""


@dataclass(frozen=True)
class Item(Resource[dict[str, int]]):
    item_id = PathParameter()

    def exists(self, x: X) -> dict[str, int] | None:
        number = self.item_id(x)
        return {"id": number} if number < 100 else None

    def etag(self, x: X) -> int:
        return 3

    def handle_ok(self, x: X) -> object:
        return x.entity


class Page(Struct, frozen=True):
    limit: int = 20
    item_id: int | None = None


@dataclass(frozen=True)
class Items(Resource[None]):
    query = QueryParameters(Page)
    links_to = ("item",)

    def handle_ok(self, x: X) -> object:
        numbers = range(self.query(x).limit)
        return [(x.link("item", item_id=each), x.link("items", item_id=each)) for each in numbers]


def made(markets: int = 1, others: int = 0) -> Application:
    endpoints = [Endpoint(f"other{each}", f"/other{each}/{{item_id}}", Item()) for each in range(others)]
    endpoints += [Endpoint("items", "/items", Items()), Endpoint("item", "/items/{item_id}", Item())]
    app = Application("counted", static_folder=None)
    for each in range(1, markets + 1):
        mount = Mount(f"/v{each}", tuple(endpoints))
        app.register_blueprint(blueprint(f"shop{each}", mount, context=lambda _: None))
    explain_errors(app)
    return app


@pytest.fixture(scope="module")
def app() -> Application:
    return made()


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


def assert_at_most(limit: int, counted: Counter[str]) -> None:
    told = "\n".join(f"{times:5} {what}" for what, times in sorted(counted.items()))
    assert counted.total() <= limit, f"{counted.total()} calls, {limit} at most; {__doc__}\n{told}"


def asking(app: Any, path: str, method: str = "GET", **fields: str) -> Callable[[], object]:
    environ = EnvironBuilder(path, method=method, headers=[*fields.items()]).get_environ()
    return lambda: app(dict(environ), lambda *_: None)


@pytest.mark.parametrize(
    ("limit", "path", "fields"),
    [
        (55, "/v1/items/7", {}),
        (67, "/v1/items/7", {"If-None-Match": "the same"}),
        (63, "/v1/items/7", {"Accept": "text/csv, application/json;q=0.5", "Accept-Encoding": "gzip, br"}),
        (54, "/v1/items/700", {}),
        (552, "/v1/items?limit=100", {}),
    ],
)
def test_a_request_costs_no_more_than_it_did(
    app: Application, limit: int, path: str, fields: dict[str, str]
) -> None:
    """From the WSGI call to the content."""
    if "If-None-Match" in fields:
        fields = {"If-None-Match": app.test_client().get(path).headers["ETag"]}
    assert_at_most(limit, calls(asking(app, path, **fields)))


@pytest.mark.parametrize(("markets", "others"), [(1, 300), (30, 5)])
def test_a_request_costs_the_same_among_any_number_of_routes(
    app: Application, markets: int, others: int
) -> None:
    """What is found, by the last of them, and what is not, which Flask looks for as well."""
    large = made(markets, others)
    for path in ("/items/7", "/nothing", "/items/07"):
        assert calls(asking(large, f"/v{markets}{path}")) == calls(asking(app, f"/v1{path}"))


def test_another_call_is_seen_and_told(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single one, whoever makes it."""
    ask = asking(app, "/v1/items/7")
    before = calls(ask)
    assert calls(ask) == before
    inner = WsgiRequest.__init__

    def planted(request: WsgiRequest, environ: dict[str, Any]) -> None:
        inner(request, environ)

    monkeypatch.setattr(WsgiRequest, "__init__", planted)
    with pytest.raises(AssertionError, match=r"1 .*test_cost\.py: planted"):
        assert_at_most(before.total(), calls(ask))
