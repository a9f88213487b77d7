"""What is said of a change: its row, and whether it kept within the limits."""

from bench.measure.openloop import Latency
from bench.schema.__main__ import goals, notes, table
from bench.schema.phases import BEHIND, COLUMN, COMPUTED, COPY, INDEX, PLAIN, Seen


def seen(ratio: float, *, failed: int = 0, lag: float = 0.001) -> list[Seen]:
    """Three rounds in which p99 during the change is so many times 20 ms, the calm's."""
    before = Latency(0.002, 0.020, 0.001, 0, 1000)
    during = Latency(0.003, 0.020 * ratio, lag, failed, 500, wrong={503: failed} if failed else {})
    return [Seen(0.9, before, during)] * 3


FOUND = {
    INDEX: seen(1.2),
    COMPUTED: seen(1.2),
    COLUMN: seen(1.0),
    BEHIND: seen(1.1),
    COPY: seen(40.0),
    PLAIN: seen(500.0, failed=100),
}


def test_a_change_that_holds_nobody_up_meets_all() -> None:
    """The controls count as met if they are noticed."""
    assert [each.told for each in goals(FOUND)] == ["met"] * 6


def test_a_change_that_holds_requests_up_is_told() -> None:
    """By its p99, and by what failed; each change by itself."""
    told = [each.told for each in goals({**FOUND, COLUMN: seen(3.0, failed=1)})]
    assert told == ["met", "missed by 100%", "met", "missed", "met", "met"]


def test_a_control_that_is_not_noticed_is_told() -> None:
    """What does not see requests that wait proves nothing of those that do not."""
    told = [each.told for each in goals({**FOUND, COPY: seen(1.5), PLAIN: seen(1.2)})]
    assert told == ["met"] * 4 + ["missed by 50%", "missed by 60%"]


def test_the_table_says_how_many_times_as_long_requests_take() -> None:
    """As before the change in the same round; requests and failures are those of all rounds."""
    shown = table(FOUND, 1_000_000, 700)
    assert shown.title == "1,000,000 rows get an index and a column, at 700 requests a second, open loop"
    assert shown.rows[0] == (INDEX, "0.90", "1,500", "2.0, 20.0", "3.0, 24.0", "1.20 (1.20-1.20)", "0", "1.0")
    assert shown.rows[5][5:] == ("500.00 (500.00-500.00)", "300", "1.0")


def test_failures_and_a_late_generator_are_told() -> None:
    """The generator is late if its own p99 is more than a quarter of the latency."""
    beside, late, failed = notes({**FOUND, INDEX: seen(1.8, lag=0.01)})
    assert beside.startswith("p99 while it adds an index is 1.50 (1.50-1.50) times that during a computation")
    assert late.startswith(f"{INDEX}: the generator itself was late by more than a quarter of p99")
    assert failed == f"{PLAIN}: 300 of 1,500 failed: 300 503."
