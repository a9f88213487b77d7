"""How an environment differs from its template."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from . import table, values
from .setting import Key, Setting

DEPLOYED = frozenset(
    {
        Key("aws:autoscaling:asg", "MinSize"),
        Key("aws:autoscaling:asg", "MaxSize"),
        Key("aws:elasticbeanstalk:application:environment", "OGROM_RELEASE"),
    }
)
"""What the deploy program itself changes, so that it differs by design."""


@dataclass(frozen=True)
class Difference:
    """An option that is not what it should be.

    Attributes:
        key: which one.
        wanted: what the template says, or Beanstalk's default where it says nothing.
        observed: what the environment has; empty for nothing.
    """

    key: Key
    wanted: str
    observed: str

    def __str__(self) -> str:
        return f"{self.key} is {self.observed or 'not set'}, and should be {self.wanted or 'not set'}"


def differences(
    wanted: Iterable[Setting], observed: Iterable[Setting], *, ignored: frozenset[Key] = DEPLOYED
) -> tuple[Difference, ...]:
    """What somebody has changed beside the template, or what the template has not been applied for.

    Values are compared by what they mean: 5 and 5.0, lists in any order, JSON in any form.

    Args:
        wanted: the template's options; those whose value only the account knows are not compared.
        observed: the environment's, as DescribeConfigurationSettings tells them.
        ignored: those that may differ.

    Returns:
        The differences by namespace and name. An option that the template does not name is one where it is not
        Beanstalk's default, if the table knows that.
    """
    should = {each.key: each.value for each in wanted}
    has = {each.key: each.value or "" for each in observed}
    found = []
    for key in sorted((should.keys() | has.keys()) - ignored):
        option = table.find(key)
        default = "" if option is None else option.default
        if key not in should and not default:
            continue
        want, have = should.get(key, default), has.get(key) or default
        if want is not None and _meaning(key, want) != _meaning(key, have):
            found.append(Difference(key, want, have))
    return tuple(found)


def _meaning(key: Key, value: str) -> object:
    option = table.find(key)
    kind = option.values if option is not None else "text"
    if kind.startswith("list"):
        return sorted(word.strip() for word in value.split(","))
    if kind == "json" and values.is_json(value):
        return json.loads(value)
    if ".." in kind and (number := values.number(value)) is not None:
        return number
    return value.lower() if kind == "true|false" else value
