"""Beanstalk's options: a table of them, those that a template sets, and how an environment differs from it.

`options.csv` is made from the guide's page "General options for all environments", as it was on 2023-06-15 (the last
public source), with what came since and is used here: `environmentsecrets` and `DisableDefaultEC2SecurityGroup` of
2025. It has what we use and what is near it, not all that there is.

The column `values` says what an option may be: `a|b` is one of several, `1..10` a whole number, `0.0..1.0` any number,
`list` words with commas between them and `list a|b` such words, `duration PT0S..PT1H` a time. `path`, `arn`, `json` and
`text` are what they say. tests/option_rules.py checks a template against it.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml


class Key(NamedTuple):
    """Which option.

    Attributes:
        namespace: of it, such as `aws:autoscaling:asg`.
        name: of it, such as `MinSize`.
    """

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"


@dataclass(frozen=True)
class Setting:
    """An option that was set.

    Attributes:
        namespace, name: which one.
        value: of it; None where it is known only in the account, such as the ARN of a role.
    """

    namespace: str
    name: str
    value: str | None

    @property
    def key(self) -> Key:
        """Which option."""
        return Key(self.namespace, self.name)


def number(value: str) -> Decimal | None:
    """The number that a text means; None where it means none."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_json(value: str) -> bool:
    """Whether a text is an object in JSON."""
    try:
        return isinstance(json.loads(value), dict)
    except ValueError:
        return False


@dataclass(frozen=True)
class Option:
    """An option that there is.

    Attributes:
        namespace, name: which one; `*` stands for a name that people choose, such as that of a process.
        values: what it may be, as this module describes it.
        default: what it is where nobody says anything; empty for nothing, or what depends on something else.
    """

    namespace: str
    name: str
    values: str
    default: str


@cache
def known_options() -> tuple[Option, ...]:
    """All of the table."""
    text = files("ogrom_deploy").joinpath("options.csv").read_text(encoding="utf-8")
    return tuple(Option(**row) for row in csv.DictReader(text.splitlines()))


def find(key: Key) -> Option | None:
    """The option of that name, if there is one."""
    return next((each for each in options_in(key.namespace) if fnmatchcase(key.name, each.name)), None)


def default(namespace: str, name: str) -> str:
    """What an option is where nobody says anything; empty for nothing."""
    found = find(Key(namespace, name))
    return "" if found is None else found.default


def options_in(namespace: str) -> Iterator[Option]:
    """The options of a namespace."""
    return (each for each in known_options() if fnmatchcase(namespace, each.namespace))


ENVIRONMENT = "AWS::ElasticBeanstalk::Environment"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms: `!Ref Name` as `{"Ref": "Name"}`, like the long ones."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return {name: str(value).split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


def load(text: str) -> dict[str, Any]:
    """A template as plain values, with every intrinsic function in its long form."""
    loaded: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader)
    return loaded


def read_options(text: str, parameters: Mapping[str, str] | None = None) -> tuple[Setting, ...]:
    """The options that a template sets, in its order.

    Args:
        text: the template, in YAML.
        parameters: the values of its parameters; those that are not given have their defaults.
    """
    template = load(text)
    defaults = {
        name: str(parameter["Default"])
        for name, parameter in template.get("Parameters", {}).items()
        if "Default" in parameter
    }
    return tuple(_settings(template, {**defaults, **(parameters or {})}))


def _settings(template: dict[str, Any], parameters: Mapping[str, str]) -> Iterator[Setting]:
    for resource in template.get("Resources", {}).values():
        if resource["Type"] == ENVIRONMENT:
            for each in resource.get("Properties", {}).get("OptionSettings", ()):
                value = _resolved(each.get("Value", ""), parameters)
                yield Setting(each["Namespace"], each["OptionName"], value)


def _resolved(value: object, parameters: Mapping[str, str]) -> str | None:
    """The text that stands there, or that a parameter has; None for what only the account knows."""
    if isinstance(value, dict):
        return parameters.get(value["Ref"]) if value.keys() == {"Ref"} else None
    if isinstance(value, bool):
        return str(value).lower()  # as CloudFormation does
    return str(value)


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
        usual = default(*key)
        if key not in should and not usual:
            continue
        want, have = should.get(key, usual), has.get(key) or usual
        if want is not None and _normalised(key, want) != _normalised(key, have):
            found.append(Difference(key, want, have))
    return tuple(found)


def _normalised(key: Key, value: str) -> object:
    option = find(key)
    kind = option.values if option is not None else "text"
    if kind.startswith("list"):
        return sorted(word.strip() for word in value.split(","))
    if kind == "json" and is_json(value):
        return json.loads(value)
    if ".." in kind and (found := number(value)) is not None:
        return found
    return value.lower() if kind == "true|false" else value
