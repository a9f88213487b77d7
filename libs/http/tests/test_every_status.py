"""What holds of every response, whatever its status, as Flask sends it."""

import logging
from typing import Any

import flask
import pytest
from werkzeug.test import TestResponse

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Problem, Resource
from ogrom.http.flask import blueprint, explain_errors

X = Exchange[Any, Any, Any]


class Ending(Resource[object]):
    """A GET of it ends in the status that its path names."""

    languages = ("en", "de")
    status = PathParameter()

    def service_available(self, x: X) -> bool:
        return self.status(x) != 503

    def too_many_requests(self, x: X) -> bool:
        return self.status(x) == 429

    def uri_too_long(self, x: X) -> bool:
        return self.status(x) == 414

    def method_allowed(self, x: X) -> bool:
        return self.status(x) != 405

    def malformed(self, x: X) -> bool:
        return self.status(x) == 400

    def authorized(self, x: X) -> bool:
        return self.status(x) != 401

    def allowed(self, x: X) -> bool:
        return self.status(x) != 403

    def processable(self, x: X) -> bool:
        return self.status(x) != 422

    def valid_content_header(self, x: X) -> bool:
        return self.status(x) != 501

    def exists(self, x: X) -> object:
        return {"text": "long" * 500} if self.status(x) not in (301, 307, 308, 404, 410) else None

    def existed(self, x: X) -> bool:
        return self.status(x) != 404

    def permanent_redirect(self, x: X) -> bool:
        return self.status(x) == 308

    def moved_permanently(self, x: X) -> bool:
        return self.status(x) == 301

    def moved_temporarily(self, x: X) -> bool:
        return self.status(x) == 307

    def multiple_representations(self, x: X) -> bool:
        return self.status(x) == 300

    def location(self, x: X) -> str:
        return "/there"

    def etag(self, x: X) -> str:
        return "v1"

    def handle_multiple_representations(self, x: X) -> object:
        return ["/a", "/b"]

    def handle_ok(self, x: X) -> object:
        if self.status(x) == 500:
            raise ValueError
        return Problem("A teapot.", status=418) if self.status(x) == 418 else x.entity


MOUNT = Mount("", (Endpoint("ending", "/{status}", Ending()),))
TAG = f"v1{MOUNT.fingerprints['ending']}"
CONDITIONS = {
    304: {"If-None-Match": f'"{TAG}", "{TAG}-gzip"'},
    406: {"Accept": "image/png"},
    412: {"If-Match": '"v0"'},
}
STATUSES = (200, 300, 301, 304, 307, 308, 400, 401, 403, 404, 405, 406, 410, 412, 414, 418, 422, 429)
FAILURES = (500, 501, 503)


def ask(method: str, status: int, **headers: str) -> TestResponse:
    app = flask.Flask("ending")
    app.register_blueprint(blueprint("ending", MOUNT, context=lambda request: None))
    explain_errors(app)
    fields = {"X-Request-Id": "a", **headers, **CONDITIONS.get(status, {})}
    return app.test_client().open(f"/{status}", method=method, headers=fields)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("status", [*STATUSES, *FAILURES])
def test_head_is_get_without_content(status: int, coding: str, caplog: pytest.LogCaptureFixture) -> None:
    """The same status and the same header fields, and nothing behind them (RFC 9110, 9.3.2)."""
    caplog.set_level(logging.CRITICAL)
    got, head = (ask(method, status, **{"Accept-Encoding": coding}) for method in ("GET", "HEAD"))
    assert got.status_code == head.status_code == status
    assert dict(head.headers) == dict(got.headers)
    assert head.data == b""


@pytest.mark.parametrize("status", [*STATUSES, *FAILURES])
def test_every_answer_says_what_it_varies_on(status: int) -> None:
    """A cache learns from any response of a resource all that the resource chooses by (12.5.5)."""
    assert ask("GET", status).headers["Vary"] == "Accept, Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("status", [status for status in (*STATUSES, *FAILURES) if status >= 400])
def test_every_error_is_a_problem(status: int) -> None:
    """In JSON where nothing else is asked for, with the status in it, and not to be stored."""
    response = ask("GET", status)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.get_json(force=True)["status"] == status


@pytest.mark.parametrize(
    ("headers", "available"),
    [
        ({"Accept": "image/png"}, ["application/json"]),
        ({"Accept-Encoding": "*;q=0"}, ["identity", "gzip"]),
        ({"Accept-Language": "fr"}, ["en", "de"]),
    ],
)
def test_a_406_lists_what_is_available(headers: dict[str, str], available: list[str]) -> None:
    """For people in words, for programs as a member of the problem (15.5.7)."""

    class Insisting(Ending):
        strict_language = True

    app = flask.Flask("insisting")
    mount = Mount("", (Endpoint("insisting", "/{status}", Insisting()),))
    app.register_blueprint(blueprint("insisting", mount, context=lambda request: None))
    problem = app.test_client().get("/200", headers=headers).get_json(force=True)
    assert problem["status"] == 406
    assert set(available) <= set(problem["available"])
    assert problem["detail"] == f"Accept one of {', '.join(problem['available'])}."
