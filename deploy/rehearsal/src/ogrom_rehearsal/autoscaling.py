"""The autoscaling policy of the template as a value, and what it decides, so that a rehearsal scales by the same one.

Beanstalk makes two CloudWatch alarms of the options, and a simple scaling policy for each: once the measure has been
beyond a threshold in each of the last periods, a number of instances is added or removed; then nothing is decided
until the cooldown is over.
"""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ogrom_deploy.options import Key, Setting, default

_ASG = "aws:autoscaling:asg"
_TRIGGER = "aws:autoscaling:trigger"

_STATISTICS: dict[str, Callable[[Any], float]] = {
    "Average": statistics.fmean,
    "Minimum": min,
    "Maximum": max,
    "Sum": sum,
}


@dataclass(frozen=True)
class ScalingPolicy:
    """When to add instances, and when to remove some.

    Attributes:
        measure: what is measured, such as CPUUtilization.
        statistic: what is made of a period's samples: Average, Minimum, Maximum or Sum.
        unit: of the measure and the thresholds, such as Percent.
        period: how long a period is, in seconds.
        periods: in how many periods in a row a threshold must be passed.
        upper, lower: above and below which something is done.
        up, down: how many instances come then; `down` is negative.
        cooldown: for how long after a change nothing is decided, in seconds.
        minimum, maximum: how many instances there are at least and at most.
    """

    measure: str
    statistic: str
    unit: str
    period: float
    periods: int
    upper: float
    lower: float
    up: int
    down: int
    cooldown: float
    minimum: int
    maximum: int

    def accelerated(self, times: float) -> "ScalingPolicy":
        """The same policy with its times divided, for a rehearsal of seconds instead of minutes."""
        return replace(self, period=self.period / times, cooldown=self.cooldown / times)


@dataclass(frozen=True)
class Sample:
    """One measurement.

    Attributes:
        at: when, in seconds on the platform's clock.
        value: the measure's, in the policy's unit.
    """

    at: float
    value: float


def scaling_policy(settings: Iterable[Setting]) -> ScalingPolicy:
    """The autoscaling policy in an environment's options.

    Args:
        settings: all that are set; the others have Beanstalk's defaults.

    Raises:
        ValueError: an option that the policy is made of is known only in the account, or is no number.
    """
    given = {each.key: each.value for each in settings}

    def text(namespace: str, name: str) -> str:
        value = given.get(Key(namespace, name), default(namespace, name))
        if value is None:
            raise ValueError(f"{namespace} {name} must be a number in the template, not a reference")
        return value

    return ScalingPolicy(
        measure=text(_TRIGGER, "MeasureName"),
        statistic=text(_TRIGGER, "Statistic"),
        unit=text(_TRIGGER, "Unit"),
        period=60 * float(text(_TRIGGER, "Period")),
        periods=int(text(_TRIGGER, "EvaluationPeriods")),
        upper=float(text(_TRIGGER, "UpperThreshold")),
        lower=float(text(_TRIGGER, "LowerThreshold")),
        up=int(text(_TRIGGER, "UpperBreachScaleIncrement")),
        down=int(text(_TRIGGER, "LowerBreachScaleIncrement")),
        cooldown=float(text(_ASG, "Cooldown")),
        minimum=int(text(_ASG, "MinSize")),
        maximum=int(text(_ASG, "MaxSize")),
    )


def decide(
    policy: ScalingPolicy,
    samples: Sequence[Sample],
    capacity: int,
    now: float,
    last_change: float | None = None,
) -> int:
    """Decide the number of instances.

    Args:
        policy: by which it is decided.
        samples: what was measured, in any order; of the last periods at least.
        capacity: how many there are to be until now.
        now: the time, in seconds on the same clock as the samples'.
        last_change: when that was decided last; None for never.

    Returns:
        The new number, from `minimum` to `maximum`; the same one where nothing is to be done.
    """
    wanted = capacity
    if last_change is None or now - last_change >= policy.cooldown:
        measured = _measured(policy, samples, now)
        if measured and min(measured) > policy.upper:
            wanted += policy.up
        elif measured and max(measured) < policy.lower:
            wanted += policy.down
    return min(max(wanted, policy.minimum), policy.maximum)


def _measured(policy: ScalingPolicy, samples: Sequence[Sample], now: float) -> list[float]:
    """The statistic of each of the last whole periods; none where one of them has no sample.

    CloudWatch's periods begin at whole multiples of their length, and an alarm without data decides nothing.
    """
    last = int(now // policy.period)
    periods: dict[int, list[float]] = {index: [] for index in range(last - policy.periods, last)}
    for sample in samples:
        if (index := int(sample.at // policy.period)) in periods:
            periods[index].append(sample.value)
    statistic = _STATISTICS[policy.statistic]
    return [statistic(each) for each in periods.values()] if all(periods.values()) else []
