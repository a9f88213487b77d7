"""Enumerations: their members, and the values that are stored and sent."""

from collections.abc import Iterator, Mapping
from typing import cast

import griffe

from ogrom_tools.versions import Level

from .classes import ENUMS, ancestors, lineage
from .findings import Finding


def is_enum(class_: griffe.Class) -> bool:
    """Whether it inherits from an Enum of the standard library."""
    return bool(ENUMS & ancestors(class_))


def enum_changes(place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """Members that came and went, and other values."""
    before, after = members(old), members(new)
    for name, value in before.items():
        member = f"{place}.{name}"
        if name not in after:
            yield Finding("enum-member-removed", Level.MAJOR, member, f"The member {name} is gone.")
        elif value != after[name]:
            text = (
                f"Its value was {value} and is {after[name]}: what was stored or sent means something else."
            )
            yield Finding("enum-value-changed", Level.MAJOR, member, text)
    for name in after.keys() - before.keys():
        text = f"There is a member {name}."
        yield Finding("enum-member-added", Level.MINOR, f"{place}.{name}", text)


def members(class_: griffe.Class) -> Mapping[str, str]:
    """The members in order, each with its value as text."""
    by_name = "enum.StrEnum" in ancestors(class_)
    found: dict[str, str] = {}
    for each in reversed(list(lineage(class_))):
        for name, member in each.members.items():
            if not member.is_attribute or member.is_alias or "property" in member.labels:
                continue
            attribute = cast("griffe.Attribute", member)
            if attribute.value is not None and attribute.annotation is None and not name.startswith("_"):
                text = str(attribute.value)
                is_auto = text.rpartition(".")[2] == "auto()"
                # auto() counts the members, in a StrEnum it takes the name.
                place = name.lower() if by_name else f"after {len(found)} others"
                found[name] = f"auto() {place}" if is_auto else text
    return found
