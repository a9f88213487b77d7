"""The load and the changes, on few rows: what holds requests up is noticed, and what does not is left in peace."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from bench.peers.running import Running
from bench.schema import phases
from bench.schema.phases import (
    BEHIND,
    COPY,
    INDEX,
    PLAIN,
    Plan,
    Seen,
    Session,
    capacity,
    changes,
    extremes,
    session,
)
from bench.schema.stock import Stock, stocked
from ogrom_rehearsal.load import RequestResult

PLAN = Plan(calm=1.0, indexes=1, columns=1, held=2.0, warm_up=0.2, rest=0.2)
RATE = 40.0


def result(at: float, seconds: float) -> RequestResult:
    """Of a request that was to start at a time."""
    return RequestResult(at, seconds, 0.0, "/", 200)


def test_a_request_counts_where_it_was_to_start() -> None:
    """However long it takes then: one that hangs behind a change ends long after that."""
    with ProcessPoolExecutor(1) as process:
        made = Session("", process)
    made.calm = (10.0, 20.0)
    made.note(INDEX, (20.0, 21.0))
    made.note(INDEX, (30.0, 33.0))
    others = [result(each, 60.0) for each in (9.0, 25.0, 33.0)]
    calm = [result(each, 0.002) for each in (10.0, 15.0, 19.9)]
    (found,) = made.seen([*others, *calm, result(20.5, 7.0), result(32.0, 8.0)]).values()
    assert (found.seconds, found.before.requests, found.during.requests) == (2.0, 3, 2)
    assert (found.before.p99, found.during.p50, found.during.p99) == (0.002, 7.0, 8.0)


@pytest.mark.parametrize("holds", [200.0, 700.0, 3333.0])
def test_what_it_holds_is_found(monkeypatch: pytest.MonkeyPatch, holds: float) -> None:
    """To an eighth, and never more; a single try that fails is made again."""
    failed: set[float] = set()

    def is_held(stock: Stock, tag: str, rate: float, seconds: float) -> bool:
        is_second = rate in failed
        failed.add(rate)
        return rate <= holds and is_second

    monkeypatch.setattr(phases, "_is_held", is_held)
    server = Running("http://127.0.0.1:1", 0, 0.0)
    found = capacity(Stock(server, "", {}), 1.0)
    assert holds * 7 / 8 < found <= holds


@pytest.mark.slow
def test_nobody_waits_for_a_change_and_everybody_for_the_controls(tmp_path: Path) -> None:
    """Of reads and writes; behind a transaction a column waits alone, and a plain ALTER has all wait with it."""
    found: dict[str, list[Seen]] = {}
    with stocked(2000, tmp_path) as stock, session(stock, "Test", RATE, found) as made:
        changes(made, PLAN)
        extremes(made, PLAN)
    seen = {name: each for name, (each,) in found.items()}
    failed = {name: each.during.failed for name, each in seen.items()}
    assert {name for name, number in failed.items() if number} <= {COPY, PLAIN}
    assert seen[BEHIND].seconds > PLAN.held - 0.5
    assert seen[BEHIND].during.p50 < 0.5 < seen[PLAIN].during.p50
    assert seen[INDEX].before.requests == pytest.approx(RATE * PLAN.calm, rel=0.7)
