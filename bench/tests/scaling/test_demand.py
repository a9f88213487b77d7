"""The demand of a day."""

from collections import Counter
from random import Random

import pytest

from bench.scaling.demand import HOURS, KINDS, Demand, Kind, Trace, hit_ratio, shares

MINUTES = [minute / 60 for minute in range(HOURS * 60)]


def test_a_day_has_what_a_months_visitors_ask_for() -> None:
    """The hours add up to the average, and the kinds to all requests."""
    demand = Demand(visitors=30e6, visits=1, pages=1, requests=86_400 / 1e6)
    assert demand.average == pytest.approx(1.0)
    assert sum(map(demand.rate, MINUTES)) / len(MINUTES) == pytest.approx(1.0)
    assert sum(each.share for each in KINDS) == pytest.approx(1.0)


def test_evenings_are_busy_and_nights_are_not() -> None:
    """They differ by a factor of fifteen, and the day ends as it begins."""
    demand = Demand()
    assert max(MINUTES, key=demand.rate) == 21.5
    assert min(MINUTES, key=demand.rate) == 4.5
    assert demand.rate(0.0) == pytest.approx(demand.rate(24.0))
    assert demand.peak == pytest.approx(1.5 * demand.rate(21.5))


def test_more_visitors_are_more_of_the_same() -> None:
    """In every hour."""
    assert Demand().times(100).rate(7.3) == pytest.approx(100 * Demand().rate(7.3))


THINGS = Kind("a thing", "/things/{}", "things", 0.75)
LIST = Kind("the list", "/things", "", 0.25)


def test_shares_follow_zipfs_law() -> None:
    """The second has 2 to the power of -0.8 of the first's share, and the sum is 1."""
    drawn = shares(1000)
    assert sum(drawn) == pytest.approx(1.0)
    assert drawn[1] / drawn[0] == pytest.approx(2**-0.8)
    assert sorted(drawn, reverse=True) == list(drawn)


def simulated(rates: list[float], fresh: float, seconds: float) -> float:
    """The share of hits of a simulated cache with requests at random times."""
    random, asked, hits = Random(1), 0, 0
    for rate in rates:
        now, until = 0.0, -1.0
        while (now := now + random.expovariate(rate)) < seconds:
            asked += 1
            if now < until:
                hits += 1
            else:
                until = now + fresh
    return hits / asked


@pytest.mark.parametrize("fresh", [0.0, 3.0, 60.0])
def test_the_formula_says_what_a_cache_does(fresh: float) -> None:
    """Within a percent, over many requests."""
    rates = [each * 20 for each in shares(50)]
    assert hit_ratio(rates, fresh) == pytest.approx(simulated(rates, fresh, 5000.0), abs=0.01)


def test_a_cache_that_nobody_asks_answers_nothing() -> None:
    """Nor does one that may keep nothing."""
    assert hit_ratio([], 60.0) == hit_ratio([1.0, 2.0], 0.0) == 0.0


def test_a_trace_has_all_kinds_and_the_popular_ones_more_often() -> None:
    """According to their shares, and the same each time."""
    ids = {"things": range(100, 200)}
    paths = Trace("/v1/de-DE", ids, (THINGS, LIST)).paths(20_000)
    assert paths == Trace("/v1/de-DE", ids, (THINGS, LIST)).paths(20_000)
    counted = Counter(paths)
    assert counted.pop("/v1/de-DE/things") == pytest.approx(5000, rel=0.05)
    assert set(counted) <= {f"/v1/de-DE/things/{id}" for id in ids["things"]}
    assert counted.most_common(1)[0][1] == pytest.approx(15_000 * shares(100)[0], rel=0.05)
