"""What a caller tells of its own request, and who is believed."""

import time

import pytest
from werkzeug.test import EnvironBuilder

from ogrom.http.flask import WsgiRequest
from ogrom.protocols.context import Context
from ogrom.run.callers import Callers
from ogrom.run.contexts import contexts
from ogrom.run.readers import networks

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
