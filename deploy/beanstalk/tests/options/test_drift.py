"""How an environment differs from its template."""

from dataclasses import replace

import pytest

from ogrom_deploy import templates
from ogrom_deploy.options import Difference, Setting, differences, read_options
from ogrom_deploy.options.setting import Key

OURS = read_options(templates.read("environment"))
ASG = "aws:autoscaling:asg"
HEALTH = "aws:elasticbeanstalk:healthreporting:system"
OBSERVED = tuple(
    each if each.value is not None else replace(each, value="arn:of:the:account") for each in OURS
)


def observed(namespace: str, name: str, value: str | None) -> list[Setting]:
    """An environment of our template, in which somebody has set an option."""
    return [*(each for each in OBSERVED if each.key != (namespace, name)), Setting(namespace, name, value)]


def test_an_environment_as_the_template_says_has_no_difference() -> None:
    """Also where Beanstalk tells of options that nobody set."""
    others = [
        Setting("aws:elasticbeanstalk:command", "BatchSize", "100"),
        Setting("aws:elasticbeanstalk:xray", "XRayEnabled", None),
        Setting("aws:autoscaling:launchconfiguration", "ImageId", "ami-1"),
        Setting("aws:cloudformation:template:parameter", "InstancePort", "80"),
    ]
    assert differences(OURS, [*OBSERVED, *others]) == ()


@pytest.mark.parametrize(
    ("namespace", "name", "value", "wanted"),
    [
        ("aws:elasticbeanstalk:command", "DeploymentPolicy", "Rolling", "AllAtOnce"),
        ("aws:elasticbeanstalk:application:environment", "OGROM_THREADS", "16", "8"),
        ("aws:elasticbeanstalk:xray", "XRayEnabled", "true", "false"),
        ("aws:elasticbeanstalk:environment:process:default", "HealthCheckInterval", None, "5"),
    ],
)
def test_what_somebody_changed_is_told(namespace: str, name: str, value: str | None, wanted: str) -> None:
    """An option of the template, one that the template leaves at its default, and one that is gone."""
    default = "15"  # what HealthCheckInterval is where nobody says anything
    found = differences(OURS, observed(namespace, name, value))
    assert found == (Difference(Key(namespace, name), wanted, value or default),)
    assert str(found[0]) == f"{namespace} {name} is {value or default}, and should be {wanted}"


def test_what_is_gone_and_has_no_default() -> None:
    """It is not set, and should be."""
    [found] = differences(OURS, [each for each in OBSERVED if each.name != "OGROM_LOG"])
    assert str(found).endswith("OGROM_LOG is not set, and should be json")


@pytest.mark.parametrize(
    ("namespace", "name", "value"),
    [
        (ASG, "Cooldown", "180.0"),
        (HEALTH, "ConfigDocument", None),
        ("aws:autoscaling:launchconfiguration", "DisableIMDSv1", "True"),
    ],
)
def test_values_are_compared_by_what_they_mean(namespace: str, name: str, value: str | None) -> None:
    """A number in another form, JSON without its spaces, a word in other letters."""
    [ours] = [each.value or "" for each in OURS if each.key == (namespace, name)]
    assert differences(OURS, observed(namespace, name, value or ours.replace(" ", ""))) == ()


def test_lists_are_compared_in_any_order() -> None:
    """Beanstalk gives them in its own."""
    wanted = [Setting("aws:ec2:vpc", "Subnets", "subnet-1,subnet-2")]
    assert differences(wanted, [Setting("aws:ec2:vpc", "Subnets", "subnet-2, subnet-1")]) == ()
    assert len(differences(wanted, [Setting("aws:ec2:vpc", "Subnets", "subnet-1")])) == 1


def test_what_the_deploy_program_changes_is_no_difference() -> None:
    """Unless somebody asks."""
    moved = observed(ASG, "MinSize", "5")
    assert differences(OURS, moved) == ()
    assert [each.key.name for each in differences(OURS, moved, ignored=frozenset())] == ["MinSize"]
