"""The two orders that an environment takes, and when it takes none."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy.beanstalk.environments import ASG, COMMAND, Environments
from ogrom_deploy.model import Version
from ogrom_deploy.options import Key
from ogrom_deploy.ports import PlatformError

BUSY = "Environment named ogrom-green is in an invalid state for this operation. Must be Ready."


def environments(cloud: FakeAws) -> Environments:
    return Environments(cloud.clients, cloud.settings, cloud.account.now, cloud.account.wait)


@pytest.fixture
def published(cloud: FakeAws) -> FakeAws:
    """One with a version that green may get."""
    cloud.account.versions["v2"] = (0.0, {"S3Bucket": "b", "S3Key": "k"})
    return cloud


def test_version_and_size_are_ordered_apart(published: FakeAws) -> None:
    """AWS refuses both in one call, so each has a call of its own, with nothing else in it."""
    orders: list[set[str]] = []
    published.clients.elasticbeanstalk.meta.events.register(
        "before-parameter-build.*.UpdateEnvironment", lambda params, **_: orders.append(set(params))
    )
    environments(published).deploy("green", "v2")
    environments(published).scale("green", 3)
    assert orders[0] == {"EnvironmentName", "VersionLabel"}
    # The second waited until the first was done; each try is the same.
    assert set(map(frozenset, orders[1:])) == {frozenset({"EnvironmentName", "OptionSettings"})}
    assert len(orders) > 2
    assert published.account.sides["ogrom-green"].bounds == (3, 3)


def test_an_environment_that_stays_busy_is_not_waited_for_for_ever(published: FakeAws) -> None:
    """The error says how long, and how an update that hangs is ended."""
    begin = published.account.now()
    published.account.refuse("UpdateEnvironment", "InvalidParameterValue", BUSY, times=100)
    with pytest.raises(PlatformError, match=r"(?s)still busy after 45 seconds.*abort-environment-update"):
        environments(published).deploy("green", "v2")
    assert 45.0 <= published.account.now() - begin < 51.0


def test_other_refusals_are_told_at_once(published: FakeAws) -> None:
    """A version that does not exist will not exist in a minute."""
    begin = published.account.now()
    with pytest.raises(PlatformError, match="No Application Version named 'v3' found"):
        environments(published).deploy("green", "v3")
    assert published.account.now() == begin


def test_throttling_is_tried_again_by_botocore(published: FakeAws) -> None:
    """Four tries are allowed here: three refusals are not noticed, four are told as what they are."""
    published.account.refuse("UpdateEnvironment", "Throttling", "Rate exceeded", times=3)
    environments(published).deploy("green", "v2")
    published.account.wait(60.0)
    published.account.refuse("UpdateEnvironment", "Throttling", "Rate exceeded", times=4)
    with pytest.raises(
        PlatformError, match="too many requests of this account, even after retries: Rate exceeded"
    ):
        environments(published).scale("green", 2)
    assert published.account.calls["UpdateEnvironment"] == 8


def spoil_policy(cloud: FakeAws) -> None:
    cloud.account.sides["ogrom-green"].options[Key(COMMAND, "DeploymentPolicy")] = "Rolling"


def spoil_actions(cloud: FakeAws) -> None:
    cloud.account.sides["ogrom-green"].managed = "Pending"


def spoil_platform(cloud: FakeAws) -> None:
    cloud.account.sides["ogrom-green"].stack = "64bit Amazon Linux 2023 v4.12.3 running ECS"


def spoil_name(cloud: FakeAws) -> None:
    del cloud.account.sides["ogrom-green"]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_policy, "DeploymentPolicy is Rolling.*set AllAtOnce"),
        (spoil_actions, "a managed update is pending"),
        (spoil_platform, "running ECS.*our bundles need Docker"),
        (spoil_name, "no environment 'ogrom-green'"),
    ],
)
def test_an_environment_that_is_not_for_it_is_refused(
    published: FakeAws, spoil: Callable[[FakeAws], None], reason: str
) -> None:
    """Before anything is ordered, and with what to do."""
    spoil(published)
    with pytest.raises(PlatformError, match=f"(?s)green: .*{reason}"):
        published.platform().deploy("green", Version("v2"))
    assert published.account.calls["UpdateEnvironment"] == 0


def test_a_managed_update_of_next_week_is_no_hindrance(published: FakeAws) -> None:
    """One that is scheduled is not under way."""
    published.account.sides["ogrom-green"].managed = "Scheduled"
    environments(published).deploy("green", "v2")
    assert published.account.sides["ogrom-green"].version == "v2"


def test_a_platform_may_be_told_by_its_arn(cloud: FakeAws) -> None:
    """An environment that was made from an ARN need not know the stack's name."""
    side = cloud.account.sides["ogrom-green"]
    side.stack = (
        "arn:aws:elasticbeanstalk:eu-central-1::platform/Docker running on 64bit Amazon Linux 2023/4.12.3"
    )
    assert environments(cloud).describe()["green"].get("SolutionStackName") == side.stack


def test_options_on_their_way_are_the_ones_that_hold(cloud: FakeAws) -> None:
    """While an update runs, AWS tells both the old ones and the new ones."""
    environments(cloud).scale("green", 4)
    assert environments(cloud).options("green")[ASG, "MinSize"] == "4"
    assert cloud.platform().observe().green.wanted == 4


def test_clocks_that_differ_are_told(cloud: FakeAws) -> None:
    """On a machine whose clock is slow, old news would look new."""
    for off, way in ((-20.0, "20 seconds behind"), (20.0, "20 seconds ahead of")):
        apart = replace(environments(cloud), now=partial(sum, (cloud.account.now(), off)))
        with pytest.raises(PlatformError, match=f"clock is {way} AWS's"):
            apart.describe()


def test_load_is_let_decide_another_time_where_the_environment_is_busy(cloud: FakeAws) -> None:
    """A release waits for nothing: traffic has moved, and nobody must be kept from moving it back."""
    settings = replace(cloud.settings, least=2, most=8)
    busy = replace(environments(cloud), settings=settings)
    busy.scale("blue", 3)
    begin = cloud.account.now()
    busy.autoscale("blue")
    assert cloud.account.now() == begin
    assert cloud.account.sides["ogrom-blue"].bounds == (3, 3)
    cloud.account.wait(60.0)
    platform = cloud.platform(settings)
    assert "load does not scale it: it has from 3 to 3 instances" in platform.observe().blue.causes
    busy.autoscale("blue")
    assert cloud.account.sides["ogrom-blue"].bounds == (2, 8)
    cloud.account.wait(60.0)
    assert platform.observe().blue.causes == ()
