"""The values of a deployment."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from ogrom_deploy.model import Environment, Figures, Fleet, Instance, all_to, percentile

RUNNING = Environment("green", "v2", 2, (Instance("a", "v2", "ok"), Instance("b", "v2", "ok")), True, 1.0)


def fleet(blue: int) -> Fleet:
    return Fleet(replace(RUNNING, colour="blue"), RUNNING, {"blue": blue, "green": 100 - blue})


@pytest.mark.parametrize(("blue", "live", "idle"), [(100, "blue", "green"), (1, "green", "blue")])
def test_live_is_what_most_traffic_goes_to(blue: int, live: str, idle: str) -> None:
    """The share decides which environment is live, and the other one is idle."""
    assert (fleet(blue).live, fleet(blue).idle) == (live, idle)
    assert fleet(all_to("blue")["blue"]).live == "blue"


@pytest.mark.parametrize(
    "broken",
    [
        replace(RUNNING, steady=False),
        replace(RUNNING, wanted=3),
        replace(RUNNING, instances=(*RUNNING.instances, Instance("c", "v1", "ok"))),
        replace(RUNNING, instances=(*RUNNING.instances, Instance("c", "v2", "pending"))),
        replace(RUNNING, wanted=0, instances=()),
    ],
)
def test_an_environment_serves_with_all_of_its_instances(broken: Environment) -> None:
    """One that is missing, of another version or not healthy is enough to say no."""
    assert RUNNING.serves("v2")
    assert not RUNNING.serves("v1")
    assert not broken.serves("v2")


def test_the_error_rate_of_nothing_is_none() -> None:
    """Without requests there is no error."""
    assert Figures(0, 0, 0.0, 0.0).error_rate == 0.0
    assert Figures(200, 1, 0.0, 0.0).error_rate == 0.005


@given(st.lists(st.floats(0, 10), min_size=1, max_size=300), st.integers(1, 100))
def test_a_percentile_is_one_of_the_values(values: list[float], percent: int) -> None:
    """So many percent do not exceed it, and of any smaller value that is not true."""
    found = percentile(values, percent)
    assert found in values
    assert sum(each <= found for each in values) * 100 >= percent * len(values)
    assert all(
        sum(each <= less for each in values) * 100 < percent * len(values) for less in values if less < found
    )


def test_percentiles_have_bounds() -> None:
    """Nothing has a percentile of 0.0, and there is none of 0 or above 100."""
    assert percentile([], 50) == 0.0
    for percent in (0, 101):
        with pytest.raises(ValueError, match="a percentile lies"):
            percentile([1.0], percent)


def test_percentiles_are_of_the_values() -> None:
    """The nearest rank, without anything in between."""
    values = [1.0, 2.0, 3.0, 4.0]
    assert [percentile(values, percent) for percent in (25, 50, 51, 99, 100)] == [1.0, 2.0, 3.0, 4.0, 4.0]
