"""How much content a request may have, told to a server that asks before it receives any."""

from io import BytesIO
from typing import Any

import flask
import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Resource
from ogrom.http.flask import Application, blueprint


class Words(Resource[object]):
    """A thing that can be written."""

    body_limit = 100
    word = PathParameter(str)

    def exists(self, x: Exchange[object, Any]) -> object:
        return {"old": True}

    def put(self, x: Exchange[object, dict[str, int]]) -> object:
        return x.body

    def delete(self, x: Exchange[object, Any]) -> None:
        return None

    def handle_ok(self, x: Exchange[object, Any]) -> object:
        return x.entity


@pytest.fixture
def application() -> Application:
    made = Application("tested", static_folder=None)
    made.register_blueprint(
        blueprint(
            "words", Mount("/v1", (Endpoint("word", "/words/{word}", Words()),)), context=lambda _: None
        )
    )
    return made


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("PUT", "/v1/words/a", 100),
        ("PUT", "/v1/words/\u00fc", 100),
        ("PUT", "/v1/words/a/", 100),
        ("DELETE", "/v1/words/a", 0),
        ("GET", "/v1/words/a", 0),
        ("POST", "/v1/words/a", 0),
        ("BREW", "/v1/words/a", 0),
        ("PUT", "/v1/words", 0),
        ("PUT", "/", 0),
    ],
)
def test_it_is_the_resources_where_the_method_reads_any(
    application: Application, method: str, path: str, limit: int
) -> None:
    """Nothing where nobody would read it."""
    assert application.content_limit(EnvironBuilder(path, method=method).get_environ()) == limit


def test_where_flask_answers_too_nobody_knows(application: Application) -> None:
    """So it is what a resource has by default."""
    application.add_url_rule("/other", "other", view_func=flask.Response, methods=["POST"])
    environ = EnvironBuilder("/other", method="POST").get_environ()
    assert application.content_limit(environ) == Resource.body_limit


class Withheld(BytesIO):
    """Content that was not received."""

    def read(self, *_: object) -> bytes:
        pytest.fail("it is read")


@pytest.mark.parametrize("kind", ["application/json", ""])
def test_content_that_is_too_long_is_refused_unread(application: Application, kind: str) -> None:
    """By the length that its header tells."""
    environ = EnvironBuilder("/v1/words/a", method="PUT").get_environ()
    environ |= {"CONTENT_LENGTH": "101", "wsgi.input": Withheld(), "CONTENT_TYPE": kind}
    _, status, _ = run_wsgi_app(application, environ)
    assert status == ("413 Content Too Large" if kind else "415 Unsupported Media Type")
