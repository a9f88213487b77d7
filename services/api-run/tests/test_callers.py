"""What a caller tells of its own request."""

import time

import pytest
from werkzeug.test import EnvironBuilder

from ogrom.http.flask import WsgiRequest
from ogrom.protocols.context import Context
from ogrom.run.callers import seconds_left
from ogrom.run.contexts import contexts

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("field", "seconds"),
    [(None, 10.0), ("850", 0.85), ("0", 0.0), ("10000", 10.0), ("999999999", 10.0)],
)
def test_a_caller_may_wait_for_less_and_never_for_more(field: str | None, seconds: float) -> None:
    """In milliseconds, beneath our own limit."""
    assert seconds_left(field, 10.0) == seconds


@pytest.mark.parametrize("field", ["", "-1", "1.5", "soon", "1e3", "٣", " 5", "9" * 10, "5, 6"])
def test_what_is_no_number_says_nothing(field: str) -> None:
    """Nobody's mistake makes a request fail, nor run for ever."""
    assert seconds_left(field, 10.0) == 10.0


def test_the_context_has_both() -> None:
    """The deadline is the caller's, and the trace goes on with our own span."""
    fields = [("X-Envoy-Expected-Rq-Timeout-Ms", "2000"), ("traceparent", "the caller's")]
    before = time.monotonic()
    environ = EnvironBuilder(headers=fields).get_environ() | {"ogrom.traceparent": TRACE}
    context = contexts("de-DE", 10.0)(WsgiRequest(environ))
    assert isinstance(context, Context)
    assert context.deadline is not None
    assert before + 2 <= context.deadline <= time.monotonic() + 2
    assert context.traceparent == TRACE
