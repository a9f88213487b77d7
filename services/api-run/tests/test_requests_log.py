"""The request log, as the application writes it."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from dependency_injector import providers
from flask import request

from ogrom.http import Endpoint, Exchange, Resource
from ogrom.operations.access.credentials import PRINCIPAL
from ogrom.operations.logs import CURRENT, FIELDS
from ogrom.operations.requests import Served
from ogrom.operations.requests_log import line_of, shown_path
from ogrom.protocols.context import Principal
from ogrom.run.container import Container
from ogrom.server import ARRIVED

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Ask = Callable[..., dict[str, Any]]


class Failing(Resource[None]):
    """Raises, where nobody has thought of it."""

    def handle_ok(self, x: Exchange[None]) -> object:
        raise RuntimeError("oh")


@pytest.fixture
def ask(make_container: Callable[..., Container], store: str, caplog: pytest.LogCaptureFixture) -> Ask:
    """Asks the application, and gives the line that its log has of that."""
    caplog.set_level(logging.INFO, "ogrom.requests")
    container = make_container(store)
    client = container.app().test_client()

    def ask(method: str, path: str, **more: Any) -> dict[str, Any]:
        caplog.clear()
        client.open(path, method=method, buffered=True, **more)
        (record,) = (each for each in caplog.records if each.name == "ogrom.requests")
        fields: dict[str, Any] = getattr(record, FIELDS)
        assert record.getMessage() == f"{fields['method']} {fields['path']} {fields['status']}"
        return fields

    return ask


def test_a_line_says_who_asked_what_and_what_came_of_it(ask: Ask) -> None:
    """Where its way through the graph ended, how long that took and how much was sent."""
    line = ask("GET", "/v1/de-DE/products/1", headers={"X-Request-Id": "abc", "traceparent": TRACE})
    assert 0 < line.pop("ms") < 60_000
    assert line.pop("bytes") > 100
    assert line == {
        "request_id": "abc",
        "method": "GET",
        "path": "/v1/de-DE/products/1",
        "route": "product",
        "mount": "de-DE",
        "status": 200,
        "decision": "handle_ok",
        "client": "127.0.0.1",
        "user": None,
        "trace_id": TRACE[3:35],
    }


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("HEAD", "/v1/de-DE/products/1", ("product", 200, "handle_ok")),
        ("GET", "/v1/de-DE/products/987654321", ("product", 404, "handle_not_found")),
        ("PATCH", "/v1/de-DE/products/1", ("product", 405, "handle_method_not_allowed")),
        ("GET", "/nothing", (None, 404, None)),
        ("GET", "/v1/xx-XX/", (None, 404, None)),
        ("FROBNICATE", "/health/live", ("live", 501, "handle_unknown_method")),
    ],
)
def test_every_request_has_its_line(ask: Ask, method: str, path: str, expected: tuple[Any, ...]) -> None:
    """Also one that Flask itself refuses; and a HEAD, which sends nothing."""
    line = ask(method, path)
    assert (line["route"], line["status"], line["decision"]) == expected
    assert (line["bytes"] == 0) is (method == "HEAD")


def test_a_mistake_of_ours_has_its_line(
    make_container: Callable[..., Container], store: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Be it within a resource, or outside of any; lines in between name the request."""
    caplog.set_level(logging.INFO, "ogrom.requests")
    endpoints = providers.Object((Endpoint("failing", "/failing", Failing()),))
    app = make_container(store, endpoints=endpoints).app()
    seen: list[tuple[str, str]] = []

    def fail() -> None:
        seen.append(CURRENT.get())
        if request.path == "/health/live":
            raise RuntimeError("outside")

    app.before_request(fail)
    headers = {"X-Request-Id": "abc", "traceparent": TRACE}
    app.test_client().get("/v1/de-DE/failing", headers=headers).close()
    app.test_client().get("/health/live", headers=headers).close()
    lines = [getattr(each, FIELDS) for each in caplog.records if each.name == "ogrom.requests"]
    assert [(each["status"], each["decision"]) for each in lines] == [
        (500, "handle_exception"),
        (500, None),
    ]
    assert seen == [("abc", TRACE[3:35])] * 2
    assert CURRENT.get() == ("", "")


def test_a_line_tells_of_the_user_the_queue_a_client_that_left_and_an_error() -> None:
    """As far as those have said so who know it."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        PRINCIPAL: Principal(user_id=42),
        ARRIVED: time.monotonic() - 600,
    }
    served = Served(environ)
    served.seconds = time.monotonic() - served.arrived
    served.left, served.error = True, KeyError("x")
    line = line_of(served)
    assert line["user"] == 42
    assert 600_000 <= line["ms"] < 1_200_000
    assert (line["client_left"], line["error"], line["status"]) == (True, "KeyError", 500)
    assert (line["trace_id"], line["client"], line["decision"]) == (None, None, None)
    refused = Served(environ)
    refused.refused = True
    assert line_of(refused)["decision"] == "refused"


def test_nothing_is_written_where_nobody_wants_it(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    """In the log for people there are warnings only."""
    caplog.set_level(logging.WARNING)
    client.get("/health/live").close()
    assert caplog.records == []


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/a?token=x&b=1", "/a?token=***&b=1"),
        ("/a?b=1&access_%74oken=x", "/a?b=1&access_%74oken=***"),
        ("/a?token&token=", "/a?token&token="),
        ("/token=x", "/token=x"),
        ("/a?", "/a?"),
    ],
)
def test_a_query_is_shown_without_its_secrets(target: str, shown: str) -> None:
    """However their names are spelled; the rest stays as it was sent."""
    assert shown_path({"REQUEST_METHOD": "GET", "REQUEST_URI": target}) == shown


def test_a_path_without_end_is_cut() -> None:
    """A line stays a line."""
    environ = {"REQUEST_METHOD": "GET", "REQUEST_URI": "/" + "a" * 30_000}
    assert re.fullmatch(r"/a{1999}", shown_path(environ))
