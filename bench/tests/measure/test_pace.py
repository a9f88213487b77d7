import time
from collections.abc import Callable

import pytest

from bench.measure.pace import Broken, pace
from bench.measure.wrk import in_turn


@pytest.mark.slow
def test_requests_are_counted_by_when_they_were_sent(stub: Callable[[float], str]) -> None:
    """None before the load begins, and then as many in each tenth as the server's latency allows."""
    url = stub(0.01)
    origin = time.perf_counter() - 1.0
    counts = pace(url, 2, 1, in_turn([("/", {})]), origin, 2.5)
    assert len(counts) == 25
    assert sum(counts[:10]) == 0
    assert max(counts) <= 2 * 0.1 / 0.01
    assert sum(counts) == pytest.approx(2 / 0.011, rel=0.4)


@pytest.mark.slow
def test_only_what_is_sent_counts(stub: Callable[[float], str]) -> None:
    """wrk looks at a request before it sends the first one."""
    assert sum(pace(stub(0.6), 2, 1, in_turn([("/", {})]), time.perf_counter(), 1.0)) == 4


@pytest.mark.slow
def test_wrong_answers_are_refused(stub: Callable[[float], str]) -> None:
    """They may be fast, and are not what was asked for."""
    with pytest.raises(Broken, match="had no right answer"):
        pace(stub(0.01), 1, 1, in_turn([("/missing", {})]), time.perf_counter(), 1.0)
