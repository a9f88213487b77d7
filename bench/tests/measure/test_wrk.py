"""The load generators against servers whose latency is known."""

from collections.abc import Callable

import pytest

from bench.measure.openloop import latency
from bench.measure.rounds import Sample, ratio, rounds
from bench.measure.wrk import WrkFailed, in_turn, throughput

START = Callable[[float], str]
DELAY = 0.01
PLANTED = 0.003


@pytest.mark.slow
def test_both_generators_see_a_known_latency(stub: START) -> None:
    """wrk and the open-loop generator agree on it, and on the rate that it allows over one connection."""
    url = stub(DELAY)
    closed = throughput(url, 1, 1)
    fixed = latency(url, ["/"], rate=40, seconds=1)
    assert closed.errors == fixed.failed == 0
    # On a busy machine a response takes longer, and never less.
    assert DELAY < closed.p50 < DELAY * 2
    assert fixed.p50 == pytest.approx(closed.p50, rel=0.5)
    assert fixed.p50 > DELAY
    assert closed.p50 <= closed.p99
    assert fixed.p50 <= fixed.p99
    assert 1 / closed.requests_per_second == pytest.approx(closed.p50, rel=0.4)


@pytest.mark.slow
def test_connections_work_side_by_side(stub: START) -> None:
    """A server that waits answers four connections four times as often."""
    url = stub(DELAY)
    one, four = throughput(url, 1, 1), throughput(url, 4, 1)
    assert four.requests_per_second / one.requests_per_second == pytest.approx(4, rel=0.4)


@pytest.mark.slow
def test_a_slow_peer_is_seen_as_slower_by_what_was_planted(stub: START) -> None:
    """The same server with some milliseconds of sleep; and against itself it is as fast."""
    urls = {"fast": stub(0.0), "again": stub(0.0), "slow": stub(PLANTED)}
    found = rounds(tuple(urls), lambda name: throughput(urls[name], 1, 1), 2)
    p50 = {name: Sample.of(each.p50 for each in values) for name, values in found.items()}
    more = p50["slow"].median - p50["fast"].median
    assert 0.9 * PLANTED < more < 2 * PLANTED
    assert abs(p50["again"].median - p50["fast"].median) < more / 3
    assert ratio(p50["slow"], p50["fast"]).middle > 2


@pytest.mark.slow
def test_requests_are_sent_in_turn_with_their_fields(stub: START) -> None:
    """Each second one is answered 404 here, and wrk counts it; what has If-None-Match gets 304, which is none."""
    fields = {"If-None-Match": 'W/"3", "4"'}
    seen = throughput(stub(0.001), 1, 1, in_turn([("/missing", {}), ("/", {}), ("/missing", fields)]))
    assert seen.errors == pytest.approx(seen.requests / 3, abs=1)


def test_nobody_who_listens_is_an_error() -> None:
    """And says so; it is no throughput of zero."""
    with pytest.raises(WrkFailed, match="Connection refused"):
        throughput("http://127.0.0.1:9", 1, 1)


def test_a_wrong_script_is_an_error() -> None:
    """Rather than a measurement of something else."""
    with pytest.raises(WrkFailed, match=r"script.lua"):
        throughput("http://127.0.0.1:9", 1, 1, "this is no Lua")
