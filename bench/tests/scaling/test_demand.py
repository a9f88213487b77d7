"""The demand of a day."""

import pytest

from bench.scaling.demand import HOURS, KINDS, Demand

MINUTES = [minute / 60 for minute in range(HOURS * 60)]


def test_a_day_has_what_a_months_visitors_ask_for() -> None:
    """Whatever the hours, together they are the average; and all kinds are all requests."""
    demand = Demand(visitors=30e6, visits=1, pages=1, requests=86_400 / 1e6)
    assert demand.average == pytest.approx(1.0)
    assert sum(map(demand.rate, MINUTES)) / len(MINUTES) == pytest.approx(1.0)
    assert sum(each.share for each in KINDS) == pytest.approx(1.0)


def test_evenings_are_busy_and_nights_are_not() -> None:
    """By a factor of fifteen, and the day begins as it ends."""
    demand = Demand()
    assert max(MINUTES, key=demand.rate) == 21.5
    assert min(MINUTES, key=demand.rate) == 4.5
    assert demand.rate(0.0) == pytest.approx(demand.rate(24.0))
    assert demand.peak == pytest.approx(1.5 * demand.rate(21.5))


def test_more_visitors_are_more_of_the_same() -> None:
    """Hour by hour."""
    assert Demand().times(100).rate(7.3) == pytest.approx(100 * Demand().rate(7.3))
