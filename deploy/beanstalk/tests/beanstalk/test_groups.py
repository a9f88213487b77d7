"""Groups of instances and of targets: found, and found again after a rebuild."""

from typing import Any

import pytest

from ogrom_deploy.beanstalk.environments import Environments
from ogrom_deploy.beanstalk.groups import Groups
from ogrom_deploy.beanstalk.testing import Cloud
from ogrom_deploy.ports import PlatformError


def with_groups(cloud: Cloud, *arns: str) -> None:
    """Let both environments' groups of instances fill these groups of targets."""

    def change(parsed: dict[str, Any], **_: object) -> None:
        for each in parsed["AutoScalingGroups"]:
            each["TargetGroupARNs"] = list(arns)

    cloud.clients.autoscaling.meta.events.register("after-call.*.DescribeAutoScalingGroups", change)


def test_a_group_is_looked_up_once(cloud: Cloud) -> None:
    """Its name holds for as long as the environment does."""
    platform = cloud.platform()
    platform.observe()
    platform.observe()
    assert cloud.account.calls["DescribeEnvironmentResources"] == 2
    assert cloud.account.calls["DescribeAutoScalingGroups"] == 2


def test_a_rebuilt_environment_is_found_again(cloud: Cloud) -> None:
    """Its group has another name then; the look that meets that is told to come again."""
    platform = cloud.platform()
    platform.observe()
    found: list[Any] = []

    def lose(parsed: dict[str, Any], **_: object) -> None:
        if not found:
            found.extend(parsed["AutoScalingGroups"])
            parsed["AutoScalingGroups"] = []

    cloud.clients.autoscaling.meta.events.register("after-call.*.DescribeAutoScalingGroups", lose)
    with pytest.raises(PlatformError, match="is gone; try again"):
        platform.observe()
    assert platform.observe().blue.wanted == 2
    assert cloud.account.calls["DescribeEnvironmentResources"] == 4


def test_a_classic_balancer_has_no_groups_of_targets(cloud: Cloud) -> None:
    """The error says which option it takes."""
    with_groups(cloud)
    with pytest.raises(PlatformError, match=r"no target groups on port 80.*LoadBalancerType"):
        cloud.platform().observe()


def test_of_several_processes_the_one_on_port_80_counts(cloud: Cloud) -> None:
    """Another port of the same environment is another group of targets."""
    elbv2, (blue, _) = cloud.clients.elbv2, cloud.account.targets
    vpc = elbv2.describe_target_groups(TargetGroupArns=[blue])["TargetGroups"][0].get("VpcId", "")
    made = elbv2.create_target_group(Name="awseb-admin", Protocol="HTTP", Port=81, VpcId=vpc)
    with_groups(cloud, made["TargetGroups"][0].get("TargetGroupArn", ""), blue)
    described = Environments(cloud.clients, cloud.settings, cloud.account.now, cloud.account.wait).describe()
    assert Groups(cloud.clients).of(described)["blue"].targets == blue
