"""How traffic is divided: the shared rule on moto's balancer, and names on the stand-in."""

from dataclasses import replace
from typing import Any

import pytest

from ogrom_deploy.beanstalk import Beanstalk
from ogrom_deploy.beanstalk.testing import Cloud
from ogrom_deploy.model import Version, all_to
from ogrom_deploy.ports import PlatformError


@pytest.mark.parametrize(
    ("weights", "blue"),
    [((999, 0), 100), ((0, 7), 0), ((1, 1), 50), ((999, 1), 99), ((1, 999), 1), ((1, 2), 33)],
)
def test_weights_are_read_in_percent(cloud: Cloud, weights: tuple[int, int], blue: int) -> None:
    """The rule's go to 999 and need not sum up; a share that rounds to nothing has clients all the same."""
    cloud.tell_rule(*weights)
    assert cloud.platform().observe().weights == {"blue": blue, "green": 100 - blue}


def test_a_shift_changes_weights_alone(cloud: Cloud) -> None:
    """The rule's conditions stay, and no client sticks to a side."""
    elbv2: Any = cloud.clients.elbv2
    before = elbv2.describe_rules(RuleArns=[cloud.settings.rule])["Rules"][0]
    cloud.platform().shift({"blue": 90, "green": 10})
    after = elbv2.describe_rules(RuleArns=[cloud.settings.rule])["Rules"][0]
    assert after["Conditions"] == before["Conditions"]
    forward = after["Actions"][0]["ForwardConfig"]
    assert [each["Weight"] for each in forward["TargetGroups"]] == [90, 10]
    assert forward["TargetGroupStickinessConfig"]["Enabled"] is False


def test_a_rule_that_is_not_ours_is_left_alone(cloud: Cloud) -> None:
    """It forwards to a third group, such as that of an environment before its rebuild."""
    strange = cloud.account.targets[1].replace("awseb-green", "awseb-elder")
    green = cloud.account.sides["ogrom-green"]
    cloud.tell_rule(50, 50)
    green.targets = strange
    for act in (cloud.platform().observe, lambda: cloud.platform().shift(all_to("blue"))):
        with pytest.raises(PlatformError, match="neither blue's nor green's"):
            act()


def test_a_rule_that_gives_nobody_anything_is_told(cloud: Cloud) -> None:
    """AWS answers 503 then; which side is live is for a person to say, with a shift."""
    cloud.tell_rule(0, 0)
    with pytest.raises(PlatformError, match="give one 100"):
        cloud.platform().observe()
    cloud.platform().shift(all_to("blue"))
    assert cloud.platform().observe().weights == all_to("blue")


def test_weights_that_mean_the_same_are_written_as_they_are_asked_for(cloud: Cloud) -> None:
    """A rule of 1 to 1 is half and half; so it is left only if it says so in percent."""
    cloud.tell_rule(1, 1)
    cloud.platform().shift({"blue": 50, "green": 50})
    assert sorted(cloud.account.shares.values()) == [50, 50]


def test_a_rule_that_does_something_else_is_told(cloud: Cloud) -> None:
    """A redirect has no weights."""
    cloud.clients.elbv2.modify_rule(
        RuleArn=cloud.settings.rule,
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
    )
    with pytest.raises(PlatformError, match="must do one thing"):
        cloud.platform().observe()
    cloud.tell_rule(1)
    assert cloud.platform().observe().weights == all_to("blue")


def test_an_idle_side_is_the_only_one_that_is_deployed_to(cloud: Cloud) -> None:
    """One percent is traffic; AllAtOnce would stop all of its instances."""
    cloud.account.versions["v2"] = (0.0, {"S3Bucket": "b", "S3Key": "k"})
    cloud.platform().shift({"blue": 99, "green": 1})
    with pytest.raises(PlatformError, match="it has 1 % of the traffic"):
        cloud.platform().deploy("green", Version("v2"))
    assert cloud.account.calls["UpdateEnvironment"] == 0


@pytest.fixture
def names(cloud: Cloud) -> Beanstalk:
    """A platform without a shared balancer: clients come by blue's name."""
    return cloud.platform(
        replace(cloud.settings, rule="", cname="ogrom-blue.eu-central-1.elasticbeanstalk.com")
    )


def test_names_move_traffic_as_a_whole(cloud: Cloud, names: Beanstalk) -> None:
    """They are swapped once, and it holds on return, when resolvers have heard of it."""
    begin = cloud.account.now()
    assert names.observe().weights == all_to("blue")
    names.shift(all_to("green"))
    names.shift(all_to("green"))
    assert names.observe().weights == all_to("green")
    assert cloud.account.calls["SwapEnvironmentCNAMEs"] == 1
    assert cloud.account.now() - begin >= 60.0
    assert not names.divides


def test_names_have_no_shares(cloud: Cloud, names: Beanstalk) -> None:
    """The error says what to set instead."""
    with pytest.raises(PlatformError, match=r"(?s)traffic moves as a whole.*weights to 100 alone"):
        names.shift({"blue": 99, "green": 1})
    assert cloud.account.calls["SwapEnvironmentCNAMEs"] == 0


def test_names_wait_for_environments_that_are_busy(cloud: Cloud, names: Beanstalk) -> None:
    """AWS swaps none that is not Ready."""
    cloud.account.sides["ogrom-green"].start_scaling(1, 1, cloud.account.now())
    names.shift(all_to("green"))
    assert names.observe().weights == all_to("green")


def test_a_name_that_neither_has_is_told(cloud: Cloud) -> None:
    """A misspelt one, or one whose environment is gone."""
    with pytest.raises(PlatformError, match="clients come by other"):
        cloud.platform(replace(cloud.settings, rule="", cname="other")).observe()


def test_one_way_is_set(cloud: Cloud) -> None:
    """Without a rule and without a name nobody could tell which side is live; with both, who could?"""
    for rule, cname in (("", ""), ("arn", "api")):
        with pytest.raises(ValueError, match="set the rule of a balancer"):
            replace(cloud.settings, rule=rule, cname=cname)


@pytest.mark.parametrize("weights", [{"blue": 50, "green": 60}, {"blue": 110, "green": -10}, {"blue": 100}])
def test_shares_make_a_hundred(cloud: Cloud, weights: dict[str, int]) -> None:
    """Anything else is a mistake, and changes nothing."""
    with pytest.raises(PlatformError, match="divides nothing"):
        cloud.platform().shift(weights)  # type: ignore[arg-type] # one is no whole division
    assert cloud.platform().observe().weights == all_to("blue")
