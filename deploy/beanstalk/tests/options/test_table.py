"""The table of options."""

from collections import Counter

import pytest

from ogrom_deploy.options.setting import Key
from ogrom_deploy.options.table import find, options, unknown
from ogrom_deploy.options.values import fault


def test_each_option_is_there_once_and_in_order() -> None:
    """So that a row is found where one looks for it."""
    keys = [(each.namespace, each.name) for each in options()]
    assert keys == sorted(keys)
    assert max(Counter(keys).values()) == 1


def test_each_default_is_a_value_that_the_option_may_have() -> None:
    """A row that contradicts itself is a mistake of ours."""
    assert [each for each in options() if each.default and fault(each.values, each.default)] == []


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
