"""Where Ogrom departs from Liberator: what every answer says, errors too. A test is named after its correction."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from ogrom.http import Challenge, ETag, Exchange, Problem, Resource, Response, always
from ogrom.http.problem import MEDIA_TYPE
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]


class Thing(Resource[object]):
    """It is there, and takes posts."""

    def exists(self, x: X) -> object:
        return {"title": "old"}

    def etag(self, x: X) -> ETag | str | int | None:
        return "v1"

    def last_modified(self, x: X) -> datetime | None:
        return datetime(1994, 11, 15, 12, 45, 26, tzinfo=UTC)

    def location(self, x: X) -> str | None:
        return "/there"

    def handle_ok(self, x: X) -> object:
        return x.entity

    def post(self, x: X) -> object:
        return {"title": "posted"}


class Missing(Thing):
    exists = always(None)


def problem(response: Response) -> Any:
    assert response.headers["Content-Type"] == MEDIA_TYPE
    return json.loads(response.content)


def test_head_errors() -> None:
    """HEAD never has content, and always the fields that GET has."""

    class NoGet(Thing):
        methods = ("POST",)

    class Broken(Thing):
        def exists(self, x: X) -> object:
            raise ValueError

    for resource, expected in ((NoGet(), 405), (Missing(), 404), (Thing(), 200), (Broken(), 500)):
        head, get = call(resource, "HEAD").response, call(resource, "GET").response
        assert (head.status, head.content) == (expected, b"")
        if expected != 405:  # whose words name the method
            assert head.headers == get.headers


def test_www_authenticate() -> None:
    """Every 401 says how to authenticate: as the decision does, else as the resource does."""

    class Closed(Thing):
        authorized = always(False)

    class Named(Closed):
        challenge = Challenge("Basic", {"realm": 'a "b"'})

    class Expired(Thing):
        def authorized(self, x: X) -> Challenge:
            return Challenge("Bearer", {"error": "invalid_token"}, "The token has expired.")

    class OwnWords(Closed):
        def handle_unauthorized(self, x: X) -> object:
            return {"sorry": True}

    class OwnProblem(Closed):
        def handle_unauthorized(self, x: X) -> object:
            return Problem("Log in.")

    def challenge(resource: Resource[Any]) -> str:
        response = call(resource).response
        assert response.status == 401
        return response.headers["WWW-Authenticate"]

    assert challenge(Closed()) == "Bearer"
    assert challenge(Named()) == r'Basic realm="a \"b\""'
    assert challenge(Expired()) == 'Bearer error="invalid_token"'
    assert problem(call(Expired()).response)["detail"] == "The token has expired."
    assert challenge(OwnWords()) == challenge(OwnProblem()) == "Bearer"


def test_error_form() -> None:
    """Every error is a problem document, also where nothing was negotiated yet or negotiation failed."""

    class Closed(Thing):
        allowed = always(Problem("Only on Sundays.", extensions={"day": "Sunday"}))

    unavailable = "/problems/not-acceptable"
    for resource, method, headers, expected, type_ in (
        (Closed(), "GET", {}, 403, "about:blank"),
        (Thing(), "GET", {"Accept": "image/png"}, 406, unavailable),
        (Thing(), "BREW", {}, 501, "about:blank"),
        (Missing(), "GET", {"Accept": "text/plain"}, 406, unavailable),
        (Missing(), "GET", {}, 404, "about:blank"),
    ):
        response = call(resource, method, headers=headers, target="/x").response
        document = problem(response)
        assert (response.status, document["status"], document["type"]) == (expected, expected, type_)
        assert document["request_id"] == "test"
        assert document["instance"] == "/x"
        assert document["title"]
        assert document["detail"]
    assert problem(call(Closed()).response)["day"] == "Sunday"


def test_exception_once(caplog: pytest.LogCaptureFixture) -> None:
    """An exception's handler is asked once, and what it raises itself goes no further."""
    asked = []

    class Broken(Thing):
        def exists(self, x: X) -> object:
            raise ValueError("secret")

        def handle_exception(self, x: X) -> object:
            asked.append(x.exception)
            assert x.exception is not None
            raise x.exception

    with caplog.at_level(logging.ERROR, "ogrom.http"):
        response, path = call(Broken())
    assert (response.status, path[-2:]) == (500, ("exists", "handle_exception"))
    assert len(asked) == len(caplog.records) == 1
    assert problem(response)["request_id"] == "test"
    assert b"secret" not in response.content


def test_rate() -> None:
    """A 429 says when to try again, as the decision says or else as the resource does."""

    class Busy(Thing):
        too_many_requests = always(True)
        retry_after = 7

    class Told(Busy):
        too_many_requests = always(Problem("Slowly.", headers={"Retry-After": "60"}))

    class Down(Thing):
        service_available = always(False)

    def retry_after(resource: Resource[Any]) -> tuple[int, str]:
        response = call(resource).response
        return response.status, response.headers["Retry-After"]

    assert retry_after(Busy()) == (429, "7")
    assert retry_after(Told()) == (429, "60")
    assert retry_after(Down()) == (503, "5")


def test_context() -> None:
    """What decisions find out are fields of the exchange; nothing is merged into it."""

    class Merging(Thing):
        def initialize_context(self, x: X) -> object:
            return {"title": "context", "list": [1]}

        def exists(self, x: X) -> object:
            return {"list": [2]}

        def handle_ok(self, x: X) -> object:
            return x.entity

    assert call(Merging(), context={"list": [0]}).response.content == b'{"list":[2]}'
