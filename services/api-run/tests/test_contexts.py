"""Contexts: which requests are decided on what the stores say now."""

import time

import pytest
from werkzeug.test import EnvironBuilder

from ogrom.http.flask import WsgiRequest
from ogrom.protocols.context import Principal
from ogrom.run.access.credentials import FAULT, PRINCIPAL
from ogrom.run.callers import Callers
from ogrom.run.contexts import contexts
from ogrom.server import ARRIVED

CALLERS = Callers((), 10.0)


def request(method: str = "GET", headers: dict[str, str] | None = None) -> WsgiRequest:
    """A request as WSGI has it."""
    return WsgiRequest(EnvironBuilder(method=method, headers=[*(headers or {}).items()]).get_environ())


def noted(name: str, value: object) -> WsgiRequest:
    """A request of which something was noted on its way."""
    made = request()
    made.environ[name] = value
    return made


def is_fresh(method: str, headers: dict[str, str]) -> bool:
    return contexts("de-DE", CALLERS)(request(method, headers)).fresh


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "headers", [{}, {"If-None-Match": '"1"'}, {"Cache-Control": "max-age=05, only-if-cached"}]
)
def test_reads_may_be_answered_from_memory(method: str, headers: dict[str, str]) -> None:
    """A client's own copy may be compared with ours: the answer says how old that is."""
    assert not is_fresh(method, headers)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST", "DELETE", "QUERY"])
def test_anything_else_is_decided_on_the_store(method: str) -> None:
    """A copy's revision could let a write pass, or refuse it, wrongly."""
    assert is_fresh(method, {})


@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": '"1"'},
        {"If-Unmodified-Since": "Tue, 24 Nov 2026 00:00:00 GMT"},
        {"Cache-Control": "no-cache"},
        {"Cache-Control": "no-transform, Max-Age=0"},
    ],
)
def test_a_read_may_want_the_present_state(headers: dict[str, str]) -> None:
    """By asking about it, or by saying so."""
    assert is_fresh("GET", headers)


def test_each_request_is_told_its_own_copies() -> None:
    """What one got from memory is nothing that the next one has to say."""
    context = contexts("de-DE", CALLERS)
    one, other = (context(request()) for _ in range(2))
    assert one.copies is not None
    assert one.copies is not other.copies


def test_the_deadline_counts_from_arrival() -> None:
    """Time in the server's queue is the request's time; a server that does not tell it loses nothing."""
    waited = request()
    waited.environ[ARRIVED] = 1000.0
    assert contexts("de-DE", CALLERS)(waited).deadline == 1010.0
    begin = time.monotonic()
    assert begin + 10.0 <= (contexts("de-DE", CALLERS)(request()).deadline or 0.0) <= time.monotonic() + 10.0


def test_who_asks_is_told_to_the_endpoints() -> None:
    """As it was noted of the request; without a token nobody is known, and nothing is wrong with that."""
    caller = Principal(user_id=145, scopes=frozenset({"likes:write"}))
    known = contexts("de-DE", CALLERS)(noted(PRINCIPAL, caller))
    assert (known.principal, known.credentials_fault) == (caller, "")
    refused = contexts("de-DE", CALLERS)(noted(FAULT, "The token has expired"))
    assert (refused.principal, refused.credentials_fault) == (None, "The token has expired")
    nobody = contexts("de-DE", CALLERS)(request())
    assert (nobody.principal, nobody.credentials_fault) == (None, "")
