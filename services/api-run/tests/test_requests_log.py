"""The request log, as the application writes it."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from dependency_injector import providers
from flask import request

from ogrom.http import Endpoint, Exchange, Resource
from ogrom.operations.logs import CURRENT, FIELDS
from ogrom.run.container import Container

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


def test_nothing_is_written_where_nobody_wants_it(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    """In the log for people there are warnings only."""
    caplog.set_level(logging.WARNING)
    client.get("/health/live").close()
    assert caplog.records == []
