from collections.abc import Sequence

import pytest

from bench.growth.__main__ import charts, goals, table
from bench.growth.dimensions import Dimension, costs
from bench.measure.wrk import Throughput

ROUTES = Dimension("routes", "routes", "more of them", (), flat=True)
LINKS = Dimension("links", "links in a response", "more of them", (), flat=False)
GROWN = {"routes": ROUTES, "links": LINKS}


def rounds(*rates: float) -> Sequence[Throughput]:
    return [Throughput(rate, 0.01, 0.02, 0, 1000) for rate in rates]


FOUND = {
    "routes": {16: rounds(1000, 800), 5000: rounds(1000 / 1.05, 800 / 1.05)},
    "links": {1: rounds(1000, 800), 100: rounds(500, 400)},
}


def test_a_cost_is_of_the_same_round() -> None:
    """Half the requests a second are twice the cost, even if the machine slows down between rounds."""
    found = costs(FOUND["links"])
    assert (found[1].middle, found[100].low, found[100].middle, found[100].high) == (1, 2, 2, 2)


def test_only_what_is_to_be_flat_is_a_target() -> None:
    """The cost may differ by ten percent."""
    (verdict,) = goals(FOUND, GROWN)
    assert verdict.value == pytest.approx(1.05)
    assert verdict.met
    (verdict,) = goals({"routes": {16: rounds(1000), 5000: rounds(800)}}, GROWN)
    assert verdict.told == "missed by 14%"


def test_the_table_has_a_line_for_each_size() -> None:
    """With the cost compared with that of the smallest."""
    rows = table(FOUND).rows
    assert rows[0] == ("routes", "16", "900", "20.0", "1")
    assert rows[3] == ("links", "100", "450", "20.0", "2.00 (2.00-2.00)")


def test_what_rises_is_drawn_apart() -> None:
    """In a chart of its own; dimensions that were not measured are left out."""
    assert set(charts(FOUND, GROWN)) == {"growth", "growth-answers"}
    assert set(charts({"routes": FOUND["routes"]}, GROWN)) == {"growth"}
