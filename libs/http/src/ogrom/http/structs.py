"""Structs: which ones a type is made of."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.inspect import StructType, Type


def structs_in(wanted: Any) -> Iterator[StructType]:
    """Every struct that a value of the type can hold, the type itself included, each once."""
    seen = set()
    waiting: list[Type] = [msgspec.inspect.type_info(wanted)]
    while waiting:
        info = waiting.pop()
        if isinstance(info, StructType):
            if info.cls in seen:
                continue
            seen.add(info.cls)
            yield info
        waiting += _parts(info)


def _parts(info: Type) -> Iterator[Type]:
    """What a type is directly made of: a struct's fields, a collection's items, a union's members."""
    if isinstance(info, StructType):
        yield from (field.type for field in info.fields)
    for name in ("item_type", "key_type", "value_type", "type"):
        if isinstance(part := getattr(info, name, None), Type):
            yield part
    for name in ("item_types", "types"):
        yield from getattr(info, name, ())
