"""What is done to the rehearsal's database: `ogrom-api migrate` of a version, as the user that may change tables."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from ogrom_deploy.model import TASK_OPTIONS, Task, TaskReport, Version
from ogrom_deploy.ports import PlatformError

from .programs import end, last_words

_END_SECONDS = 10.0


class RehearsalTasks:
    """Tasks for a `with` block, which ends those that still run.

    Attributes:
        snapshot_at: when the newest snapshot was taken, by `time.monotonic`; a scenario sets it.
        settings: further environment variables of the next tasks; a scenario sets them.
    """

    def __init__(
        self, program: Callable[[Version, Mapping[str, str]], Sequence[str]], url: str, logs: Path
    ) -> None:
        """Choose what is run where.

        Args:
            program: gives the command line of a version's `ogrom-api` with further environment variables.
            url: the database's, with the user that may change tables.
            logs: a folder for what the tasks print.
        """
        self._program = program
        self._url = url
        self._logs = logs
        self._runs: dict[str, tuple[Task, subprocess.Popen[bytes], Path]] = {}
        self.snapshot_at: float | None = time.monotonic()
        self.settings: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        for _, process, _ in self._runs.values():
            if process.poll() is None:
                end(process, _END_SECONDS)

    def run(self, task: Task) -> None:
        slot = "backfill" if task.kind == "backfill" else "task"
        if (found := self._runs.get(slot)) and found[1].poll() is None:
            if found[0] == task:
                return
            raise PlatformError(f"{found[0]} is running; wait for its end")
        if not task.version.artefact:
            raise PlatformError(
                f"{task}: {task.version.label} is not installed; publish it with its artefact"
            )
        options = [TASK_OPTIONS[task.kind], task.change] if task.kind in TASK_OPTIONS else []
        log = self._logs / f"{slot}-{time.monotonic_ns()}.log"
        plain = {key: value for key, value in os.environ.items() if not key.startswith("OGROM_")}
        with log.open("wb") as output:
            process = subprocess.Popen(
                (*self._program(task.version, self.settings), "migrate", *options),
                env=plain | {"OGROM_DATABASE_URL": self._url, "OGROM_RELEASE": task.version.label},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._runs[slot] = task, process, log

    def report(self, task: Task) -> TaskReport | None:
        found = self._runs.get("backfill" if task.kind == "backfill" else "task")
        if found is None or found[0] != task:
            return None
        _, process, log = found
        if (status := process.poll()) is None:
            return TaskReport("running")
        return TaskReport("failed" if status else "done", last_words(log.read_bytes()))

    def snapshot(self) -> float | None:
        return self.snapshot_at
