"""Tasks on the database: what is run as whom, once, and how it ended."""

from dataclasses import replace

import pytest

from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from deploy.beanstalk.tests.aws.tasks import SECONDS
from ogrom_deploy.beanstalk.tasks import started_by
from ogrom_deploy.contracts import TasksContract
from ogrom_deploy.model import Task, Version
from ogrom_deploy.ports import Platform, PlatformError, Tasks
from ogrom_deploy.schema import Schema

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/ogrom@sha256:" + "0" * 64
VERSION = Version("0123456789ab", IMAGE, Schema("0006", "0006", knows="0008"))
EXPAND = Task("expand", VERSION)


class TestFargateTasks(TasksContract):
    """The tasks on AWS."""

    @pytest.fixture
    def platform(self, cloud: FakeAws) -> Platform:
        return cloud.platform()

    @pytest.fixture
    def tasks(self, cloud: FakeAws) -> Tasks:
        return cloud.tasks()

    @pytest.fixture
    def version(self) -> Version:
        return VERSION

    def test_a_version_that_nobody_published_does_nothing(self, tasks: Tasks, version: Version) -> None:
        """A version whose image nobody named."""
        super().test_a_version_that_nobody_published_does_nothing(tasks, replace(version, artefact=""))


def test_it_is_the_image_as_the_user_that_may_change_tables(cloud: FakeAws) -> None:
    """In the private subnets, with nothing that the instances have."""
    cloud.tasks().run(Task("contract", VERSION, "0008"))
    [definition], [(_, name, _, _)] = cloud.fargate.definitions, cloud.fargate.runs
    [container] = definition["containerDefinitions"]
    assert container["image"] == IMAGE
    assert container["command"] == ["migrate", "--contract", "0008"]
    assert [each["name"] for each in container["secrets"]] == ["OGROM_DATABASE_URL"]
    assert container["secrets"][0]["valueFrom"].endswith("parameter/ogrom-migration/database-url")
    assert definition["executionRoleArn"].endswith("role/ogrom-migration")
    assert "taskRoleArn" not in definition
    assert name == "contract-0008-0123456789ab"


@pytest.mark.parametrize(("kind", "option"), [("scan", "--scan"), ("backfill", "--backfill")])
def test_each_kind_of_task_has_its_option(cloud: FakeAws, kind: str, option: str) -> None:
    """An expand has none: it does all that the image brings."""
    task = Task("scan" if kind == "scan" else "backfill", VERSION, "0007")
    cloud.tasks().run(task)
    assert cloud.fargate.definitions[-1]["containerDefinitions"][0]["command"] == ["migrate", option, "0007"]


def test_another_program_goes_on_with_what_runs(cloud: FakeAws) -> None:
    """The one that has started it died; nothing is started twice, and its end is seen."""
    cloud.tasks().run(EXPAND)
    after = cloud.tasks()
    report = after.report(EXPAND)
    assert report
    assert report.state == "running"
    after.run(EXPAND)
    assert len(cloud.fargate.runs) == 1
    cloud.account.wait(SECONDS + 1.0)
    report = cloud.tasks().report(EXPAND)
    assert report
    assert report.state == "done"


def test_the_end_of_an_earlier_run_is_not_that_of_a_later_one(cloud: FakeAws) -> None:
    """Also where it was another program's."""
    cloud.fargate.status = 3
    cloud.tasks().run(EXPAND)
    cloud.account.wait(SECONDS + 1.0)
    cloud.fargate.status = 0
    cloud.tasks().run(EXPAND)
    for tasks in (cloud.tasks(), cloud.tasks()):
        report = tasks.report(EXPAND)
        assert report
        assert report.state == "running"


def failed(cloud: FakeAws) -> str:
    """What is said of a task that fails."""
    cloud.fargate.status = 1
    tasks = cloud.tasks()
    tasks.run(EXPAND)
    cloud.account.wait(SECONDS + 1.0)
    report = tasks.report(EXPAND)
    assert report
    assert report.state == "failed"
    return report.said


def test_a_failure_is_told_in_the_programs_own_words(cloud: FakeAws) -> None:
    """Its last line, which says what to do, and where the others are."""
    cloud.fargate.says = ("waiting ...\n", "shop-search needs words: ask its owner\n", "\n")
    assert failed(cloud) == (
        "shop-search needs words: ask its owner (exit status 1); "
        "its log is ogrom-migration, stream migrate/migrate/0"
    )


def test_a_failure_without_words_says_where_its_log_is(cloud: FakeAws) -> None:
    """They may come there later."""
    assert failed(cloud) == (
        "Essential container in task exited (exit status 1); "
        "its log is ogrom-migration, stream migrate/migrate/0"
    )


def test_what_fargate_does_not_take_is_told(cloud: FakeAws) -> None:
    """With its reason."""
    cloud.fargate.refuses = "Capacity is unavailable at this time."
    with pytest.raises(PlatformError, match="start expand 0006: Fargate does not take it: Capacity"):
        cloud.tasks().run(EXPAND)


def test_the_newest_snapshot_is_one_that_is_finished(cloud: FakeAws) -> None:
    """One that is being made is none yet."""
    assert cloud.tasks().snapshot() is None
    cloud.fargate.snapshots = [(1000.0, "available"), (2000.0, "available"), (3000.0, "creating")]
    assert cloud.tasks().snapshot() == 2000.0


def test_a_name_is_short_enough_for_any_label() -> None:
    """ECS takes 36 characters."""
    assert len(started_by(Task("contract", replace(VERSION, label="x" * 100), "0008"))) == 36
