"""Credentials: who sends a request, noted before the graph decides."""

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from ogrom.operations.access.credentials import (
    FAULT,
    NO_KEY,
    PRINCIPAL,
    InvalidToken,
    KeysUnavailable,
    note,
)
from ogrom.protocols.context import Principal

CALLER = Principal(user_id=145)


def read_token(token: str) -> Principal:
    if token == "away":
        raise KeysUnavailable
    if token != "good":
        raise InvalidToken(f"{token!r} is no token")
    return CALLER


def noted(field: str | None, method: str = "GET", reader: Any = read_token) -> tuple[Any, Any]:
    headers = [] if field is None else [("Authorization", field)]
    environ = EnvironBuilder(method=method, headers=headers).get_environ()
    note(environ, reader)
    return environ.get(PRINCIPAL), environ.get(FAULT)


@pytest.mark.parametrize("field", ["Bearer good", "bearer good", "BEARER  good "])
def test_a_token_that_holds_says_who_asks(field: str) -> None:
    """The scheme's name is in any case (RFC 9110, 11.1)."""
    assert noted(field) == (CALLER, None)


@pytest.mark.parametrize("field", [None, "", "Basic Z29vZDpnb29k", "Bearer", "Digest good", "good"])
def test_other_credentials_are_none(field: str | None) -> None:
    """They may be meant for a proxy; whoever writes with them is told by the graph what to send."""
    assert noted(field) == (None, None)


def test_a_token_that_does_not_hold_is_noted_as_such() -> None:
    """Nobody is known then; the reason is the graph's to tell."""
    assert noted("Bearer bad") == (None, "'bad' is no token")
    assert noted("Bearer  ") == (None, "'' is no token")


def test_only_a_write_waits_for_keys() -> None:
    """A reader needs none."""
    assert noted("Bearer away") == (None, None)
    with pytest.raises(KeysUnavailable):
        noted("Bearer away", "POST")


def test_without_a_key_only_writes_are_refused() -> None:
    """A token cannot be told from a forged one, and does not matter to a read."""
    assert noted("Bearer good", "GET", None) == noted(None, "OPTIONS", None) == (None, None)
    assert noted("Bearer good", "PUT", None) == noted(None, "DELETE", None) == (None, NO_KEY)
