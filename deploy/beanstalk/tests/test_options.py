"""The table of options, what a template sets, and how an environment differs from it."""

from collections import Counter
from dataclasses import replace

import pytest

from deploy.beanstalk.tests.option_rules import fault, unknown
from ogrom_deploy import templates
from ogrom_deploy.options import (
    Difference,
    Key,
    Setting,
    differences,
    find,
    known_options,
    load,
    read_options,
)


def test_each_option_is_there_once_and_in_order() -> None:
    """So that a row is found where one looks for it."""
    keys = [(each.namespace, each.name) for each in known_options()]
    assert keys == sorted(keys)
    assert max(Counter(keys).values()) == 1


def test_each_default_is_a_value_that_the_option_may_have() -> None:
    """A row that contradicts itself is a mistake of ours."""
    assert [each for each in known_options() if each.default and fault(each.values, each.default)] == []


@pytest.mark.parametrize(
    ("key", "values"),
    [
        (Key("aws:autoscaling:asg", "MinSize"), "1..10000"),
        (Key("aws:elasticbeanstalk:environment:process:admin", "Port"), "1..65535"),
        (Key("aws:elasticbeanstalk:application:environment", "OGROM_LOG"), "text"),
    ],
)
def test_names_that_people_choose_are_found(key: Key, values: str) -> None:
    """Of a process, a listener, a property."""
    found = find(key)
    assert found is not None
    assert found.values == values


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (Key("aws:autoscaling:asg", "Minsize"), "is no option of that namespace; did you mean MinSize?"),
        (
            Key("aws:autoscaling:agg", "MinSize"),
            "is in no namespace that we know; did you mean aws:autoscaling:asg?",
        ),
        (
            Key("aws:elasticbeanstalk:xray", "Enabled"),
            "is no option of that namespace; did you mean XRayEnabled?",
        ),
        (
            Key("aws:elasticbeanstalk:trafficsplitting", "Q"),
            "is no option of that namespace; there are EvaluationTime, NewVersionPercent",
        ),
    ],
)
def test_a_name_that_there_is_not_gets_the_one_that_was_meant(key: Key, said: str) -> None:
    """Or the list."""
    assert find(key) is None
    assert unknown(key) == said


TEMPLATE = """
Parameters:
  Type: {Type: String, Default: c6i.large}
  Subnets: {Type: CommaDelimitedList}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Bare: {Type: AWS::ElasticBeanstalk::Environment}
  Environment:
    Type: AWS::ElasticBeanstalk::Environment
    Properties:
      OptionSettings:
        - {Namespace: a, OptionName: text, Value: "5"}
        - {Namespace: a, OptionName: number, Value: 5}
        - {Namespace: a, OptionName: flag, Value: true}
        - {Namespace: a, OptionName: parameter, Value: !Ref Type}
        - {Namespace: a, OptionName: unknown, Value: !Ref Subnets}
        - {Namespace: a, OptionName: made, Value: !Join [",", !Ref Subnets]}
        - Namespace: a
          OptionName: imported
          Value: !ImportValue
            Fn::Sub: "${Name}-role"
"""


def test_options_are_read_as_cloudformation_would_send_them() -> None:
    """Texts, and nothing where only the account knows."""
    assert read_options(TEMPLATE) == (
        Setting("a", "text", "5"),
        Setting("a", "number", "5"),
        Setting("a", "flag", "true"),
        Setting("a", "parameter", "c6i.large"),
        Setting("a", "unknown", None),
        Setting("a", "made", None),
        Setting("a", "imported", None),
    )


def test_a_parameter_may_be_given() -> None:
    """It wins over its default."""
    values = {
        each.name: each.value for each in read_options(TEMPLATE, {"Type": "c7i.large", "Subnets": "s-1"})
    }
    assert (values["parameter"], values["unknown"], values["made"]) == ("c7i.large", "s-1", None)


def test_short_forms_become_long_ones() -> None:
    """So that nobody has to know two."""
    assert load("{a: !Ref b, c: !GetAtt d.e, f: !If [g, !Ref h, i], j: !Sub {k: l}, m: !Condition n}") == {
        "a": {"Ref": "b"},
        "c": {"Fn::GetAtt": ["d", "e"]},
        "f": {"Fn::If": ["g", {"Ref": "h"}, "i"]},
        "j": {"Fn::Sub": {"k": "l"}},
        "m": {"Condition": "n"},
    }


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
