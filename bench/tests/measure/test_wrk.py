"""The load generators against servers whose latency is known."""

import time
from collections.abc import Callable

import pytest

from bench.measure.openloop import latency
from bench.measure.timing import Sample, ratio, rounds
from bench.measure.wrk import Broken, WrkFailed, in_turn, throughput, throughput_timeline
from ogrom.sources.testing import wait_until

START = Callable[[float], str]
ASKED = Callable[[str], tuple[int, int]]
DELAY = 0.01
PLANTED = 0.1


@pytest.mark.slow
def test_both_generators_see_a_known_latency(stub: START, asked: ASKED) -> None:
    """wrk and the open-loop generator agree on it, and on the rate that it allows over one connection."""
    url = stub(DELAY)
    begin = time.monotonic()
    closed = throughput(url, 1, 1)
    middle = time.monotonic()
    fixed = latency(url, ["/"], rate=40, seconds=1)
    end = time.monotonic()
    assert closed.errors == fixed.failed == 0
    # On a busy machine a response takes longer, and never less.
    assert DELAY < closed.p50 <= closed.p99 < middle - begin
    assert DELAY < fixed.p50 <= fixed.p99 < end - middle
    # They come one after the other, and wrk counts a long one several times.
    assert closed.p50 < 4 / closed.requests_per_second
    assert closed.requests / (middle - begin) <= closed.requests_per_second < 1 / DELAY
    # Of wrk's last request there may be no response.
    assert closed.requests <= asked(url)[0] - 40 <= closed.requests + 1


@pytest.mark.slow
def test_connections_work_side_by_side(stub: START, asked: ASKED) -> None:
    """A slow server gets four requests at once from four connections, and answers four times as many."""
    url = stub(DELAY)
    one, most_of_one = throughput(url, 1, 1), asked(url)[1]
    four, most_of_four = throughput(url, 4, 1), asked(url)[1]
    assert (most_of_one, most_of_four) == (1, 4)
    assert one.requests_per_second < 1 / DELAY
    assert four.requests_per_second < 4 / DELAY


@pytest.mark.slow
def test_a_slow_peer_is_seen_as_slower_by_what_was_planted(stub: START) -> None:
    """The same server with a sleep of a tenth of a second is slower by that; against itself it is as fast."""
    urls = {"fast": stub(0.0), "again": stub(0.0), "slow": stub(PLANTED)}
    found = rounds(tuple(urls), lambda name: throughput(urls[name], 1, 1), 2)
    p50 = {name: Sample.of(each.p50 for each in values) for name, values in found.items()}
    more = p50["slow"].median - p50["fast"].median
    assert PLANTED / 2 < more < 2 * PLANTED
    assert abs(p50["again"].median - p50["fast"].median) < more / 3
    assert ratio(p50["slow"], p50["fast"]).middle > 2


@pytest.mark.slow
def test_requests_are_sent_in_turn_with_their_fields(stub: START) -> None:
    """Every second one gets a 404, which wrk counts as an error; those with If-None-Match get a 304, which is none."""
    fields = {"If-None-Match": 'W/"3", "4"'}
    seen = throughput(stub(0.001), 1, 1, in_turn([("/missing", {}), ("/", {}), ("/missing", fields)]))
    assert seen.errors == pytest.approx(seen.requests / 3, abs=1)


def test_nobody_who_listens_is_an_error() -> None:
    """It is not a throughput of zero."""
    with pytest.raises(WrkFailed, match="Connection refused"):
        throughput("http://127.0.0.1:9", 1, 1)


def test_a_wrong_script_is_an_error() -> None:
    """Nothing else is measured instead."""
    with pytest.raises(WrkFailed, match=r"script.lua"):
        throughput("http://127.0.0.1:9", 1, 1, "this is no Lua")


SPAN = 60.0
"""Far more seconds than it takes."""


def await_asked(asked: Callable[[], tuple[int, int]], number: int) -> None:
    """Wait until a server has received this number of requests."""
    assert wait_until(lambda: asked()[0] == number, SPAN), (asked(), number)


@pytest.mark.slow
def test_requests_are_counted_by_when_they_were_sent(
    stub: Callable[[float], str], asked: Callable[[str], tuple[int, int]]
) -> None:
    """None before the load begins, then in each tenth at most as many as the server's latency allows."""
    url = stub(0.01)
    origin = time.perf_counter() - 1.0
    counts = throughput_timeline(url, 2, 1, in_turn([("/", {})]), origin, SPAN)
    assert len(counts) == SPAN * 10
    assert sum(counts[:10]) == 0
    assert 0 < max(counts) <= 2 * 0.1 / 0.01
    await_asked(lambda: asked(url), sum(counts))


@pytest.mark.slow
def test_only_what_is_sent_counts(
    stub: Callable[[float], str], asked: Callable[[str], tuple[int, int]]
) -> None:
    """wrk calls the script once before it sends the first request."""
    url = stub(0.6)
    counts = throughput_timeline(url, 2, 1, in_turn([("/", {})]), time.perf_counter(), SPAN)
    assert sum(counts) >= 2
    await_asked(lambda: asked(url), sum(counts))


@pytest.mark.slow
def test_wrong_answers_are_refused(stub: Callable[[float], str]) -> None:
    """Errors may be fast, so their number means nothing."""
    with pytest.raises(Broken, match="requests failed"):
        throughput_timeline(stub(0.01), 1, 1, in_turn([("/missing", {})]), time.perf_counter(), 1.0)
