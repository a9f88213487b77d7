"""What Elastic Beanstalk says of instances, and what a gate may believe of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy.beanstalk.health import Window, read_health, window
from ogrom_deploy.model import Instance


def told(cloud: FakeAws, **changed: Any) -> Instance:
    """What the report says of an instance of blue, with something of AWS's reply changed."""
    account = cloud.account
    measured = account.measured["ogrom-blue"]
    first: dict[str, Any] = {**measured.instances[0], **changed}
    object.__setattr__(measured, "instances", (first,))
    return read_health(cloud.clients, "ogrom-blue", now=account.now(), stale=60.0).instances[0]


DEPLOYED = {"VersionLabel": "v1", "DeploymentId": 1, "Status": "Deployed"}


@pytest.mark.parametrize(
    ("status", "deployment", "health"),
    [
        ("Ok", "Deployed", "ok"),
        ("Info", "Deployed", "ok"),
        ("Info", "In Progress", "pending"),
        ("Pending", "In Progress", "pending"),
        ("Warning", "Deployed", "failing"),
        ("Degraded", "Deployed", "failing"),
        ("Severe", "Deployed", "failing"),
        ("Ok", "Failed", "failing"),
        ("NoData", "Deployed", "unknown"),
        ("Unknown", "Deployed", "unknown"),
        ("Suspended", "Deployed", "unknown"),
        ("Splendid", "Deployed", "unknown"),
    ],
)
def test_only_good_news_is_good(cloud: FakeAws, status: str, deployment: str, health: str) -> None:
    """Grey is unknown, and so is a word of AWS's that we have never heard."""
    said = told(cloud, HealthStatus=status, Deployment={**DEPLOYED, "Status": deployment})
    assert said == Instance("i-ogrom-blue0", "v1", health)  # type: ignore[arg-type] # a parameter is a str


def test_an_instance_without_a_deployment_has_no_version(cloud: FakeAws) -> None:
    """It has just started; AWS's own sample is no version of ours either."""
    assert told(cloud, Deployment={}).version == ""
    assert told(cloud, Deployment={**DEPLOYED, "VersionLabel": "Sample Application"}).version == ""


def test_old_news_is_unknown(cloud: FakeAws) -> None:
    """Instances that were well a while ago may be gone; their version is still what it was."""
    account = cloud.account
    account.silent.add("ogrom-blue")
    account.wait(50.0)
    fresh = read_health(cloud.clients, "ogrom-blue", now=account.now(), stale=60.0)
    account.wait(20.0)
    old = read_health(cloud.clients, "ogrom-blue", now=account.now(), stale=60.0)
    assert {each.health for each in fresh.instances} == {"ok"}
    assert {(each.health, each.version) for each in old.instances} == {("unknown", "v1")}
    assert old.measured_at == fresh.measured_at == account.now() - 70.0


def test_all_pages_are_read(cloud: FakeAws) -> None:
    """AWS gives instances page by page; the stand-in two on each."""
    cloud.account.serve("ogrom-blue", "v1", 5)
    found = read_health(cloud.clients, "ogrom-blue", now=cloud.account.now(), stale=60.0)
    assert [each.id for each in found.instances] == [f"i-ogrom-blue{number}" for number in range(5)]
    assert cloud.account.calls["DescribeInstancesHealth"] == 3


def test_the_older_of_both_lists_dates_the_news(cloud: FakeAws) -> None:
    """Causes of now beside instances of a minute ago are a minute old."""
    account, events = cloud.account, cloud.clients.elasticbeanstalk.meta.events
    account.wait(10.0)
    new = account.now()

    def age(parsed: dict[str, Any], **_: object) -> None:
        parsed["RefreshedAt"] = parsed["RefreshedAt"].replace(year=2020)

    events.register("after-call.*.DescribeInstancesHealth", age)
    assert read_health(cloud.clients, "ogrom-blue", now=new, stale=60.0).measured_at < new - 1000


@pytest.mark.parametrize("metrics", [{}, {"Duration": 10}])
def test_without_a_log_there_are_no_counts(metrics: Mapping[str, Any]) -> None:
    """Nothing is not zero."""
    assert window(metrics, 100.0) is None  # type: ignore[arg-type] # a parameter is any mapping


def test_counts_are_of_their_whole_while() -> None:
    """Ten seconds, and of its codes only 5xx are errors."""
    metrics: Any = {
        "Duration": 10,
        "RequestCount": 50,
        "StatusCodes": {"Status2xx": 40, "Status4xx": 7, "Status5xx": 3},
        "Latency": {"P50": 0.02, "P99": 0.5},
    }
    assert window(metrics, 100.0) == Window(90.0, 100.0, 50, 3, 0.02, 0.5)
    assert window(metrics, 0.0) is None
