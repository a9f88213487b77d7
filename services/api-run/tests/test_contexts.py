"""Contexts: which requests are decided on what the stores say now."""

import pytest

from ogrom.http.testing import Request
from ogrom.run.contexts import contexts


def is_fresh(method: str, headers: dict[str, str]) -> bool:
    return contexts("de-DE", 10.0)(Request(method, headers=headers)).fresh


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
    context = contexts("de-DE", 10.0)
    one, other = (context(Request()) for _ in range(2))
    assert one.copies is not None
    assert one.copies is not other.copies
