"""Groups of instances and of targets, and how the traffic between them is divided."""

from dataclasses import replace
from typing import Any

import pytest

from deploy.beanstalk.tests.aws.fake_aws import FakeAws
from ogrom_deploy.beanstalk import BeanstalkPlatform
from ogrom_deploy.beanstalk.balancer import InstanceGroups
from ogrom_deploy.beanstalk.environments import Environments
from ogrom_deploy.model import Version, all_to
from ogrom_deploy.ports import PlatformError


def with_groups(cloud: FakeAws, *arns: str) -> None:
    """Let both environments' groups of instances fill these groups of targets."""

    def change(parsed: dict[str, Any], **_: object) -> None:
        for each in parsed["AutoScalingGroups"]:
            each["TargetGroupARNs"] = list(arns)

    cloud.clients.autoscaling.meta.events.register("after-call.*.DescribeAutoScalingGroups", change)


def test_a_group_is_looked_up_once(cloud: FakeAws) -> None:
    """Its name holds for as long as the environment does."""
    platform = cloud.platform()
    platform.observe()
    platform.observe()
    assert cloud.account.calls["DescribeEnvironmentResources"] == 2
    assert cloud.account.calls["DescribeAutoScalingGroups"] == 2


def test_a_rebuilt_environment_is_found_again(cloud: FakeAws) -> None:
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


def test_a_classic_balancer_has_no_groups_of_targets(cloud: FakeAws) -> None:
    """The error says which option it takes."""
    with_groups(cloud)
    with pytest.raises(PlatformError, match=r"no target groups on port 80.*LoadBalancerType"):
        cloud.platform().observe()


def test_of_several_processes_the_one_on_port_80_counts(cloud: FakeAws) -> None:
    """Another port of the same environment is another group of targets."""
    elbv2, (blue, _) = cloud.clients.elbv2, cloud.account.targets
    vpc = elbv2.describe_target_groups(TargetGroupArns=[blue])["TargetGroups"][0].get("VpcId", "")
    made = elbv2.create_target_group(Name="awseb-admin", Protocol="HTTP", Port=81, VpcId=vpc)
    with_groups(cloud, made["TargetGroups"][0].get("TargetGroupArn", ""), blue)
    described = Environments(cloud.clients, cloud.settings, cloud.account.now, cloud.account.wait).describe()
    assert InstanceGroups(cloud.clients).of(described)["blue"].targets == blue


@pytest.mark.parametrize(
    ("weights", "blue"),
    [((999, 0), 100), ((0, 7), 0), ((1, 1), 50), ((999, 1), 99), ((1, 999), 1), ((1, 2), 33)],
)
def test_weights_are_read_in_percent(cloud: FakeAws, weights: tuple[int, int], blue: int) -> None:
    """The rule's go to 999 and need not sum up; a share that rounds to nothing has clients all the same."""
    cloud.tell_rule(*weights)
    assert cloud.platform().observe().weights == {"blue": blue, "green": 100 - blue}


def test_a_shift_changes_weights_alone(cloud: FakeAws) -> None:
    """The rule's conditions stay, and no client sticks to a side."""
    elbv2: Any = cloud.clients.elbv2
    before = elbv2.describe_rules(RuleArns=[cloud.settings.rule])["Rules"][0]
    cloud.platform().shift({"blue": 90, "green": 10})
    after = elbv2.describe_rules(RuleArns=[cloud.settings.rule])["Rules"][0]
    assert after["Conditions"] == before["Conditions"]
    forward = after["Actions"][0]["ForwardConfig"]
    assert [each["Weight"] for each in forward["TargetGroups"]] == [90, 10]
    assert forward["TargetGroupStickinessConfig"]["Enabled"] is False


def test_a_rule_that_is_not_ours_is_left_alone(cloud: FakeAws) -> None:
    """It forwards to a third group, such as that of an environment before its rebuild."""
    strange = cloud.account.targets[1].replace("awseb-green", "awseb-elder")
    green = cloud.account.sides["ogrom-green"]
    cloud.tell_rule(50, 50)
    green.targets = strange
    for act in (cloud.platform().observe, lambda: cloud.platform().shift(all_to("blue"))):
        with pytest.raises(PlatformError, match="neither blue's nor green's"):
            act()


def test_a_rule_that_gives_nobody_anything_is_told(cloud: FakeAws) -> None:
    """AWS answers 503 then; which side is live is for a person to say, with a shift."""
    cloud.tell_rule(0, 0)
    with pytest.raises(PlatformError, match="give one 100"):
        cloud.platform().observe()
    cloud.platform().shift(all_to("blue"))
    assert cloud.platform().observe().weights == all_to("blue")


def test_weights_that_mean_the_same_are_written_as_they_are_asked_for(cloud: FakeAws) -> None:
    """A rule of 1 to 1 is half and half; so it is left only if it says so in percent."""
    cloud.tell_rule(1, 1)
    cloud.platform().shift({"blue": 50, "green": 50})
    assert sorted(cloud.account.shares.values()) == [50, 50]


def test_a_rule_that_does_something_else_is_told(cloud: FakeAws) -> None:
    """A redirect has no weights."""
    cloud.clients.elbv2.modify_rule(
        RuleArn=cloud.settings.rule,
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
    )
    with pytest.raises(PlatformError, match="must do one thing"):
        cloud.platform().observe()
    cloud.tell_rule(1)
    assert cloud.platform().observe().weights == all_to("blue")


def test_an_idle_side_is_the_only_one_that_is_deployed_to(cloud: FakeAws) -> None:
    """One percent is traffic; AllAtOnce would stop all of its instances."""
    cloud.account.versions["v2"] = (0.0, {"S3Bucket": "b", "S3Key": "k"})
    cloud.platform().shift({"blue": 99, "green": 1})
    with pytest.raises(PlatformError, match="it has 1 % of the traffic"):
        cloud.platform().deploy("green", Version("v2"))
    assert cloud.account.calls["UpdateEnvironment"] == 0


@pytest.fixture
def names(cloud: FakeAws) -> BeanstalkPlatform:
    """A platform without a shared balancer: clients come by blue's name."""
    return cloud.platform(
        replace(cloud.settings, rule="", cname="ogrom-blue.eu-central-1.elasticbeanstalk.com")
    )


def test_names_move_traffic_as_a_whole(cloud: FakeAws, names: BeanstalkPlatform) -> None:
    """They are swapped once, and it holds on return, when resolvers have heard of it."""
    begin = cloud.account.now()
    assert names.observe().weights == all_to("blue")
    names.shift(all_to("green"))
    names.shift(all_to("green"))
    assert names.observe().weights == all_to("green")
    assert cloud.account.calls["SwapEnvironmentCNAMEs"] == 1
    assert cloud.account.now() - begin >= 60.0


def test_names_have_no_shares(cloud: FakeAws, names: BeanstalkPlatform) -> None:
    """The error says what to set instead."""
    with pytest.raises(PlatformError, match=r"(?s)traffic moves as a whole.*weights to 100 alone"):
        names.shift({"blue": 99, "green": 1})
    assert cloud.account.calls["SwapEnvironmentCNAMEs"] == 0


def test_names_wait_for_environments_that_are_busy(cloud: FakeAws, names: BeanstalkPlatform) -> None:
    """AWS swaps none that is not Ready."""
    cloud.account.sides["ogrom-green"].start_scaling(1, 1, cloud.account.now())
    names.shift(all_to("green"))
    assert names.observe().weights == all_to("green")


def test_a_name_that_neither_has_is_told(cloud: FakeAws) -> None:
    """A misspelt one, or one whose environment is gone."""
    with pytest.raises(PlatformError, match="clients come by other"):
        cloud.platform(replace(cloud.settings, rule="", cname="other")).observe()


def test_one_way_is_set(cloud: FakeAws) -> None:
    """Without a rule and without a name nobody could tell which side is live; with both, who could?"""
    for rule, cname in (("", ""), ("arn", "api")):
        with pytest.raises(ValueError, match="set the rule of a balancer"):
            replace(cloud.settings, rule=rule, cname=cname)


@pytest.mark.parametrize("weights", [{"blue": 50, "green": 60}, {"blue": 110, "green": -10}, {"blue": 100}])
def test_shares_make_a_hundred(cloud: FakeAws, weights: dict[str, int]) -> None:
    """Anything else is a mistake, and changes nothing."""
    with pytest.raises(PlatformError, match="add up to 100"):
        cloud.platform().shift(weights)  # type: ignore[arg-type] # one is no whole division
    assert cloud.platform().observe().weights == all_to("blue")
