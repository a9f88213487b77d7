"""Each request has a name: its client's own, or a new one."""

import re
from typing import Any

import pytest
from werkzeug.test import Client

from ogrom.http import Response


@pytest.mark.parametrize("sent", ["a", "A-Z.0_9", "x" * 64])
def test_a_plain_request_id_is_kept(client: Client, sent: str) -> None:
    """A client's own name for its request is used everywhere."""
    for path in ("/v1/de-DE/products/7", "/nowhere"):
        assert client.get(path, headers={"X-Request-Id": sent}).headers["X-Request-Id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", 'a"', "a\u00fc", "<script>", "a,b"])
def test_an_odd_request_id_is_replaced(client: Client, sent: str, problem: Any) -> None:
    """What could confuse a log is no name; a new one is made."""
    response = client.get("/nowhere", headers={"X-Request-Id": sent})
    assert re.fullmatch("[0-9a-f]{16}", response.headers["X-Request-Id"])
    assert problem(response)["request_id"] == response.headers["X-Request-Id"]


def test_request_ids_differ(client: Client, shared: Response) -> None:
    """Two requests have two names, also where both get the same Response."""
    first, second = (client.get("/v1/de-DE/") for _ in range(2))
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert shared.headers == {"Content-Type": "text/plain"}
