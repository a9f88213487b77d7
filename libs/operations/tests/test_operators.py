"""Operators: who may see what is about the service itself."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import create_environ

from ogrom.http.flask import WsgiRequest
from ogrom.http.testing import Request
from ogrom.operations.operators import Operators
from ogrom.operations.secrets import Secret
from ogrom.operations.settings import networks
from ogrom.server import is_within

TOKEN = Secret("0123456789abcdef" * 2)


def refused(operators: Operators, address: str, authorization: str = "") -> bool:
    headers = {"Authorization": authorization} if authorization else {}
    environ = create_environ("/metrics", headers=headers) | {"REMOTE_ADDR": address}
    return operators.refused(WsgiRequest(environ)) is not None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.1.2.3", True),
        ("11.1.2.3", False),
        ("::ffff:10.1.2.3", True),
        ("::ffff:11.1.2.3", False),
        ("fe80::1", True),
        ("fe80::1%eth0", True),
        ("2001:db8::1", False),
        ("localhost", False),
        ("", False),
        ("10.1.2.3, 203.0.113.9", False),
    ],
)
def test_an_operator_comes_from_one_of_the_networks(address: str, *, expected: bool) -> None:
    """Of either version; what is no address comes from nowhere."""
    assert is_within(address, networks("10.0.0.0/8,fe80::/10")) is expected


@pytest.mark.parametrize(
    ("authorization", "is_refused"),
    [
        (f"Bearer {TOKEN.text}", False),
        (f"bearer  {TOKEN.text}", False),
        (f"Bearer {TOKEN.text}x", True),
        ("Bearer ", True),
        ("Bearer ä", True),
        (f"Basic {TOKEN.text}", True),
        (TOKEN.text, True),
        ("", True),
    ],
)
def test_an_operator_may_send_the_token_from_anywhere(authorization: str, *, is_refused: bool) -> None:
    """The whole of it, as a bearer token."""
    assert refused(Operators((), TOKEN), "203.0.113.9", authorization) is is_refused


def test_without_a_token_none_is_right() -> None:
    """Not even an empty one."""
    for said in ("Bearer ", "Bearer None", ""):
        assert refused(Operators(networks("10.0.0.0/8")), "203.0.113.9", said)


def test_what_did_not_come_over_the_network_is_nobodys() -> None:
    """Such as a request that the service makes of itself, to find examples."""
    assert Operators(networks("0.0.0.0/0,::/0")).refused(Request("GET", "/metrics")) is not None


def test_whoever_is_refused_learns_what_to_do(make_service: Callable[..., Any]) -> None:
    """A 403 in the form that they read: which address was seen, and what lets one in."""
    client = make_service(operator_token=TOKEN).app.test_client()
    stranger: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}}
    answer = client.get("/metrics", **stranger)
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    assert answer.json is not None
    for told in ("203.0.113.9", "OGROM_OPERATORS", "OGROM_OPERATOR_TOKEN", "OGROM_TRUSTED_PROXY"):
        assert told in answer.json["detail"]
    assert TOKEN.text not in answer.text
    headers = {"Authorization": f"Bearer {TOKEN.text}"}
    assert client.get("/metrics", headers=headers, **stranger).status_code == 200
    assert client.get("/metrics").status_code == 200


def test_the_pages_of_traces_are_for_operators(make_service: Callable[..., Any]) -> None:
    """The token opens them as well, and the links on them need no signature."""
    client = make_service(trace=True, operator_token=TOKEN, operators=()).app.test_client()
    answer = client.get("/trace")
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    assert client.get("/trace/0123456789abcdef").status_code == 403
    assert client.get("/trace", headers={"Authorization": f"Bearer {TOKEN.text}"}).status_code == 200
