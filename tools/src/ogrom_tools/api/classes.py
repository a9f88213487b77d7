"""Classes: their bases, options and members, and what changed in those."""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import griffe

from ogrom_rules import Finding, Rule
from ogrom_tools.api import rules
from ogrom_tools.api.functions import function_changes
from ogrom_tools.api.names import deprecations, removal
from ogrom_tools.api.surface import Surface, class_at, final
from ogrom_tools.api.types import Types
from ogrom_tools.api.values import attribute_changes

PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})

STRUCTS = frozenset({"msgspec.Struct"})

NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})

TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})

ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))

FORMAL = PROTOCOLS | {"typing.Generic", "builtins.object"}
"""Bases that no `isinstance` checks."""

FINAL = frozenset({"typing.final", "typing_extensions.final"})

WIRE = ("tag", "tag_field", "rename", "array_like")
"""Options of a Struct that change its encoding."""

OPTION_RULES: Mapping[str, tuple[Rule | None, Rule | None]] = {
    "frozen": (rules.FROZEN_REMOVED, rules.FROZEN_ADDED),
    "order": (rules.ORDER_REMOVED, None),
    "forbid_unknown_fields": (rules.UNKNOWN_FIELDS_TAKEN, rules.UNKNOWN_FIELDS_REFUSED),
    "omit_defaults": (rules.DEFAULTS_ENCODED, rules.DEFAULTS_OMITTED),
}
"""For each option, the rules for turning it off and on."""

UNCALLED = frozenset(
    f"__{name}__"
    for name in ("init", "new", "post_init", "init_subclass", "set_name", "repr", "str", "eq", "hash", "del")
)
"""Special methods that every class has or that nobody calls; they do not count."""

FIXTURES = frozenset({"pytest.fixture"})


def lineage(class_: griffe.Class) -> Iterator[griffe.Class]:
    """The class and its ancestors in the same package, nearest first."""
    yield class_
    for base in class_.bases:
        if (found := class_at(class_.modules_collection, _path(base))) is not None:
            yield from lineage(found)


def ancestors(class_: griffe.Class) -> frozenset[str]:
    """Where each ancestor is defined, as far as the package's source tells."""
    found = set()
    for each in lineage(class_):
        for base in each.bases:
            known = class_at(each.modules_collection, _path(base))
            found.add(known.path if known else _path(base))
    return frozenset(found)


def is_protocol(class_: griffe.Class) -> bool:
    """Whether it is itself a Protocol; a subclass of one need not be."""
    return any(_path(base) in PROTOCOLS for base in class_.bases)


def decorators(found: griffe.Class | griffe.Function | griffe.Attribute) -> Mapping[str, Mapping[str, str]]:
    """The decorators by their full names, each with its keyword arguments as text."""
    if isinstance(found, griffe.Attribute):
        return {}
    values = (each.value for each in found.decorators)
    return {_path(value): _keywords(value) for value in values}


def options(class_: griffe.Class) -> Mapping[str, str]:
    """What the nearest `@dataclass(...)` or `class S(Struct, ...)` sets, as text."""
    found: dict[str, str] = {}
    for each in reversed(list(lineage(class_))):
        keywords = {name: str(value) for name, value in each.keywords.items()}
        if decorated := decorators(each).get("dataclasses.dataclass"):
            found = dict(decorated)
        found.update(keywords)
    return found


def _keywords(value: griffe.Expr | str) -> Mapping[str, str]:
    arguments = value.arguments if isinstance(value, griffe.ExprCall) else ()
    return {each.name: str(each.value) for each in arguments if isinstance(each, griffe.ExprKeyword)}


def _path(base: griffe.Expr | str) -> str:
    """The full name of a base or decorator, without arguments."""
    return base if isinstance(base, str) else base.canonical_path


def declaration_changes(symbol: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """What changed in the class statement and its decorators, except for the bases."""
    if is_protocol(old) and not is_protocol(new):
        yield rules.PROTOCOL_LOST.at(symbol)
    yield from _option_changes(symbol, options(old), options(new))
    if FINAL & decorators(new).keys() and not FINAL & decorators(old).keys():
        yield rules.FINAL_ADDED.at(symbol, do="inherit from it")


def base_changes(symbol: str, lost: Iterable[str], old: Surface) -> Iterator[Finding]:
    """Removed bases that an `isinstance` or `except` may name: public ones, and those of other packages.

    Args:
        symbol: the public name of the class.
        lost: where the removed bases are or were defined.
        old: the public names before.
    """
    for base in lost:
        if base not in FORMAL and (base in old.classes or not old.defines(base)):
            name = old.public_names.get(base, base).removeprefix("builtins.")
            yield rules.BASE_REMOVED.at(symbol, base=name)


def _option_changes(symbol: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Finding]:
    for option, turn in OPTION_RULES.items():
        before, after = (each.get(option) == "True" for each in (old, new))
        if before != after and (rule := turn[after]):
            yield rule.at(symbol)
    for option in WIRE:
        if old.get(option) != new.get(option):
            yield rules.ENCODING_CHANGED.at(symbol, option=option, old=old.get(option), new=new.get(option))


def is_enum(class_: griffe.Class) -> bool:
    """Whether it inherits from an Enum of the standard library."""
    return bool(ENUMS & ancestors(class_))


def enum_changes(symbol: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
    """Members that were added or removed, and changed values."""
    before, after = enum_members(old), enum_members(new)
    for name, value in before.items():
        member = f"{symbol}.{name}"
        if name not in after:
            yield rules.ENUM_MEMBER_REMOVED.at(member, name=name)
        elif value != after[name]:
            yield rules.ENUM_VALUE_CHANGED.at(member, old=value, new=after[name])
    for name in after.keys() - before.keys():
        yield rules.ENUM_MEMBER_ADDED.at(f"{symbol}.{name}", name=name)


def enum_members(class_: griffe.Class) -> Mapping[str, str]:
    """The members of an Enum in order, each with its value as text."""
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
                value = name.lower() if by_name else f"after {len(found)} others"
                found[name] = f"auto() {value}" if is_auto else text
    return found


def member_changes(
    symbol: str, old: griffe.Class, new: griffe.Class, surfaces: tuple[Surface, Surface], types: Types
) -> Iterator[Finding]:
    """What changed in the public members; inherited ones are reported at their public base."""
    before, after = class_members(old), class_members(new)
    role = "protocol" if is_protocol(new) else ""
    for name, member in before.items():
        if name not in after:
            if not _is_reported_at_base(member, new, surfaces[0]):
                yield _removed(f"{symbol}.{name}", name, member)
        elif not (_is_inherited(old, member, surfaces[0]) and _is_inherited(new, after[name], surfaces[1])):
            yield from _changes(symbol, name, member, after[name], types, role)
    for name, member in after.items():
        if name not in before and not _is_reported_at_base(member, old, surfaces[1]):
            yield from _added(f"{symbol}.{name}", name, member, role)


def class_members(class_: griffe.Class) -> Mapping[str, griffe.Object]:
    """The public members, inherited ones included; those of an Enum are reported elsewhere."""
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
    """Whether a public base of the class has it, and so reports it."""
    return _home(member) != class_.path and _home(member) in surface.classes


def _is_reported_at_base(member: griffe.Object, other: griffe.Class, surface: Surface) -> bool:
    """Whether it was added to or removed from a public base that the other version has, too."""
    bases = {each.path for each in lineage(other)} - {other.path}
    return _home(member) in bases & surface.classes


def _home(member: griffe.Object) -> str:
    """Where the class that defines the member is defined."""
    return member.path.rpartition(".")[0]


def _removed(symbol: str, name: str, member: griffe.Object) -> Finding:
    if name.startswith("test_"):
        return rules.TEST_REMOVED.at(symbol)
    return removal(rules.MEMBER_REMOVED, symbol, member, name)


def _added(symbol: str, name: str, member: griffe.Object, role: str) -> Iterator[Finding]:
    if role:
        yield rules.PROTOCOL_MEMBER_ADDED.at(symbol, name=name)
    elif "abstractmethod" in member.labels:
        yield rules.ABSTRACT_ADDED.at(symbol, name=name)
    elif name.startswith("test_"):
        yield rules.TEST_ADDED.at(symbol)
    elif not name.startswith("__"):
        yield rules.MEMBER_ADDED.at(symbol, name=name)


def _changes(
    class_symbol: str, name: str, old: griffe.Object, new: griffe.Object, types: Types, role: str
) -> Iterator[Finding]:
    symbol = f"{class_symbol}.{name}"
    if old.kind is not new.kind or (_is_bound(old) and not _is_bound(new)):
        yield rules.KIND_CHANGED.at(symbol, old=_kind(old), new=_kind(new))
        return
    yield from deprecations(symbol, old, new)
    if "abstractmethod" in new.labels and "abstractmethod" not in old.labels and not role:
        yield rules.ABSTRACT_ADDED.at(symbol, name=name)
    if new.is_function or new.is_attribute:
        yield from _final_changes(symbol, old, new)
    role = role or ("abstract" if "abstractmethod" in new.labels else "")
    verdict = types.member(class_symbol, name)
    if new.is_attribute:
        yield from attribute_changes(symbol, verdict, types.settable(class_symbol, name), role)
    elif new.is_function and not name.startswith("test_"):
        before, after = cast("griffe.Function", old), cast("griffe.Function", new)
        if not FIXTURES & decorators(after).keys():
            yield from function_changes(symbol, before, after, verdict, role)


def _final_changes(symbol: str, old: griffe.Object, new: griffe.Object) -> Iterator[Finding]:
    before, after = (decorators(cast("griffe.Function", each)).keys() for each in (old, new))
    if FINAL & after and not FINAL & before:
        yield rules.FINAL_ADDED.at(symbol, do="override it")


def _is_bound(member: griffe.Object) -> bool:
    """Whether it can be called on the class itself."""
    return bool({"classmethod", "staticmethod"} & member.labels)


def _kind(member: griffe.Object) -> str:
    for label in ("classmethod", "staticmethod", "property"):
        if label in member.labels:
            return f"a {label}"
    return (
        "a method" if member.is_function else f"an {member.kind.value}" if member.is_attribute else "a class"
    )
