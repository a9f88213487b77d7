"""The last traces."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ogrom.http.trace import Trace, Traces


def test_the_last_ones_are_kept_and_no_more(trace: Callable[..., Trace]) -> None:
    """The newest first; the oldest is forgotten."""
    traces, made = Traces(limit=3), [replace(trace(), id=str(number)) for number in range(5)]
    for each in made:
        traces.add(each)
    assert [each.id for each in traces.last()] == ["4", "3", "2"]
    assert traces.by_id("4") == made[4]
    assert traces.by_id("1") is None


def test_threads_may_add_and_read_at_once(trace: Callable[..., Trace]) -> None:
    """Never more than the limit, and nothing breaks."""
    traces, one = Traces(limit=10), trace()

    def work(number: int) -> int:
        traces.add(replace(one, id=str(number)))
        return len(traces.last())

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(work, range(2000)))
    assert max(seen) == len(traces.last()) == 10
