"""What clients got, from two sources: the environments' own web servers, and the balancer in front of them.

The web servers report within seconds, but only what reached them and was answered. The balancer also counts what was
not answered, but CloudWatch has it one to three minutes later. So the worse of the two counts: neither can hide what
the other saw, and a gate that watches for less than three minutes relies on the web servers.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ogrom_deploy.model import COLOURS, Colour, Figures

from .aws import Clients, aws_errors
from .health import Window

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

NOTHING = Figures(0, 0, 0.0, 0.0)

KEPT = 720
"""Windows of ten seconds: two hours of them."""

SAMPLE = 10.0
"""Seconds between two measurements of enhanced health."""

PERIOD = 60
"""Seconds: the balancer's metrics have no finer ones."""


@dataclass
class Windows:
    """The web servers' reports so far; owns them, since AWS keeps only the last one."""

    kept: Mapping[Colour, deque[Window]] = field(
        default_factory=lambda: {colour: deque(maxlen=KEPT) for colour in COLOURS}
    )

    def add(self, colour: Colour, window: Window | None) -> None:
        """Keep a window, unless it overlaps with the one before it."""
        kept = self.kept[colour]
        # One second is no overlap: both times are whole seconds.
        if window and (not kept or window.begin >= kept[-1].end - 1.0):
            kept.append(window)

    def is_due(self, colour: Colour, now: float) -> bool:
        """Whether there may be a new window."""
        kept = self.kept[colour]
        return not kept or now - kept[-1].end >= SAMPLE

    def figures(self, colour: Colour, since: float) -> Figures:
        """The sum of all windows that began since then."""
        return total(each for each in self.kept[colour] if each.begin >= since - 1.0)


def total(windows: Iterable[Window]) -> Figures:
    """All windows as one.

    A percentile of the whole lies between the least and the greatest of its parts: the p99 is the greatest, so that
    it is never better than the truth; the p50 is the parts' mean by requests.
    """
    found = [each for each in windows if each.requests]
    requests = sum(each.requests for each in found)
    if not requests:
        return NOTHING
    return Figures(
        requests,
        sum(each.errors for each in found),
        sum(each.p50 * each.requests for each in found) / requests,
        max(each.p99 for each in found),
    )


def worse(one: Figures, another: Figures) -> Figures:
    """The worse of two: the counts of the one with more errors a request, and the longer durations.

    Errors and requests stay together, since the other's requests beside them would make a smaller share of them.
    """
    counts = max(one, another, key=lambda each: (each.error_rate, each.requests))
    return Figures(counts.requests, counts.errors, max(one.p50, another.p50), max(one.p99, another.p99))


@dataclass(frozen=True)
class Metrics:
    """What the balancer counted; owns which balancer each group of targets is behind, since that never changes.

    Attributes:
        clients: of AWS.
    """

    clients: Clients
    _balancers: dict[str, str] = field(default_factory=dict)

    def figures(self, targets: str, *, since: float, until: float) -> Figures:
        """What the balancer counted for a group of targets, in the whole minutes of a period.

        Errors of the balancer itself, such as a 502 for a connection that was closed without a reply, are not told
        by group: they count against each.

        Args:
            targets: the ARN of the group.
            since: where the period begins, in seconds since 1970.
            until: where it ends.

        Raises:
            PlatformError: AWS refuses or does not answer.
        """
        begin = -(-int(since) // PERIOD) * PERIOD
        end = int(until) // PERIOD * PERIOD
        if begin >= end or not (balancer := self._balancer(targets)):
            return NOTHING
        found: dict[str, dict[datetime, float]] = {}
        with aws_errors("ask for the balancer's metrics"):
            pages = self.clients.cloudwatch.get_paginator("get_metric_data").paginate(
                MetricDataQueries=queries(targets, balancer),
                StartTime=datetime.fromtimestamp(begin, UTC),
                EndTime=datetime.fromtimestamp(end, UTC),
                ScanBy="TimestampAscending",
            )
            for page in pages:
                for each in page["MetricDataResults"]:
                    values = zip(each.get("Timestamps", []), each.get("Values", []), strict=True)
                    found.setdefault(each.get("Id", ""), {}).update(values)
        minutes = sorted({minute for values in found.values() for minute in values})
        return total(_window(found, minute) for minute in minutes)

    def _balancer(self, targets: str) -> str:
        """The balancer's ARN; empty where the group is behind none."""
        if targets not in self._balancers:
            with aws_errors("look for the balancer"):
                found = self.clients.elbv2.describe_target_groups(TargetGroupArns=[targets])["TargetGroups"]
            balancers = found[0].get("LoadBalancerArns", []) if found else []
            if not balancers:
                return ""
            self._balancers[targets] = balancers[0]
        return self._balancers[targets]


def queries(targets: str, balancer: str) -> "Sequence[MetricDataQueryTypeDef]":
    """What to ask CloudWatch for, each query by the name that `_window` knows it by."""
    whole = {"LoadBalancer": balancer.split(":loadbalancer/", 1)[-1]}
    part = {**whole, "TargetGroup": targets.rsplit(":", 1)[-1]}
    return [
        _query("requests", "RequestCount", "Sum", part),
        _query("answered", "HTTPCode_Target_5XX_Count", "Sum", part),
        _query("unanswered", "HTTPCode_ELB_5XX_Count", "Sum", whole),
        _query("p50", "TargetResponseTime", "p50", part),
        _query("p99", "TargetResponseTime", "p99", part),
    ]


def _query(
    identity: str, metric: str, statistic: str, dimensions: Mapping[str, str]
) -> "MetricDataQueryTypeDef":
    return {
        "Id": identity,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/ApplicationELB",
                "MetricName": metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            },
            "Period": PERIOD,
            "Stat": statistic,
        },
    }


def _window(found: Mapping[str, Mapping[datetime, float]], minute: datetime) -> Window:
    value = {identity: values.get(minute, 0.0) for identity, values in found.items()}
    unanswered = round(value.get("unanswered", 0.0))
    return Window(
        minute.timestamp(),
        minute.timestamp() + PERIOD,
        # The balancer's own errors were requests too, of whichever side.
        round(value.get("requests", 0.0)) + unanswered,
        round(value.get("answered", 0.0)) + unanswered,
        value.get("p50", 0.0),
        value.get("p99", 0.0),
    )
