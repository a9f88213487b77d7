"""What is measured in the stand-in: by the agents on the instances, and by the balancer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .behaviour import Behaviour
from .side import Machine, Side


@dataclass
class Traffic:
    """What the web servers of an environment answered in one measurement's time."""

    requests: float = 0.0
    errors: float = 0.0
    p50: float = 0.0
    p99: float = 0.0

    def add(self, requests: float, behaviour: Behaviour | None) -> None:
        """Answer requests; nobody does where there is no behaviour."""
        if behaviour is None or not requests:
            return
        answered = requests * (1.0 - behaviour.unanswered)
        self.requests += answered
        self.errors += requests * behaviour.error_rate
        self.p50, self.p99 = behaviour.p50, behaviour.p99


@dataclass
class Minute:
    """What the balancer counted for a group of targets in a minute."""

    requests: float = 0.0
    answered: float = 0.0
    unanswered: float = 0.0
    p50: float = 0.0
    p99: float = 0.0

    def add(self, requests: float, behaviour: Behaviour | None) -> None:
        """Forward requests; with nobody there the balancer itself answers 503."""
        if behaviour is None:
            self.unanswered += requests
            return
        self.requests += requests * (1.0 - behaviour.unanswered)
        self.answered += requests * behaviour.error_rate
        self.unanswered += requests * behaviour.unanswered
        self.p50, self.p99 = behaviour.p50, behaviour.p99


@dataclass(frozen=True)
class Measured:
    """The replies of both health operations, as they were made last."""

    environment: Mapping[str, Any] = field(default_factory=dict)
    instances: tuple[Mapping[str, Any], ...] = ()
    at: datetime = datetime.fromtimestamp(0, UTC)


def measure(side: Side, traffic: Traffic, now: float, period: float, *, blind: bool) -> Measured:
    """Measure an environment's health."""
    at = datetime.fromtimestamp(now, UTC)
    instances = tuple(_instance(side, each, now, blind=blind) for each in side.machines if each.gone_at > now)
    statuses = {each["HealthStatus"] for each in instances}
    status = next((each for each in ("Severe", "NoData", "Pending", "Info") if each in statuses), "Ok")
    colour = {"Severe": "Red", "NoData": "Grey", "Pending": "Grey"}.get(status, "Green")
    environment: dict[str, Any] = {
        "EnvironmentName": side.name,
        "HealthStatus": status,
        "Color": colour,
        "Causes": [] if status == "Ok" else [f"{status} on {len(instances)} instances."],
        "RefreshedAt": at,
    }
    if not blind:
        environment["ApplicationMetrics"] = {
            "Duration": int(period),
            "RequestCount": round(traffic.requests),
            "StatusCodes": {
                "Status2xx": round(traffic.requests - traffic.errors),
                "Status5xx": round(traffic.errors),
            },
            "Latency": {"P50": traffic.p50, "P99": traffic.p99},
        }
    return Measured(environment, instances, at)


def _instance(side: Side, machine: Machine, now: float, *, blind: bool) -> Mapping[str, Any]:
    if blind:
        return {"InstanceId": machine.id, "HealthStatus": "NoData", "Color": "Grey", "Causes": []}
    if machine.ready_at > now:
        causes = ["Performing initialization."]
        return {"InstanceId": machine.id, "HealthStatus": "Pending", "Color": "Grey", "Causes": causes}
    behaviour = side.behaviour(machine.version)
    healthy = machine.deployment != "Failed" and behaviour.healthy
    status = "Info" if machine.deployment == "In Progress" else "Ok" if healthy else "Severe"
    return {
        "InstanceId": machine.id,
        "HealthStatus": status,
        "Color": "Red" if status == "Severe" else "Green",
        "Causes": [],
        "Deployment": {"VersionLabel": machine.version, "DeploymentId": 1, "Status": machine.deployment},
    }
