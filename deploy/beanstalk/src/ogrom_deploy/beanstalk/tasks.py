"""What is done to the database: one task of a version's image on Fargate, and the snapshots of RDS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ogrom_deploy.model import TASK_OPTIONS, Task, TaskReport
from ogrom_deploy.ports import PlatformError

from .aws import TaskClients, aws_errors
from .settings import Tasks as Settings
from .versions import IMAGE

LINES = 20
"""So many of a task's last lines are looked at for one that is not empty."""


@dataclass
class FargateTasks:
    """Tasks on AWS; owns which run of a task is the last that it has started itself.

    A run is found by `startedBy`. ECS forgets it an hour after its end; then nothing is known of the task, which may be
    started again.

    Attributes:
        settings: where they run, and with which rights.
        clients: of AWS.
    """

    settings: Settings
    clients: TaskClients
    _started: dict[str, str] = field(init=False, repr=False, default_factory=dict)

    def run(self, task: Task) -> None:
        if not IMAGE.fullmatch(task.version.artefact):
            raise PlatformError(
                f"{task}: {task.version.label} has no image with its digest in the history; deploy it once more with "
                "--artefact"
            )
        name = started_by(task)
        with aws_errors(f"start {task}"):
            for each in self._described("RUNNING"):
                beside = each["startedBy"].startswith("backfill-")
                if each["startedBy"] == name:
                    self._started[name] = each["taskArn"]
                    return
                if beside == (task.kind == "backfill"):
                    raise PlatformError(f"{task}: {each['startedBy']} is running; wait for its end")
            definition = self.clients.ecs.register_task_definition(**self._definition(task))
            reply = self.clients.ecs.run_task(
                cluster=self.settings.cluster,
                taskDefinition=definition["taskDefinition"]["taskDefinitionArn"],
                launchType="FARGATE",
                count=1,
                startedBy=name,
                networkConfiguration={
                    "awsvpcConfiguration": {
                        "subnets": list(self.settings.subnets),
                        "securityGroups": [self.settings.group],
                        "assignPublicIp": "DISABLED",
                    }
                },
            )
        if not reply["tasks"]:
            why = "; ".join(each.get("reason", "") for each in reply.get("failures", ()))
            raise PlatformError(f"start {task}: Fargate does not take it: {why or 'it does not say why'}")
        self._started[name] = reply["tasks"][0]["taskArn"]

    def report(self, task: Task) -> TaskReport | None:
        name = started_by(task)
        with aws_errors(f"look at {task}"):
            if known := self._started.get(name):
                found = self._describe([known])
            else:
                runs = (*self._described("RUNNING"), *self._described("STOPPED"))
                found = [each for each in runs if each["startedBy"] == name]
        if not found:
            return None
        return self._reported(max(found, key=lambda each: each["createdAt"]))

    def snapshot(self) -> float | None:
        with aws_errors(f"look at the snapshots of {self.settings.database}"):
            found = self.clients.rds.describe_db_snapshots(DBInstanceIdentifier=self.settings.database)
        times = (each["SnapshotCreateTime"] for each in found["DBSnapshots"] if each["Status"] == "available")
        return max((each.timestamp() for each in times), default=None)

    def _reported(self, run: Mapping[str, Any]) -> TaskReport:
        if run["lastStatus"] != "STOPPED":
            return TaskReport("running")
        [container] = run["containers"]
        status = container.get("exitCode")
        if status == 0:
            return TaskReport("done")
        stream = f"migrate/migrate/{run['taskArn'].rpartition('/')[2]}"
        why = container.get("reason") or run.get("stoppedReason", "")
        if status is not None:
            why = f"{self._last_words(stream) or why} (exit status {status})"
        return TaskReport("failed", f"{why}; its log is {self.settings.log}, stream {stream}")

    def _last_words(self, stream: str) -> str:
        """The last line that the program printed, which says why it failed; empty if the log does not have it."""
        try:
            with aws_errors(f"read {stream}"):
                found = self.clients.logs.get_log_events(
                    logGroupName=self.settings.log, logStreamName=stream, limit=LINES, startFromHead=False
                )
        except PlatformError:
            return ""
        return next((said for each in reversed(found["events"]) if (said := each["message"].strip())), "")

    def _described(self, status: str) -> Iterator[Mapping[str, Any]]:
        pages = self.clients.ecs.get_paginator("list_tasks").paginate(
            cluster=self.settings.cluster, desiredStatus=status
        )
        for page in pages:
            if page["taskArns"]:
                yield from self._describe(page["taskArns"])

    def _describe(self, arns: list[str]) -> list[Mapping[str, Any]]:
        found = self.clients.ecs.describe_tasks(cluster=self.settings.cluster, tasks=arns)
        return [each for each in found["tasks"] if "startedBy" in each]

    def _definition(self, task: Task) -> Mapping[str, Any]:
        """What is run: the image by its digest, as the database's user that may change tables."""
        option = [TASK_OPTIONS[task.kind], task.change] if task.kind in TASK_OPTIONS else []
        return {
            "family": self.settings.cluster,
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "512",
            "memory": "1024",
            "executionRoleArn": self.settings.role,
            "containerDefinitions": [
                {
                    "name": "migrate",
                    "image": task.version.artefact,
                    "essential": True,
                    "command": ["migrate", *option],
                    "user": "10001:10001",
                    "readonlyRootFilesystem": True,
                    "secrets": [{"name": "OGROM_DATABASE_URL", "valueFrom": self.settings.secret}],
                    "environment": [{"name": "OGROM_RELEASE", "value": task.version.label}],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {
                            "awslogs-group": self.settings.log,
                            "awslogs-region": self.clients.ecs.meta.region_name,
                            "awslogs-stream-prefix": "migrate",
                        },
                    },
                }
            ],
        }


def started_by(task: Task) -> str:
    """What names a run: `contract-0008-0123456789ab`; 36 characters at most."""
    return f"{task.kind}-{task.change or task.effect}-{task.version.label}"[:36]
