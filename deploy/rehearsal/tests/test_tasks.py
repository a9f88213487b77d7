"""Tasks on the rehearsal's database, with a program in the place of the service's."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from ogrom.sources.testing import wait_until
from ogrom_deploy.model import Task, TaskReport, Version
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.schema import Schema
from ogrom_rehearsal.tasks import RehearsalTasks

PROGRAM = """
import os, sys
print(*sys.argv[1:], *{settings}, os.environ["OGROM_DATABASE_URL"], os.environ["OGROM_RELEASE"])
if "--backfill" in sys.argv:
    open({fifo!r}).read()
sys.exit("--scan" in sys.argv)
"""
VERSION = Version("v2", "/an/installation", Schema("0006", "0006", knows="0008"))


@pytest.fixture
def fifo(tmp_path: Path) -> Path:
    """What a backfill waits for: it ends when somebody has opened this and closed it."""
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


@pytest.fixture
def tasks(tmp_path: Path, fifo: Path) -> Iterator[RehearsalTasks]:
    def program(version: Version, settings: Mapping[str, str]) -> Sequence[str]:
        return (sys.executable, "-c", PROGRAM.format(fifo=str(fifo), settings=settings))

    with RehearsalTasks(program, "mysql://owner@here/db", tmp_path) as tasks:
        yield tasks


def ended(tasks: RehearsalTasks, task: Task) -> TaskReport:
    def over() -> bool:
        report = tasks.report(task)
        return report is not None and report.state != "running"

    assert wait_until(over, 30.0)
    report = tasks.report(task)
    assert report
    return report


def test_it_is_the_versions_own_program_as_the_user_that_may_change_tables(tasks: RehearsalTasks) -> None:
    """What it prints last is kept, also where it fails."""
    expand, scan = Task("expand", VERSION), Task("scan", VERSION, "0007")
    assert tasks.report(expand) is None
    tasks.run(expand)
    assert ended(tasks, expand) == TaskReport("done", "migrate mysql://owner@here/db v2")
    tasks.run(scan)
    assert ended(tasks, scan) == TaskReport("failed", "migrate --scan 0007 mysql://owner@here/db v2")
    tasks.settings = {"FAULT": "1"}
    tasks.run(expand)
    assert ended(tasks, expand) == TaskReport("done", "migrate FAULT mysql://owner@here/db v2")


def test_a_backfill_runs_beside_the_others_and_once(tasks: RehearsalTasks, fifo: Path) -> None:
    """Its second order changes nothing, and another backfill has to wait."""
    backfill, expand = Task("backfill", VERSION, "0007"), Task("expand", VERSION)
    tasks.run(backfill)
    tasks.run(backfill)
    with pytest.raises(PlatformError, match="backfill 0007 is running"):
        tasks.run(Task("backfill", VERSION, "0009"))
    tasks.run(expand)
    assert ended(tasks, expand).state == "done"
    assert tasks.report(backfill) == TaskReport("running")
    fifo.write_text("")
    assert ended(tasks, backfill) == TaskReport("done", "migrate --backfill 0007 mysql://owner@here/db v2")


def test_what_runs_ends_with_the_rehearsal(tmp_path: Path, fifo: Path) -> None:
    """Nothing is left over that would change a database later."""
    backfill = Task("backfill", VERSION, "0007")
    with RehearsalTasks(
        lambda _, settings: (sys.executable, "-c", PROGRAM.format(fifo=str(fifo), settings=settings)),
        "",
        tmp_path,
    ) as tasks:
        tasks.run(backfill)
    report = tasks.report(backfill)
    assert report
    assert report.state == "failed"


def test_what_is_not_installed_does_nothing(tasks: RehearsalTasks) -> None:
    """And says so."""
    with pytest.raises(PlatformError, match="v1 is not installed"):
        tasks.run(Task("expand", Version("v1")))
