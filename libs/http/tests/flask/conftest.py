"""What the tests of the Flask adapter share: an application with some endpoints under two mounts."""

import json
from collections.abc import Callable
from typing import Any

import flask
import pytest
from werkzeug.test import Client

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Problem, Request, Resource, Response, always
from ogrom.http.flask import blueprint, explain_errors
from ogrom.http.problem import MEDIA_TYPE

X = Exchange[Any, Any, Any]
SHARED = Response(200, {"Content-Type": "text/plain"}, b"same")


class Product(Resource[object]):
    product_id = PathParameter()

    def exists(self, x: X) -> object:
        return {"id": self.product_id(x)} if self.product_id(x) < 2**63 - 1 else None

    def handle_ok(self, x: X) -> object:
        return {"entity": x.entity, "self": x.link("product", product_id=7), "context": x.context}

    def put(self, x: Exchange[Any, dict[str, int]]) -> object:
        return x.body

    respond_with_entity = always(True)


class User(Resource[object]):
    name = PathParameter(str)

    def handle_ok(self, x: X) -> object:
        return self.name(x)


class Index(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return SHARED


ENDPOINTS = (
    Endpoint("index", "/", Index()),
    Endpoint("product", "/products/{product_id}", Product()),
    Endpoint("user", "/users/{name}", User()),
)


def application(*, raising: bool = False) -> flask.Flask:
    def context(request: Request) -> str:
        if raising:
            raise ValueError("secret")
        return request.id

    app = flask.Flask("tested")
    for locale in ("de-DE", "en-GB"):
        app.register_blueprint(blueprint(locale, Mount(f"/v1/{locale}", ENDPOINTS), context=context))

    @app.get("/other")
    def other() -> str:
        return "other"

    explain_errors(app, not_found=lambda: Problem("Begin at /v1/de-DE/.", status=None))
    return app


@pytest.fixture(scope="session", name="application")
def _application() -> Callable[..., flask.Flask]:
    """Makes an application; its contexts may raise."""
    return application


@pytest.fixture(scope="module")
def client() -> Client:
    """A client of an application that works."""
    return application().test_client()


@pytest.fixture(scope="session")
def endpoints() -> tuple[Endpoint, ...]:
    """Those of the application."""
    return ENDPOINTS


@pytest.fixture(scope="session")
def shared() -> Response:
    """The one Response that the index answers with, again and again."""
    return SHARED


@pytest.fixture(scope="session")
def problem() -> Callable[[Any], Any]:
    """Reads a problem document."""

    def problem(response: Any) -> Any:
        assert response.headers["Content-Type"] == MEDIA_TYPE
        return json.loads(response.data)

    return problem
