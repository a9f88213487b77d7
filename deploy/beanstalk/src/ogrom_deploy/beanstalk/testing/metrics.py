"""The operations of Auto Scaling and CloudWatch on the stand-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .account import START, Account
from .measures import Minute
from .wire import Operation, Reply

STATISTICS = {
    "RequestCount": "Sum",
    "HTTPCode_Target_5XX_Count": "Sum",
    "HTTPCode_ELB_5XX_Count": "Sum",
}
"""What AWS documents as meaningful for each; percentiles for the rest."""


@dataclass(frozen=True)
class Metrics:
    """What the clients of both are answered by."""

    account: Account

    def autoscaling(self) -> Mapping[str, Operation]:
        """Auto Scaling's, by name."""
        return {"DescribeAutoScalingGroups": self._groups}

    def cloudwatch(self) -> Mapping[str, Operation]:
        """CloudWatch's, by name."""
        return {"GetMetricData": self._data}

    def _groups(self, asked: Mapping[str, Any]) -> Reply:
        self.account.enter("DescribeAutoScalingGroups")
        names = asked["AutoScalingGroupNames"]
        sides = [each for each in self.account.sides.values() if f"awseb-{each.id}" in names]
        return {
            "AutoScalingGroups": [
                {
                    "AutoScalingGroupName": f"awseb-{side.id}",
                    "MinSize": side.least,
                    "MaxSize": side.most,
                    "DesiredCapacity": side.desired,
                    "DefaultCooldown": 360,
                    "AvailabilityZones": ["eu-central-1a", "eu-central-1b"],
                    "HealthCheckType": "ELB",
                    "CreatedTime": datetime.fromtimestamp(START, UTC),
                    "TargetGroupARNs": [side.targets],
                }
                for side in sides
            ]
        }

    def _data(self, asked: Mapping[str, Any]) -> Reply:
        self.account.enter("GetMetricData")
        begin, end = _epoch(asked["StartTime"]), _epoch(asked["EndTime"])
        # CloudWatch has what is old enough; the rest comes later.
        end = min(end, self.account.clock - self.account.times.metrics)
        return {"MetricDataResults": [self._series(each, begin, end) for each in asked["MetricDataQueries"]]}

    def _series(self, query: Mapping[str, Any], begin: float, end: float) -> Reply:
        metric, statistic = query["MetricStat"]["Metric"], query["MetricStat"]["Stat"]
        name = metric["MetricName"]
        if STATISTICS.get(name, statistic) != statistic:
            raise AssertionError(f"{name} has no {statistic}")
        dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        points: dict[float, list[Minute]] = {}
        for (targets, at), minute in self.account.minutes.items():
            if (
                begin <= at
                and at + 60 <= end
                and dimensions.get("TargetGroup", "") in {"", targets.rsplit(":", 1)[-1]}
            ):
                points.setdefault(at, []).append(minute)
        values = {at: _value(name, statistic, minutes) for at, minutes in sorted(points.items())}
        # A count of nothing is no point at all.
        found = {at: value for at, value in values.items() if value}
        return {
            "Id": query["Id"],
            "Timestamps": [datetime.fromtimestamp(at, UTC) for at in found],
            "Values": list(found.values()),
            "StatusCode": "Complete",
        }


def _value(name: str, statistic: str, minutes: list[Minute]) -> float:
    match name:
        case "RequestCount":
            return sum(each.requests for each in minutes)
        case "HTTPCode_Target_5XX_Count":
            return sum(each.answered for each in minutes)
        case "HTTPCode_ELB_5XX_Count":
            return sum(each.unanswered for each in minutes)
        case "TargetResponseTime":
            return max(each.p99 if statistic == "p99" else each.p50 for each in minutes)
        case _:
            raise AssertionError(f"the stand-in has no metric {name}")


def _epoch(at: datetime | float) -> float:
    return at.timestamp() if isinstance(at, datetime) else float(at)
