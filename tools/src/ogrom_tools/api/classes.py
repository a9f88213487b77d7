"""What a class says of itself: its ancestors, its kind, and the options that it is made with."""

from collections.abc import Iterator, Mapping
from typing import cast

import griffe

PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
STRUCTS = frozenset({"msgspec.Struct"})
NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
ENUMS = frozenset(f"enum.{name}" for name in ("Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"))
FORMAL = PROTOCOLS | {"typing.Generic", "builtins.object"}
"""Bases that no isinstance asks for."""


def lineage(class_: griffe.Class) -> Iterator[griffe.Class]:
    """The class and those of its ancestors that are in the same package, nearest first."""
    yield class_
    for base in class_.bases:
        if (found := _class(class_, _path(base))) is not None:
            yield from lineage(found)


def ancestors(class_: griffe.Class) -> frozenset[str]:
    """Where each class is defined that this one inherits from, as far as the package tells."""
    found = set()
    for each in lineage(class_):
        for base in each.bases:
            known = _class(each, _path(base))
            found.add(known.path if known else _path(base))
    return frozenset(found)


def is_protocol(class_: griffe.Class) -> bool:
    """Whether it is a Protocol itself; a class that inherits from one need not be."""
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
    """The full name of a base or decorator, without its arguments."""
    return base if isinstance(base, str) else base.canonical_path


def _class(user: griffe.Class, path: str) -> griffe.Class | None:
    """The class of this name, if it is one of the package's."""
    try:
        found = user.modules_collection.get_member(path)
        target = found.final_target if found.is_alias else found
    except (KeyError, ValueError, griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None
    return cast("griffe.Class", target) if target.is_class else None
