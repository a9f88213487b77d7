"""The autoscaling policy, and what it decides."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, strategies as st

from ogrom_deploy import templates
from ogrom_deploy.options import Setting, read_options
from ogrom_rehearsal.autoscaling import Sample, ScalingPolicy, decide, scaling_policy

OURS = scaling_policy(read_options(templates.read("environment")))


def measured(*values: float, policy: ScalingPolicy = OURS) -> list[Sample]:
    """One sample in the middle of each period, from the beginning of time."""
    return [Sample((index + 0.5) * policy.period, value) for index, value in enumerate(values)]


def test_the_policy_is_the_templates() -> None:
    """Read from the same options that Beanstalk gets."""
    expected = ScalingPolicy("CPUUtilization", "Average", "Percent", 60, 2, 60, 20, 2, -1, 180, 2, 8)
    assert expected == OURS


def test_what_is_not_set_is_as_beanstalk_has_it() -> None:
    """Its defaults, which are of little use."""
    defaults = ScalingPolicy("NetworkOut", "Average", "Bytes", 300, 1, 6_000_000, 2_000_000, 1, -1, 360, 1, 4)
    assert scaling_policy([]) == defaults


def test_what_only_the_account_knows_is_no_policy() -> None:
    """It says which option it is."""
    with pytest.raises(ValueError, match="aws:autoscaling:asg MaxSize must be a number in the template"):
        scaling_policy([Setting("aws:autoscaling:asg", "MaxSize", None)])


@pytest.mark.parametrize(
    ("values", "capacity", "wanted"),
    [
        ((61, 61), 2, 4),
        ((61, 60), 2, 2),
        ((60, 61), 2, 2),
        ((99, 99), 7, 8),
        ((99, 99), 8, 8),
        ((19, 19), 4, 3),
        ((19, 20), 4, 4),
        ((0, 0), 2, 2),
        ((40, 40), 5, 5),
        ((99, 19, 19), 4, 3),
        ((61,), 2, 2),
        ((), 2, 2),
    ],
)
def test_a_threshold_has_to_be_passed_in_each_of_the_last_periods(
    values: tuple[float, ...], capacity: int, wanted: int
) -> None:
    """To reach it is not enough, and what has no measurement decides nothing."""
    now = 60.0 * max(len(values), 2)
    assert decide(OURS, measured(*values), capacity, now) == wanted


def test_the_period_that_is_not_over_does_not_count() -> None:
    """As with CloudWatch, which tells of whole periods."""
    samples = [*measured(99, 99), Sample(121, 0)]
    assert decide(OURS, samples, 2, 122.0) == 4


@pytest.mark.parametrize(
    ("statistic", "wanted"), [("Average", 2), ("Minimum", 2), ("Maximum", 4), ("Sum", 4)]
)
def test_a_periods_samples_are_taken_together(statistic: str, wanted: int) -> None:
    """By the statistic of the policy; each instance has a sample of its own."""
    samples = [Sample(at, value) for at in (30, 90) for value in (20, 70)]
    assert decide(replace(OURS, statistic=statistic), samples, 2, 120.0) == wanted


@pytest.mark.parametrize(("since", "wanted"), [(0.0, 2), (179.0, 2), (180.0, 4)])
def test_nothing_is_decided_before_the_cooldown_is_over(since: float, wanted: int) -> None:
    """And it is decided again right after."""
    assert decide(OURS, measured(*[99] * 10), 2, 600.0, last_change=600.0 - since) == wanted


policies = st.builds(
    ScalingPolicy,
    measure=st.just("CPUUtilization"),
    statistic=st.sampled_from(["Average", "Minimum", "Maximum"]),
    unit=st.just("Percent"),
    period=st.sampled_from([10.0, 60.0]),
    periods=st.integers(1, 4),
    upper=st.integers(30, 90),
    lower=st.integers(1, 29),
    up=st.integers(1, 4),
    down=st.integers(-4, -1),
    cooldown=st.just(0.0),
    minimum=st.integers(1, 4),
    maximum=st.integers(4, 12),
).map(lambda policy: replace(policy, cooldown=policy.period * (policy.periods + 1)))


@given(
    policies,
    st.lists(st.builds(Sample, st.floats(0, 600), st.floats(0, 100)), max_size=40),
    st.integers(0, 20),
    st.floats(0, 700),
    st.one_of(st.none(), st.floats(0, 700)),
)
def test_there_are_never_fewer_than_the_minimum_or_more_than_the_maximum(
    policy: ScalingPolicy, samples: list[Sample], capacity: int, now: float, last: float | None
) -> None:
    """Whatever was measured, and however many there were; and within the cooldown no other decision is made."""
    wanted = decide(policy, samples, capacity, now, last)
    assert policy.minimum <= wanted <= policy.maximum
    if last is not None and now - last < policy.cooldown and policy.minimum <= capacity <= policy.maximum:
        assert wanted == capacity


def simulated(policy: ScalingPolicy, load: float, capacity: int) -> list[int]:
    """The capacities under a load that stays as it is, decided once a period; each instance gets its share."""
    samples: list[Sample] = []
    capacities, last = [capacity], None
    for step in range(60 * (policy.periods + 1)):
        now = step * policy.period
        wanted = decide(policy, samples, capacities[-1], now, last)
        if wanted != capacities[-1]:
            last = now
            capacities.append(wanted)
        samples.append(Sample(now + policy.period / 2, min(100.0, load / capacities[-1])))
    return capacities


def oscillates_at(policy: ScalingPolicy) -> int | None:
    """The smallest number of instances after which a change would be undone at once; None if there is none.

    It is about measures that are shared out among the instances, such as CPUUtilization: the load that makes one
    instance 60 % busy makes each of three 20 % busy. A policy that never oscillates comes to rest under constant load.
    """
    for capacity in range(policy.minimum, policy.maximum + 1):
        more = min(capacity + policy.up, policy.maximum)
        fewer = max(capacity + policy.down, policy.minimum)
        if policy.upper * capacity < policy.lower * more or policy.lower * capacity > policy.upper * fewer:
            return capacity
    return None


def turns(capacities: list[int]) -> int:
    """How often a series that went up goes down, or the other way round."""
    signs = [after > before for before, after in pairwise(capacities)]
    return sum(before != after for before, after in pairwise(signs))


@given(policies, st.floats(0, 1500), st.data())
def test_under_constant_load_it_never_turns(policy: ScalingPolicy, load: float, data: st.DataObject) -> None:
    """With a policy that has no swing, wherever it begins."""
    assume(oscillates_at(policy) is None)
    capacity = data.draw(st.integers(policy.minimum, policy.maximum))
    assert turns(simulated(policy, load, capacity)) == 0


def test_a_policy_with_a_swing_turns_for_ever() -> None:
    """The negative control: 2 instances at 61 % are 4 at 30.5 %, which is below 35 %, and 2 again."""
    nervous = replace(OURS, lower=35.0, down=-2)
    assert oscillates_at(nervous) == 2
    assert turns(simulated(nervous, 122.0, 2)) > 10


@given(st.floats(0, 1000), st.integers(2, 8))
def test_our_policy_comes_to_rest_where_there_are_enough(load: float, capacity: int) -> None:
    """No instance is busier than the upper threshold, unless there are as many as there may be."""
    assert oscillates_at(OURS) is None
    capacities = simulated(OURS, load, capacity)
    assert turns(capacities) == 0
    assert load / capacities[-1] <= OURS.upper or capacities[-1] == OURS.maximum
    assert load / capacities[-1] >= OURS.lower or capacities[-1] == OURS.minimum


def test_a_rehearsal_has_the_same_policy_in_less_time() -> None:
    """Only the times are others."""
    fast = OURS.accelerated(60)
    assert (fast.period, fast.cooldown) == (1, 3)
    assert replace(fast, period=OURS.period, cooldown=OURS.cooldown) == OURS
    assert decide(fast, measured(61, 61, policy=fast), 2, 2.0) == 4
