"""Contexts: which requests are decided on what the stores say now."""

import time

import pytest
from werkzeug.test import EnvironBuilder

from ogrom.http.flask import WsgiRequest
from ogrom.operations.access.credentials import FAULT, PRINCIPAL
from ogrom.operations.contexts import contexts
from ogrom.operations.serving import Callers
from ogrom.operations.settings import networks
from ogrom.protocols.context import Context, Principal
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


TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

FIELD = "HTTP_X_ENVOY_EXPECTED_RQ_TIMEOUT_MS"

CALLERS = Callers(networks("10.0.0.0/8"), 10.0)


@pytest.mark.parametrize(
    ("field", "seconds"), [("850", 0.85), ("0", 0.0), ("10000", 10.0), ("999999999", 10.0)]
)
def test_a_caller_may_wait_for_less_and_never_for_more(field: str, seconds: float) -> None:
    """In milliseconds, beneath our own limit."""
    assert CALLERS.seconds({FIELD: field, "REMOTE_ADDR": "10.0.0.7"}) == seconds


@pytest.mark.parametrize("address", ["203.0.113.9", "", "unknown"])
def test_a_stranger_may_not(address: str) -> None:
    """Two milliseconds are enough for no database: it would look as if that did not answer."""
    assert CALLERS.seconds({FIELD: "2", "REMOTE_ADDR": address}) == 10.0
    assert Callers((), 10.0).seconds({FIELD: "2", "REMOTE_ADDR": "10.0.0.7"}) == 10.0


@pytest.mark.parametrize("field", ["", "-1", "1.5", "soon", "1e3", "٣", " 5", "9" * 10, "5, 6"])
def test_what_is_no_number_says_nothing(field: str) -> None:
    """Nobody's mistake makes a request fail, nor run for ever."""
    assert CALLERS.seconds({FIELD: field, "REMOTE_ADDR": "10.0.0.7"}) == 10.0


@pytest.mark.parametrize(("address", "seconds"), [("10.0.0.7", 2.0), ("203.0.113.9", 10.0)])
def test_the_context_has_both(address: str, seconds: float) -> None:
    """The deadline is the caller's where that is believed, and the trace goes on with our own span."""
    environ = EnvironBuilder(headers=[("traceparent", "the caller's")]).get_environ()
    environ |= {FIELD: "2000", "REMOTE_ADDR": address, "ogrom.traceparent": TRACE}
    before = time.monotonic()
    context = contexts("de-DE", CALLERS)(WsgiRequest(environ))
    assert isinstance(context, Context)
    assert context.deadline is not None
    assert before + seconds <= context.deadline <= time.monotonic() + seconds
    assert context.shortened == (seconds < 10.0)
    assert context.traceparent == TRACE
