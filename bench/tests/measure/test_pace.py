import time
from collections.abc import Callable

import pytest

from bench.measure.pace import Broken, pace
from bench.measure.wrk import in_turn

SPAN = 60.0
"""Far more seconds than it takes."""


def await_asked(asked: Callable[[], tuple[int, int]], number: int) -> None:
    """Wait until a server has read what was sent to it, which is this number of requests."""
    end = time.monotonic() + SPAN
    while asked()[0] != number:
        assert time.monotonic() < end, (asked(), number)
        time.sleep(0.02)  # between two looks


@pytest.mark.slow
def test_requests_are_counted_by_when_they_were_sent(
    stub: Callable[[float], str], asked: Callable[[str], tuple[int, int]]
) -> None:
    """None before the load begins, and then at most as many in each tenth as the server's latency allows."""
    url = stub(0.01)
    origin = time.perf_counter() - 1.0
    counts = pace(url, 2, 1, in_turn([("/", {})]), origin, SPAN)
    assert len(counts) == SPAN * 10
    assert sum(counts[:10]) == 0
    assert 0 < max(counts) <= 2 * 0.1 / 0.01
    await_asked(lambda: asked(url), sum(counts))


@pytest.mark.slow
def test_only_what_is_sent_counts(
    stub: Callable[[float], str], asked: Callable[[str], tuple[int, int]]
) -> None:
    """wrk looks at a request before it sends the first one."""
    url = stub(0.6)
    counts = pace(url, 2, 1, in_turn([("/", {})]), time.perf_counter(), SPAN)
    assert sum(counts) >= 2
    await_asked(lambda: asked(url), sum(counts))


@pytest.mark.slow
def test_wrong_answers_are_refused(stub: Callable[[float], str]) -> None:
    """They may be fast, and are not what was asked for."""
    with pytest.raises(Broken, match="had no right answer"):
        pace(stub(0.01), 1, 1, in_turn([("/missing", {})]), time.perf_counter(), 1.0)
