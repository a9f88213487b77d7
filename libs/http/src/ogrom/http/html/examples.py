"""Examples of request content: a value that the type of a body accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import inspect

_DEEPEST: Final = 5
_TEXTS: Final = {
    inspect.DateTimeType: "2026-01-31T12:00:00Z",
    inspect.DateType: "2026-01-31",
    inspect.TimeType: "12:00:00",
    inspect.UUIDType: "00000000-0000-4000-8000-000000000000",
}


def example_of(wanted: Any, known: Mapping[str, object]) -> object:
    """An example of a type.

    Args:
        wanted: any type that msgspec can decode into.
        known: what a member is best; the present state of what the content would change.
    """
    info = inspect.type_info(wanted)
    if isinstance(info, inspect.StructType):
        return {field.encode_name: known.get(field.encode_name, example(field.type)) for field in info.fields}
    return example(info)


def example(info: inspect.Type, depth: int = 0) -> object:
    """An example of a type that msgspec has looked into; None where it is deeper than anybody reads."""
    if depth > _DEEPEST:
        return None
    match info:
        case inspect.StructType(fields=fields):
            return {field.encode_name: example(field.type, depth + 1) for field in fields}
        case inspect.UnionType(types=types):
            return example(next(each for each in types if not isinstance(each, inspect.NoneType)), depth)
        case inspect.Metadata(type=inner):
            return example(inner, depth)
        case inspect.TupleType(item_types=items):
            return [example(item, depth + 1) for item in items]
        case inspect.DictType(value_type=inner):
            return {"name": example(inner, depth + 1)}
        case (
            inspect.ListType(item_type=inner)
            | inspect.VarTupleType(item_type=inner)
            | inspect.SetType(item_type=inner)
            | inspect.FrozenSetType(item_type=inner)
        ):
            return [example(inner, depth + 1)]
        case _:
            return _plain(info)


def _plain(info: inspect.Type) -> object:
    match info:
        case inspect.NoneType():
            return None
        case inspect.BoolType():
            return True
        case inspect.IntType() | inspect.FloatType():
            return _number(info)
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.EnumType(cls=kind):
            return next(iter(kind)).value
        case inspect.StrType(min_length=least):
            return "text" + "." * ((least or 0) - len("text"))
        case _:
            return _TEXTS.get(type(info), "text")


def _number(info: inspect.IntType | inspect.FloatType) -> float:
    least = info.ge if info.ge is not None else None if info.gt is None else info.gt + 1
    most = info.le if info.le is not None else None if info.lt is None else info.lt - 1
    if isinstance(info, inspect.FloatType):
        low, high = info.ge or info.gt or 0.0, info.le or info.lt
        return low + 0.5 if high is None else (low + high) / 2
    return least if least is not None else 1 if most is None else min(1, most)
