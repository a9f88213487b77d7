"""Enumerations: their members, and the values that are stored and sent."""

from collections.abc import Iterator, Mapping
from typing import cast

import griffe

from ogrom_rules import Finding

from .classes import ENUMS, ancestors, lineage
from .rules import ENUM_MEMBER_ADDED, ENUM_MEMBER_REMOVED, ENUM_VALUE_CHANGED


def is_enum(class_: griffe.Class) -> bool:
    """Whether it inherits from an Enum of the standard library."""
    return bool(ENUMS & ancestors(class_))


def enum_changes(place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """Members that came and went, and other values."""
    before, after = members(old), members(new)
    for name, value in before.items():
        member = f"{place}.{name}"
        if name not in after:
            yield ENUM_MEMBER_REMOVED.at(member, name=name)
        elif value != after[name]:
            yield ENUM_VALUE_CHANGED.at(member, old=value, new=after[name])
    for name in after.keys() - before.keys():
        yield ENUM_MEMBER_ADDED.at(f"{place}.{name}", name=name)


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
