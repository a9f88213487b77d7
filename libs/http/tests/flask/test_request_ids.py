"""Each request has a name: its client's own, or a new one."""

import re
from typing import Any

import pytest
from werkzeug.test import Client

from ogrom.http import Response
from ogrom.http.flask.wsgi import fields_of


@pytest.mark.parametrize("sent", ["a", "A-Z.0_9", "x" * 64])
def test_a_plain_request_id_is_kept(client: Client, sent: str) -> None:
    """A client's own name for its request is used."""
    assert client.get("/nowhere", headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent
    put = client.put("/v1/de-DE/products/7", json={"a": 1}, headers={"X-Request-Id": sent})
    assert put.headers["X-Request-Id"] == sent


@pytest.mark.parametrize(
    ("cache", "told"),
    [("", False), ("public, max-age=60", False), ("no-store", True), ("private, max-age=60", True)],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_cache_tells_others_what_a_stranger_has_called_it(method: str, cache: str, told: bool) -> None:
    """A shared one would send it with what it has kept; our own name for a request is nobody's words."""
    response = Response(200, {"Cache-Control": cache} if cache else {})
    environ = {"REQUEST_METHOD": method, "HTTP_X_REQUEST_ID": "stranger"}
    assert ("X-Request-Id" in dict(fields_of(response, environ))) is told
    assert "X-Request-Id" in dict(fields_of(response, {"REQUEST_METHOD": method}))
    odd = {"REQUEST_METHOD": method, "HTTP_X_REQUEST_ID": "a b"}
    assert "X-Request-Id" in dict(fields_of(response, odd))


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", 'a"', "a\u00fc", "<script>", "a,b"])
def test_an_odd_request_id_is_replaced(client: Client, sent: str, problem: Any) -> None:
    """An id that could confuse a log is replaced by a new one."""
    response = client.get("/nowhere", headers={"X-Request-Id": sent})
    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-Id"])
    assert problem(response)["request_id"] == response.headers["X-Request-Id"]


def test_request_ids_differ(client: Client, shared: Response) -> None:
    """Two requests have two ids, even if both get the same Response."""
    first, second = (client.get("/v1/de-DE/") for _ in range(2))
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert shared.headers == {"Content-Type": "text/plain"}
