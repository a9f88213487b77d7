"""What is deprecated, in an application: told to clients, and of clients."""

from dataclasses import dataclass
from typing import Annotated, Any

import flask
import msgspec
import pytest
from flask.testing import FlaskClient

from ogrom.http import Deprecation, Endpoint, Exchange, Mount, Problem, QueryParameters, Resource, deprecated
from ogrom.http.flask import Application, Used, WsgiRequest, blueprint, explain_errors
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.trace import Tracer, Traces


class Query(msgspec.Struct, frozen=True):
    brand: Annotated[str, deprecated(since="2026-12-01", instead="brand_name <b>")] | None = None


@dataclass(frozen=True)
class Products(Resource[object]):
    """Products."""

    renderers = BROWSABLE_RENDERERS
    query = QueryParameters(Query)

    def handle_ok(self, x: Exchange[Any]) -> list[int]:
        return []


class OldProducts(Products):
    deprecated = Deprecation(since="2026-12-01", sunset="2027-03-01", link="/docs")


class Plain(Resource[object]):
    def handle_ok(self, x: Exchange[Any]) -> list[int]:
        return []


MOUNT = Mount(
    "/v1",
    (
        Endpoint("products", "/products", Products()),
        Endpoint("old_products", "/old-products", OldProducts()),
        Endpoint("plain", "/plain", Plain()),
    ),
)


def too_often(request: WsgiRequest, _: str | None) -> Problem | None:
    return Problem(status=429) if request.header("x-often") else None


def served(kind: str, told: list[Used], tracer: Tracer | None = None) -> FlaskClient:
    app = Application("shop", static_folder=None)
    app.register_blueprint(
        blueprint("api", MOUNT, context=lambda request: None, tracer=tracer, on_use=told.append)
    )
    app.gate(too_often)
    explain_errors(app)
    if kind == "by Flask":
        app.after_request(lambda response: response)
    return app.test_client()


@pytest.mark.parametrize("kind", ["by Flask", "without Flask"])
@pytest.mark.parametrize(
    ("method", "headers", "status"), [("GET", {}, 200), ("PUT", {}, 405), ("GET", {"X-Often": "1"}, 429)]
)
def test_every_response_says_so(kind: str, method: str, headers: dict[str, str], status: int) -> None:
    """A gate's refusals, too."""
    response = served(kind, []).open("/v1/old-products", method=method, headers=headers)
    assert response.status_code == status
    assert response.headers["Deprecation"] == "@1796083200"
    assert response.headers["Sunset"] == "Mon, 01 Mar 2027 00:00:00 GMT"
    assert response.headers["Link"] == '</docs>; rel="deprecation", </docs>; rel="sunset"'
    for path in ("/v1/products", "/v1/plain", "/v1/nothing"):
        assert "Deprecation" not in served(kind, []).open(path, method=method, headers=headers).headers


@pytest.mark.parametrize("kind", ["by Flask", "without Flask"])
@pytest.mark.parametrize("tracer", [None, Tracer(Traces(), everything=True)])
def test_who_wants_to_know_is_told_what_a_request_uses(kind: str, tracer: Tracer | None) -> None:
    """And of no other request."""
    told: list[Used] = []
    client = served(kind, told, tracer)
    for path in ("/v1/plain", "/v1/products", "/v1/products?odd=1", "/v1/nothing"):
        client.get(path)
    assert told == []
    client.get("/v1/products?brand=Ada", headers={"User-Agent": "shopper/1.0"})
    client.get("/v1/old-products?brand=Ada")
    assert [(each.endpoint, [thing.what for thing in each.things]) for each in told] == [
        ("products", ["query brand"]),
        ("old_products", ["operation", "query brand"]),
    ]
    assert told[0].request.header("user-agent") == "shopper/1.0"


def test_a_request_is_answered_though_telling_fails(caplog: pytest.LogCaptureFixture) -> None:
    """The log says that it did."""
    app = flask.Flask("shop")

    def fail(used: Used) -> None:
        raise LookupError("full")

    app.register_blueprint(blueprint("api", MOUNT, context=lambda request: None, on_use=fail))
    assert app.test_client().get("/v1/old-products").status_code == 200
    assert "LookupError: full" in caplog.text


def test_pages_show_what_is_deprecated() -> None:
    """Of the whole resource, and the header fields of this response."""
    client = served("without Flask", [])
    page = client.get("/v1/old-products", headers={"Accept": "text/html"}).text
    assert "<dt><code>GET operation</code></dt>" in page
    assert "<dd>Deprecated since 2026-12-01, to be removed on 2027-03-01. See /docs</dd>" in page
    assert "<dt><code>GET query brand</code></dt>" in page
    assert "Use brand_name &lt;b&gt; instead." in page
    assert "<i>Deprecation:</i> @1796083200" in page
    refused = client.get("/v1/old-products?odd=1", headers={"Accept": "text/html"}).text
    assert "<i>Deprecation:</i> @1796083200" in refused
    assert "<dt><code>GET operation</code></dt>" in refused


def test_pages_of_what_is_not_deprecated_have_no_such_part() -> None:
    """An empty heading would be noise."""

    class Present(Plain):
        renderers = BROWSABLE_RENDERERS

    app = flask.Flask("shop")
    mount = Mount("/v1", (Endpoint("present", "/present", Present()),))
    app.register_blueprint(blueprint("api", mount, context=lambda request: None))
    page = app.test_client().get("/v1/present", headers={"Accept": "text/html"}).text
    assert "How it was decided" in page
    assert "Deprecat" not in page
