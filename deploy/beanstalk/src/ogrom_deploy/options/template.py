"""The options that a CloudFormation template sets."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from .setting import Setting

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
