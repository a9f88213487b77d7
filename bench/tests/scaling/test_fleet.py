"""Simulated fleets: instances start and stop as the cloud's do."""

import pytest
from hypothesis import given, strategies as st

from bench.scaling.demand import Demand
from bench.scaling.fleet import MINUTES, Costs, Fleet, Machines, Minute, needs, unserved
from ogrom_deploy import templates
from ogrom_deploy.options import read_options
from ogrom_rehearsal.autoscaling import scaling_policy

POLICY = scaling_policy(read_options(templates.read("environment")))


def noon(before: float, after: float) -> "list[Minute]":
    """A day whose demand changes at noon."""
    fleet = Fleet(capacity=100.0, starting=4, policy=POLICY)
    return list(fleet.day(lambda hour: before if hour < 12 else after))


def test_instances_come_when_they_are_needed_and_have_started() -> None:
    """Two are ordered after two minutes above the threshold, and serve four minutes later, until there are enough."""
    minutes = noon(100.0, 500.0)
    assert {each.ready for each in minutes[:720]} == {2}
    first = next(each for each in minutes if each.ordered == 4)
    served = next(each for each in minutes if each.ready == 4)
    assert first.minute - 720 <= 2
    assert served.minute - first.minute == 4
    assert minutes[-1].ready == 8
    assert minutes[-1].busy == pytest.approx(500 / 800)
    assert unserved(minutes) > 0


def test_and_go_again() -> None:
    """One after the other, down to the minimum."""
    minutes = noon(500.0, 20.0)
    assert minutes[719].ready >= 8
    assert minutes[-1].ready == POLICY.minimum
    assert unserved(minutes) == 0


@given(st.lists(st.floats(0, 5000), min_size=24, max_size=24))
def test_there_never_are_more_or_fewer_than_the_policy_allows(hours: "list[float]") -> None:
    """Whatever the demand."""
    fleet = Fleet(capacity=100.0, starting=4, policy=POLICY)
    minutes = fleet.day(lambda hour: hours[int(hour) % 24])
    assert len(minutes) == MINUTES
    for each in minutes:
        assert POLICY.minimum <= each.ordered <= POLICY.maximum
        assert 0 < each.ready <= each.ordered


def test_needs_grow_with_demand() -> None:
    """The peak counts, and half of each machine stays free."""
    demand, machines = (
        Demand(busiest=1.0),
        Machines(processors=2, full=0.5, database_processors=4, connections=9),
    )
    found = needs(demand, Costs(api=0.001, database=0.0005, through=0.5), machines)
    assert found.service == pytest.approx(demand.peak / 2)
    assert found.instances == pytest.approx(found.service / 1000)
    assert found.databases == pytest.approx(found.service / 4000)
    assert found.connections == 18
    assert needs(demand.times(100), Costs(0.001, 0.0005, 0.5), machines).instances == pytest.approx(
        100 * found.instances
    )
