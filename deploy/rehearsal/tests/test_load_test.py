"""Whether HAProxy counted what the load generator counted."""

from dataclasses import replace

from ogrom_rehearsal.access_log import LogEntry
from ogrom_rehearsal.haproxy import Counters
from ogrom_rehearsal.load import RequestResult, Summary
from ogrom_rehearsal.load_test import ProxyTotals, cross_check, no_instance_trouble

FINE = RequestResult(0.0, 0.01, 0.0, "/", 200, release="v1")
CLOSED = RequestResult(0.0, 0.01, 0.0, "/", 0, "closed")
LOGGED = LogEntry(0.0, "live", "blue", "slot0", 200, 0.01, "--", 512, "v1", "/")


def seen(entries: list[LogEntry], requests: int) -> ProxyTotals:
    return ProxyTotals.of(entries, Counters(requests), Counters(requests))


def test_they_agree_where_nothing_is_lost() -> None:
    """As many requests, and no loss; the deploy program's own requests are no client's."""
    own = replace(LOGGED, frontend="blue-itself", status=503)
    assert cross_check(Summary.of([FINE, FINE]), seen([LOGGED, LOGGED, own], 2)).holds


def test_a_connection_closed_without_a_word_is_a_loss_for_both() -> None:
    """HAProxy logs no such request, but counts it."""
    assert cross_check(Summary.of([FINE, CLOSED]), seen([LOGGED], 2)).holds
    assert not cross_check(Summary.of([FINE, FINE]), seen([LOGGED], 2)).holds


def test_a_loss_that_only_one_of_them_saw_is_a_disagreement() -> None:
    """In either direction, also where the generator has no account of a request."""
    failed = replace(LOGGED, status=503, ended_by="SC")
    assert not cross_check(Summary.of([FINE]), seen([failed], 1)).holds
    assert not cross_check(Summary.of([CLOSED]), seen([LOGGED], 1)).holds
    assert cross_check(Summary.of([FINE], planned=2), seen([LOGGED, failed], 2)).holds


def test_what_only_a_client_can_judge_is_no_disagreement() -> None:
    """A wrong answer is one more that HAProxy brought; with 5xx it sees that itself."""
    wrong = RequestResult(0.0, 0.01, 0.0, "/", 200, "wrong")
    assert cross_check(Summary.of([wrong]), seen([LOGGED], 1)).holds
    error = RequestResult(0.0, 0.01, 0.0, "/", 503, "status")
    assert cross_check(Summary.of([error]), seen([replace(LOGGED, status=503)], 1)).holds


def test_any_trouble_with_an_instance_is_seen() -> None:
    """Errors, refused connections, broken responses, and retries, which there must not be."""
    assert no_instance_trouble(ProxyTotals(5, 0, Counters(requests=5, client_left=1))).holds
    for name in ("errors", "refused", "broken", "retried"):
        assert not no_instance_trouble(ProxyTotals(5, 0, replace(Counters(5), **{name: 1}))).holds
