"""Fargate, the log of its tasks and the snapshots of RDS on the stand-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .account import Account, Fault
from .botocore_stub import Operation, Reply

ARN = "arn:aws:ecs:eu-central-1:123456789012"
SECONDS = 40.0
"""How long a task takes."""


@dataclass
class FakeTasks:
    """What the clients of ECS, CloudWatch's logs and RDS are answered by; owns the tasks.

    Attributes:
        account: whose clock counts.
        status: what the next tasks exit with.
        says: what the tasks print, line by line.
        refuses: why Fargate takes no task; empty if it does.
        definitions: those that were registered.
        runs: the tasks that were started: each definition's number, `startedBy`, when and with which exit status.
        snapshots: when the database's were taken, and how each stands.
    """

    account: Account
    status: int = 0
    says: tuple[str, ...] = ()
    refuses: str = ""
    definitions: list[Mapping[str, Any]] = field(default_factory=list)
    runs: list[tuple[int, str, float, int]] = field(default_factory=list)
    snapshots: list[tuple[float, str]] = field(default_factory=list)

    def ecs(self) -> Mapping[str, Operation]:
        """Each by its name."""
        return {
            "DescribeTasks": self._describe,
            "ListTasks": self._list,
            "RegisterTaskDefinition": self._register,
            "RunTask": self._run,
        }

    def logs(self) -> Mapping[str, Operation]:
        """Each by its name."""
        return {"GetLogEvents": self._events}

    def rds(self) -> Mapping[str, Operation]:
        """Each by its name."""
        return {"DescribeDBSnapshots": self._snapshots}

    def _register(self, asked: Mapping[str, Any]) -> Reply:
        self.definitions.append(asked)
        arn = f"{ARN}:task-definition/{asked['family']}:{len(self.definitions)}"
        return {"taskDefinition": {"taskDefinitionArn": arn}}

    def _run(self, asked: Mapping[str, Any]) -> Reply:
        if len(asked["startedBy"]) > 36:
            raise Fault("InvalidParameterException", "startedBy is too long.")
        if self.refuses:
            return {"tasks": [], "failures": [{"reason": self.refuses}]}
        number = int(asked["taskDefinition"].rpartition(":")[2])
        self.runs.append((number, asked["startedBy"], self.account.now(), self.status))
        return {"tasks": [self._told(len(self.runs) - 1)], "failures": []}

    def _list(self, asked: Mapping[str, Any]) -> Reply:
        wanted = asked["desiredStatus"]
        told = (self._told(each) for each in range(len(self.runs)))
        return {"taskArns": [each["taskArn"] for each in told if each["desiredStatus"] == wanted]}

    def _describe(self, asked: Mapping[str, Any]) -> Reply:
        numbers = (int(each.rpartition("/")[2]) for each in asked["tasks"])
        return {"tasks": [self._told(each) for each in numbers]}

    def _told(self, run: int) -> Mapping[str, Any]:
        _, started_by, began, status = self.runs[run]
        ended = self.account.now() >= began + SECONDS
        container: dict[str, Any] = {"name": "migrate", "lastStatus": "STOPPED" if ended else "RUNNING"}
        if ended:
            container["exitCode"] = status
        return {
            "taskArn": f"{ARN}:task/ogrom-migration/{run}",
            "startedBy": started_by,
            "createdAt": datetime.fromtimestamp(began, UTC),
            "lastStatus": container["lastStatus"],
            "desiredStatus": container["lastStatus"],
            "containers": [container],
            **({"stoppedReason": "Essential container in task exited"} if ended else {}),
        }

    def _events(self, asked: Mapping[str, Any]) -> Reply:
        if not self.says:
            raise Fault("ResourceNotFoundException", "The specified log stream does not exist.")
        assert asked["logGroupName"] == "ogrom-migration"
        assert asked["logStreamName"].removeprefix("migrate/migrate/").isdecimal()
        assert not asked["startFromHead"]
        return {"events": [{"message": each, "timestamp": 0} for each in self.says[-asked["limit"] :]]}

    def _snapshots(self, asked: Mapping[str, Any]) -> Reply:
        return {
            "DBSnapshots": [
                {
                    "DBInstanceIdentifier": asked["DBInstanceIdentifier"],
                    "SnapshotCreateTime": datetime.fromtimestamp(at, UTC),
                    "Status": status,
                }
                for at, status in self.snapshots
            ]
        }
