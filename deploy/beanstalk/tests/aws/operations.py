"""The operations of Elastic Beanstalk, Auto Scaling and CloudWatch on the stand-in, with AWS's own error messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ogrom_deploy.options import Key

from .account import START, Account, FakeEnvironment, Fault, Minute
from .botocore_stub import Operation, Reply

APPLICATION = "ogrom"
PAGE = 2
"""Instances on one page of DescribeInstancesHealth, so that there are several."""

ASG = "aws:autoscaling:asg"


@dataclass(frozen=True)
class Operations:
    """What the client of Elastic Beanstalk is answered by."""

    account: Account

    def all(self) -> Mapping[str, Operation]:
        """Each by its name."""
        written = {
            "CreateApplicationVersion": self._create_version,
            "DescribeApplicationVersions": self._versions,
            "DescribeConfigurationSettings": self._settings,
            "DescribeEnvironmentHealth": self._health,
            "DescribeEnvironmentManagedActions": self._managed_actions,
            "DescribeEnvironmentResources": self._resources,
            "DescribeEnvironments": self._environments,
            "DescribeInstancesHealth": self._instances_health,
            "SwapEnvironmentCNAMEs": self._swap,
            "UpdateEnvironment": self._update,
        }
        return {name: self._entered(name, operation) for name, operation in written.items()}

    def _entered(self, name: str, operation: Operation) -> Operation:
        def entered(asked: Mapping[str, Any]) -> Reply:
            self.account.enter(name)
            return operation(asked)

        return entered

    def _create_version(self, asked: Mapping[str, Any]) -> Reply:
        label = asked["VersionLabel"]
        if label in self.account.versions:
            raise Fault("InvalidParameterValue", f"Application Version {label} already exists.")
        processed = self.account.clock + self.account.times.process
        self.account.versions[label] = processed, asked["SourceBundle"]
        self.account.descriptions[label] = asked.get("Description", "")
        return {"ApplicationVersion": self._version(label)}

    def _versions(self, asked: Mapping[str, Any]) -> Reply:
        labels = asked.get("VersionLabels") or list(self.account.versions)
        return {
            "ApplicationVersions": [self._version(each) for each in labels if each in self.account.versions]
        }

    def _version(self, label: str) -> Reply:
        processed, source = self.account.versions[label]
        status = "Processed" if processed <= self.account.clock else "Processing"
        return {
            "ApplicationName": APPLICATION,
            "VersionLabel": label,
            "SourceBundle": dict(source),
            "Description": self.account.descriptions.get(label, ""),
            "Status": "Failed" if processed < 0.0 else status,
        }

    def _environments(self, asked: Mapping[str, Any]) -> Reply:
        names = asked.get("EnvironmentNames") or list(self.account.sides)
        return {
            "Environments": [
                self._described(self.account.sides[each]) for each in names if each in self.account.sides
            ]
        }

    def _described(self, side: FakeEnvironment) -> dict[str, Any]:
        described = {
            "EnvironmentName": side.name,
            "EnvironmentId": side.id,
            "ApplicationName": APPLICATION,
            "SolutionStackName": side.stack,
            "CNAME": side.cname,
            "Status": "Ready" if side.is_ready else "Updating",
            "AbortableOperationInProgress": not side.is_ready,
            "Health": self.account.measured[side.name].environment.get("Color", "Grey"),
        }
        return {**described, "VersionLabel": side.version} if side.version else described

    def _side(self, asked: Mapping[str, Any]) -> FakeEnvironment:
        for side in self.account.sides.values():
            if side.name == asked.get("EnvironmentName") or side.id == asked.get("EnvironmentId"):
                return side
        name = asked.get("EnvironmentName", asked.get("EnvironmentId", ""))
        raise Fault("InvalidParameterValue", f"No Environment found for EnvironmentName = '{name}'.")

    def _update(self, asked: Mapping[str, Any]) -> Reply:
        side, label, options = self._side(asked), asked.get("VersionLabel"), asked.get("OptionSettings")
        self._expect_ready(side)
        if label and options:
            raise Fault(
                "InvalidParameterCombination", "The template and version label cannot be updated together."
            )
        if label:
            if self.account.versions.get(label, (float("inf"), {}))[0] > self.account.clock:
                raise Fault("InvalidParameterValue", f"No Application Version named '{label}' found.")
            side.start_deployment(label, self.account.clock)
        if options:
            side.start_scaling(*_bounds(side, options), self.account.clock)
        return self._described(side)

    def _expect_ready(self, side: FakeEnvironment) -> None:
        if not side.is_ready:
            raise Fault(
                "InvalidParameterValue",
                f"Environment named {side.name} is in an invalid state for this operation. Must be Ready.",
            )

    def _swap(self, asked: Mapping[str, Any]) -> Reply:
        one = self._side({"EnvironmentName": asked["SourceEnvironmentName"]})
        another = self._side({"EnvironmentName": asked["DestinationEnvironmentName"]})
        for side in (one, another):
            self._expect_ready(side)
            side.busy_until = self.account.clock + self.account.times.swap
        one.cname, another.cname = another.cname, one.cname
        return {}

    def _settings(self, asked: Mapping[str, Any]) -> Reply:
        side = self._side(asked)
        found = [_configuration(side, side.least, side.most, "deployed")]
        if side.bounds is not None:
            found.insert(0, _configuration(side, *side.bounds, "pending"))
        return {"ConfigurationSettings": found}

    def _resources(self, asked: Mapping[str, Any]) -> Reply:
        side = self._side(asked)
        groups = [{"Name": f"awseb-{side.id}"}]
        return {"EnvironmentResources": {"EnvironmentName": side.name, "AutoScalingGroups": groups}}

    def _managed_actions(self, asked: Mapping[str, Any]) -> Reply:
        side = self._side(asked)
        if not side.managed:
            return {}
        start = datetime.fromtimestamp(self.account.clock, UTC)
        action = {
            "ActionId": "1",
            "ActionType": "PlatformUpdate",
            "Status": side.managed,
            "WindowStartTime": start,
        }
        return {"ManagedActions": [action]}

    def _health(self, asked: Mapping[str, Any]) -> Reply:
        side = self._side(asked)
        wanted = {"EnvironmentName", *asked.get("AttributeNames", ())}
        measured = self.account.measured[side.name].environment
        return {name: value for name, value in measured.items() if name in wanted}

    def _instances_health(self, asked: Mapping[str, Any]) -> Reply:
        measured = self.account.measured[self._side(asked).name]
        begin = int(asked.get("NextToken") or 0)
        page = [dict(each) for each in measured.instances[begin : begin + PAGE]]
        reply: dict[str, Any] = {"InstanceHealthList": page, "RefreshedAt": measured.at}
        return {**reply, "NextToken": str(begin + PAGE)} if measured.instances[begin + PAGE :] else reply


def _configuration(side: FakeEnvironment, least: int, most: int, status: str) -> dict[str, Any]:
    options = {**side.options, Key(ASG, "MinSize"): str(least), Key(ASG, "MaxSize"): str(most)}
    return {
        "EnvironmentName": side.name,
        "DeploymentStatus": status,
        "OptionSettings": [
            {"Namespace": namespace, "OptionName": name, "Value": value}
            for (namespace, name), value in options.items()
        ],
    }


def _bounds(side: FakeEnvironment, options: list[Mapping[str, str]]) -> tuple[int, int]:
    asked = {each["OptionName"]: int(each["Value"]) for each in options if each["Namespace"] == ASG}
    least, most = asked.get("MinSize", side.least), asked.get("MaxSize", side.most)
    # 1 at least by its documentation, and when an environment is made; a running one takes 0, and always did.
    if not 0 <= least <= most <= 10000:
        raise Fault(
            "ConfigurationValidationException",
            f"Invalid option value: '{least}' (Namespace: '{ASG}', OptionName: 'MinSize'): it must be from 0 to "
            "10000, and not above MaxSize.",
        )
    return least, most


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
