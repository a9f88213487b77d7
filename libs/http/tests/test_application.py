"""The application that does without a request context says what Flask says, and leaves to Flask what is Flask's."""

import logging
from collections.abc import Callable
from typing import Any

import flask
import pytest
from werkzeug.exceptions import Forbidden
from werkzeug.test import EnvironBuilder, run_wsgi_app

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Problem, Resource, Response, always
from ogrom.http.flask import ANSWERED, Application, WsgiRequest, blueprint, explain_errors

X = Exchange[Any, Any, Any]


class Thing(Resource[object]):
    number = PathParameter()

    def exists(self, x: X) -> object:
        return {"number": self.number(x)} if self.number(x) < 9 else None

    def etag(self, x: X) -> int:
        return self.number(x)

    def handle_ok(self, x: X) -> object:
        return x.entity

    def put(self, x: Exchange[Any, dict[str, int]]) -> object:
        return x.body


class Moved(Resource[object]):
    methods = ("GET",)
    exists = always(False)
    existed = always(True)
    moved_permanently = always(True)

    def location(self, x: X) -> str:
        return "/shop/\u00e4"


SAID = {
    "plain": Response(200, {"Content-Type": "text/plain"}, b"own"),
    "lower": Response(200, {"content-type": "text/plain", "content-length": "3"}, b"own"),
    "empty": Response(204, {"Content-Length": "0"}),
    "same": Response(304, {"Last-Modified": "Sun, 11 Jan 2015 00:24:20 GMT", "ETag": '"1"', "Allow": "GET"}),
    "full": Response(304, {"ETag": '"1"'}, b"own"),
    "split": Response(200, {"X-Own": "a\r\nSet-Cookie: b"}, b"own"),
    "tab": Response(200, {"X-Own": "a\tb"}, b"own"),
    "there": Response(201, {"Content-Location": "/\u00fc"}, b"own"),
}


class Own(Resource[object]):
    word = PathParameter(str)

    def handle_ok(self, x: X) -> object:
        return SAID.get(self.word(x)) or {"word": self.word(x)}


class Context(Resource[object]):
    def handle_ok(self, x: X) -> object:
        return {"flask": flask.has_request_context()}


ENDPOINTS = (
    Endpoint("moved", "/", Moved()),
    Endpoint("thing", "/things/{number}", Thing()),
    Endpoint("own", "/own/{word}", Own()),
    Endpoint("context", "/context", Context()),
)
SHOP = Mount("/v1", ENDPOINTS)


def made(kind: type[flask.Flask], context: Callable[[WsgiRequest], object] = lambda _: None) -> Any:
    app = kind("tested", static_folder=None)
    app.register_blueprint(blueprint("shop", SHOP, context=context))
    explain_errors(app)
    return app


def answer(app: flask.Flask, path: str, method: str = "GET", **environ: Any) -> tuple[str, Any, bytes]:
    builder = EnvironBuilder(path, method=method, headers=[("X-Request-Id", "a")])
    content, status, headers = run_wsgi_app(app, builder.get_environ() | environ)
    return status, sorted(headers), b"".join(content)


def is_straight(app: flask.Flask) -> bool:
    """Whether the application answers without Flask's context."""
    said = answer(app, "/v1/context")[2]
    assert said in (b'{"flask":false}', b'{"flask":true}')
    return said == b'{"flask":false}'


UPGRADE = {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "websocket"}
OWN = tuple(f"/v1/own/{word}" for word in (*SAID, "%C3%A4", "a%20b", "a%0Ab", "a/b", ""))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "BREW"])
@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/things/7", "/v1/things/9", "/v1/things/07", "/v1/things/7/", *OWN]
)
def test_what_it_says_is_what_flask_says(path: str, method: str) -> None:
    """Byte for byte and field for field, whatever a handler does."""
    app, plain = made(Application), made(flask.Flask)
    for environ in (
        {},
        {"HTTP_IF_NONE_MATCH": f'"7{SHOP.fingerprints["thing"]}"'},
        {"SCRIPT_NAME": "/below"},
        UPGRADE,
    ):
        assert answer(app, path, method, **environ) == answer(plain, path, method, **environ)
    assert is_straight(app)
    assert not is_straight(plain)


def test_a_handlers_response_is_left_as_it_is() -> None:
    """It may return the same one again."""
    before = {word: dict(each.headers) for word, each in SAID.items()}
    app = made(Application)
    for word in SAID:
        answer(app, f"/v1/own/{word}")
    assert {word: each.headers for word, each in SAID.items()} == before


@pytest.mark.parametrize(("error", "status"), [(ValueError("secret"), 500), (Forbidden("secret"), 403)])
def test_what_a_context_raises_is_flasks_to_explain(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, in the form of all errors; what is no answer of HTTP is logged, and told to nobody."""
    calls = []

    def context(request: WsgiRequest) -> object:
        calls.append(request)
        raise error

    said = [answer(made(kind, context), "/v1/things/7") for kind in (Application, flask.Flask)]
    assert said[0] == said[1]
    assert said[0][0].startswith(str(status))
    assert (b"secret" in said[0][2]) is (status == 403)
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert (len(calls), len(errors)) == (2, 2 if status == 500 else 0)


def test_an_application_under_test_raises() -> None:
    """As Flask's TESTING says."""
    app = made(Application, context=lambda _: 1 // 0)
    app.testing = True
    with pytest.raises(ZeroDivisionError):
        answer(app, "/v1/things/7")


@pytest.mark.parametrize(
    "how",
    ["before_request", "after_request", "teardown_request", "teardown_appcontext", "url_value_preprocessor"],
)
@pytest.mark.parametrize("whole", [True, False])
def test_who_takes_part_in_requests_is_asked(how: str, whole: bool) -> None:
    """Whether the whole application has the function or a blueprint of it."""
    heard = []

    def function(*arguments: Any) -> Any:
        heard.append(how)
        return arguments[0] if how == "after_request" else None

    app = made(Application)
    if whole or how == "teardown_appcontext":
        getattr(app, how)(function)
    else:
        other = flask.Blueprint("other", __name__)
        getattr(other, how)(function)
        app.register_blueprint(other)
    assert not is_straight(app)
    assert bool(heard) is (whole or how == "teardown_appcontext")


def test_a_receiver_of_signals_hears_them() -> None:
    """As programs do that watch applications of Flask."""
    app, heard = made(Application), []

    def hear(sender: object, **_: Any) -> None:
        heard.append(sender)

    with flask.request_started.connected_to(hear):
        assert not is_straight(app)
    assert heard == [app]


def test_hosts_that_are_not_trusted_are_refused() -> None:
    """Flask looks at them."""
    app = made(Application)
    app.config["TRUSTED_HOSTS"] = ["shop.example"]
    assert answer(app, "/v1/things/7", HTTP_HOST="evil.example")[0] == "400 Bad Request"
    assert answer(app, "/v1/things/7", HTTP_HOST="shop.example")[0] == "200 OK"


def test_beside_other_views_flask_finds_the_way() -> None:
    """It alone knows all its rules' priorities."""
    app = made(Application)
    app.add_url_rule("/v1/own/mine", "mine", lambda: "mine")
    assert answer(app, "/v1/own/mine")[2] == b"mine"
    assert answer(app, "/v1/own/other")[0] == "200 OK"
    assert not is_straight(app)


def test_a_view_that_was_replaced_is_asked() -> None:
    """Such as by one that is decorated."""
    app = made(Application)
    app.view_functions["shop.thing"] = lambda number: f"instead of {number}"
    assert answer(app, "/v1/things/7")[2] == b"instead of 7"


def test_nothing_is_set_up_once_a_request_was_answered() -> None:
    """Flask reports it instead of ignoring it."""
    app = made(Application)
    assert is_straight(app)
    with pytest.raises(AssertionError, match="before_request"):
        app.before_request(lambda: None)


def test_middleware_learns_who_answered() -> None:
    """With or without Flask."""
    for kind in (Application, flask.Flask):
        environ = EnvironBuilder("/v1/things/7").get_environ()
        made(kind)(environ, lambda *_: None)
        assert environ[ANSWERED] == ("shop", "thing", "handle_ok")


def test_a_gate_is_asked_before_each_request() -> None:
    """Each gets the name of the blueprint that will answer, None if no rule matches; in order."""
    app, asked = made(Application), []
    app.gate(lambda request, mount: asked.append(("first", request.method, mount)))
    app.gate(lambda request, mount: asked.append(("second", request.method, mount)))
    for path in ("/v1/things/7", "/v1/things/7/", "/nothing"):
        answer(app, path, "PUT")
    mounts = ("shop", None, None)
    assert asked == [(which, "PUT", mount) for mount in mounts for which in ("first", "second")]
    assert is_straight(app)


@pytest.mark.parametrize("path", ["/v1/things/7", "/nothing"])
def test_a_gate_refuses_with_a_problem(path: str) -> None:
    """Nobody else is asked then; without a status it is a 403."""
    app, asked = made(Application, context=lambda _: 1 // 0), []
    refusals = [Problem("Come later.", status=503, headers={"Retry-After": "1"}), Problem("Never."), None]
    app.gate(lambda *_: refusals[0])
    app.gate(lambda *_: asked.append("second"))
    status, headers, content = answer(app, path)
    assert status == "503 Service Unavailable"
    assert {("Retry-After", "1"), ("X-Request-Id", "a"), ("Content-Type", "application/problem+json")} <= {
        *headers
    }
    assert b'"detail":"Come later."' in content
    refusals.pop(0)
    assert answer(app, path)[0] == "403 Forbidden"
    assert asked == []


@pytest.mark.parametrize("path", ["/v1/things/7", "/nothing"])
def test_a_gate_that_raises_is_explained_and_asked_once(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """As anything else that goes wrong outside of resources."""
    app, asked = made(Application), []

    def gate(*_: object) -> None:
        asked.append(path)
        raise ValueError("secret")

    app.gate(gate)
    status, headers, content = answer(app, path)
    assert status == "500 Internal Server Error"
    assert ("Content-Type", "application/problem+json") in headers
    assert b"secret" not in content
    assert len(asked) == 1
    assert len([each for each in caplog.records if each.levelno == logging.ERROR]) == 1
