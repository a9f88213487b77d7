"""The members of a class: methods, properties, attributes."""

from collections.abc import Iterator, Mapping
from typing import cast

import griffe

from ogrom_rules import Finding

from .assignable import Types
from .classes import decorators, is_protocol, lineage
from .declarations import FINAL
from .deprecation import deprecations, removal
from .enums import is_enum, members as enum_members
from .functions import function_changes
from .rules import (
    ABSTRACT_ADDED,
    FINAL_ADDED,
    KIND_CHANGED,
    MEMBER_ADDED,
    MEMBER_REMOVED,
    PROTOCOL_MEMBER_ADDED,
    TEST_ADDED,
    TEST_REMOVED,
)
from .surface import Surface, final
from .values import attribute_changes

UNCALLED = frozenset(
    f"__{name}__"
    for name in ("init", "new", "post_init", "init_subclass", "set_name", "repr", "str", "eq", "hash", "del")
)
"""Special methods that every class has or that nobody calls: they may come and go."""

FIXTURES = frozenset({"pytest.fixture"})


def member_changes(
    place: str, old: griffe.Class, new: griffe.Class, surfaces: tuple[Surface, Surface], types: Types
) -> Iterator[Finding]:
    """What changed in the public members; those that a public base gives are told there."""
    before, after = _members(old), _members(new)
    role = "protocol" if is_protocol(new) else ""
    for name, member in before.items():
        if name not in after:
            if not _is_told_of_base(member, new, surfaces[0]):
                yield _removed(f"{place}.{name}", name, member)
        elif not (_is_inherited(old, member, surfaces[0]) and _is_inherited(new, after[name], surfaces[1])):
            yield from _changes(place, name, member, after[name], types, role)
    for name, member in after.items():
        if name not in before and not _is_told_of_base(member, old, surfaces[1]):
            yield from _added(f"{place}.{name}", name, member, role)


def _members(class_: griffe.Class) -> Mapping[str, griffe.Object]:
    """The public ones, also inherited; fields that come and go, and the members of an Enum, are told elsewhere."""
    elsewhere = enum_members(class_) if is_enum(class_) else {}
    found = {}
    for name, member in class_.all_members.items():
        target = final(member)
        special = name.startswith("__") and name.endswith("__") and name not in UNCALLED
        public = (special and target is not None and target.is_function) or not name.startswith("_")
        if target is not None and public and name not in elsewhere:
            found[name] = target
    return found


def _is_inherited(class_: griffe.Class, member: griffe.Object, surface: Surface) -> bool:
    """Whether a public base of the class has it, so that it is told of that."""
    return _home(member) != class_.path and _home(member) in surface.classes


def _is_told_of_base(member: griffe.Object, other: griffe.Class, surface: Surface) -> bool:
    """Whether a member came or went in a public base that the other version of the class has, too."""
    bases = {each.path for each in lineage(other)} - {other.path}
    return _home(member) in bases & surface.classes


def _home(member: griffe.Object) -> str:
    """Where the class is defined that has the member itself."""
    return member.path.rpartition(".")[0]


def _removed(place: str, name: str, member: griffe.Object) -> Finding:
    if name.startswith("test_"):
        return TEST_REMOVED.at(place)
    return removal(MEMBER_REMOVED, place, member, name)


def _added(place: str, name: str, member: griffe.Object, role: str) -> Iterator[Finding]:
    if role:
        yield PROTOCOL_MEMBER_ADDED.at(place, name=name)
    elif "abstractmethod" in member.labels:
        yield ABSTRACT_ADDED.at(place, name=name)
    elif name.startswith("test_"):
        yield TEST_ADDED.at(place)
    elif not name.startswith("__"):
        yield MEMBER_ADDED.at(place, name=name)


def _changes(
    class_place: str, name: str, old: griffe.Object, new: griffe.Object, types: Types, role: str
) -> Iterator[Finding]:
    place = f"{class_place}.{name}"
    if old.kind is not new.kind or (_is_bound(old) and not _is_bound(new)):
        yield KIND_CHANGED.at(place, old=_kind(old), new=_kind(new))
        return
    yield from deprecations(place, old, new)
    if "abstractmethod" in new.labels and "abstractmethod" not in old.labels and not role:
        yield ABSTRACT_ADDED.at(place, name=name)
    if new.is_function or new.is_attribute:
        yield from _final_changes(place, old, new)
    role = role or ("abstract" if "abstractmethod" in new.labels else "")
    verdict = types.member(class_place, name)
    if new.is_attribute:
        yield from attribute_changes(place, verdict, types.settable(class_place, name), role)
    elif new.is_function and not name.startswith("test_"):
        before, after = cast("griffe.Function", old), cast("griffe.Function", new)
        if not FIXTURES & decorators(after).keys():
            yield from function_changes(place, before, after, verdict, role)


def _final_changes(place: str, old: griffe.Object, new: griffe.Object) -> Iterator[Finding]:
    before, after = (decorators(cast("griffe.Function", each)).keys() for each in (old, new))
    if FINAL & after and not FINAL & before:
        yield FINAL_ADDED.at(place, do="override it")


def _is_bound(member: griffe.Object) -> bool:
    """Whether the class itself can be asked for it."""
    return bool({"classmethod", "staticmethod"} & member.labels)


def _kind(member: griffe.Object) -> str:
    for label in ("classmethod", "staticmethod", "property"):
        if label in member.labels:
            return f"a {label}"
    return (
        "a method" if member.is_function else f"an {member.kind.value}" if member.is_attribute else "a class"
    )
