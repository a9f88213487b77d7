"""Enhanced health: what Elastic Beanstalk's agents report of each instance, and how old that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ogrom_deploy.model import Health, Instance

from .aws import Clients, aws_errors

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import (
        ApplicationMetricsTypeDef,
        DescribeInstancesHealthRequestTypeDef,
        SingleInstanceHealthTypeDef,
    )

HEALTH: Mapping[str, Health] = {
    "Ok": "ok",
    "Info": "pending",  # an operation is under way on it; see _health
    "Pending": "pending",
    "Warning": "failing",
    "Degraded": "failing",
    "Severe": "failing",
}
"""The agents' statuses; NoData, Unknown, Suspended and any other count as `unknown`, never as good."""


SAMPLE = "Sample Application"


@dataclass(frozen=True)
class Window:
    """What an environment's own web servers counted in a period; times on the platform's clock, in seconds.

    Attributes:
        begin, end: of the period.
        requests: how many were answered.
        errors: how many of them with 500 or more.
        p50, p99: of their duration, in seconds.
    """

    begin: float
    end: float
    requests: int
    errors: int
    p50: float
    p99: float


@dataclass(frozen=True)
class HealthReport:
    """An environment's health as it was measured last.

    Attributes:
        instances: each with what is said of it.
        measured_at: when the older of both lists behind this was made, in seconds since 1970; 0.0 for never.
        causes: why it is not as it should be, in AWS's words.
        window: what its web servers counted last; None if they reported nothing.
    """

    instances: tuple[Instance, ...]
    measured_at: float
    causes: tuple[str, ...]
    window: Window | None


def read_health(clients: Clients, name: str, *, now: float, stale: float) -> HealthReport:
    """Ask for an environment's health.

    Args:
        clients: of AWS.
        name: the environment's.
        now: the platform's clock, in seconds.
        stale: how many seconds old a measurement may be to say anything.

    Raises:
        PlatformError: AWS refuses or does not answer; or the environment has basic health only.
    """
    with aws_errors(f"ask for the health of {name}"):
        found = clients.elasticbeanstalk.describe_environment_health(
            EnvironmentName=name,
            AttributeNames=["Causes", "ApplicationMetrics", "RefreshedAt"],
        )
        instances, refreshed = _instances(clients, name)
    measured_at = min(_measured_at(found), refreshed)
    fresh = now - measured_at <= stale
    return HealthReport(
        tuple(_instance(each, fresh=fresh) for each in instances),
        measured_at,
        tuple(found.get("Causes", ())),
        window(found.get("ApplicationMetrics", {}), _measured_at(found)),
    )


def version_label(told: str) -> str:
    """A version's label as Elastic Beanstalk tells it; empty for what it puts onto a new environment itself."""
    return "" if told == SAMPLE else told


def last_window(clients: Clients, name: str) -> Window | None:
    """What an environment's web servers counted last; None if they reported nothing.

    Raises:
        PlatformError: AWS refuses or does not answer.
    """
    with aws_errors(f"ask for the requests of {name}"):
        found = clients.elasticbeanstalk.describe_environment_health(
            EnvironmentName=name, AttributeNames=["ApplicationMetrics", "RefreshedAt"]
        )
    return window(found.get("ApplicationMetrics", {}), _measured_at(found))


def window(metrics: "ApplicationMetricsTypeDef", end: float) -> Window | None:
    """What the web servers counted until they were asked; None if they reported nothing.

    The numbers are counts of the whole period (AWS's own command line divides them by its duration), although the
    API's reference calls them averages and percentages.
    """
    if not end or "RequestCount" not in metrics:
        return None
    latency = metrics.get("Latency", {})
    return Window(
        end - metrics.get("Duration", 10),
        end,
        metrics["RequestCount"],
        metrics.get("StatusCodes", {}).get("Status5xx", 0),
        latency.get("P50", 0.0),
        latency.get("P99", 0.0),
    )


def _instances(clients: Clients, name: str) -> "tuple[Sequence[SingleInstanceHealthTypeDef], float]":
    """All of them, page by page, and when the oldest page was made."""
    found: list[SingleInstanceHealthTypeDef] = []
    refreshed: list[float] = []
    asked: DescribeInstancesHealthRequestTypeDef = {
        "EnvironmentName": name,
        "AttributeNames": ["HealthStatus", "Deployment", "RefreshedAt"],
    }
    while True:
        page = clients.elasticbeanstalk.describe_instances_health(**asked)
        found += page["InstanceHealthList"]
        refreshed.append(_measured_at(page))
        if not (token := page.get("NextToken")):
            return found, min(refreshed)
        asked["NextToken"] = token


def _instance(found: "SingleInstanceHealthTypeDef", *, fresh: bool) -> Instance:
    deployment = found.get("Deployment", {})
    health: Health = "unknown"
    if fresh:
        health = _health(found.get("HealthStatus", ""), deployment.get("Status", ""))
    return Instance(found.get("InstanceId", ""), version_label(deployment.get("VersionLabel", "")), health)


def _health(status: str, deployment: str) -> Health:
    if deployment == "Failed":
        return "failing"
    if status == "Info" and deployment == "Deployed":
        return "ok"  # green: it serves, and something worth a word goes on, such as a few 4xx
    return HEALTH.get(status, "unknown")


def _measured_at(found: Mapping[str, object]) -> float:
    """When it was made; before all time where AWS does not say."""
    at = found.get("RefreshedAt")
    return at.timestamp() if isinstance(at, datetime) else 0.0
