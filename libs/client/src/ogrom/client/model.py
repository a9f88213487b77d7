"""Model: what the service sends and takes, with the members that this client does not know."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeGuard, TypeVar

import msgspec
from msgspec import Struct, inspect

__all__ = ["Model"]

T = TypeVar("T")
Spread = Callable[[Any], None]


class Model(Struct, frozen=True, kw_only=True):
    """A value of the API.

    Attributes:
        extra: the members that a later version of the service has sent, by name; they are sent back with the rest.
    """

    extra: dict[str, Any] = {}


@lru_cache(maxsize=256)
def reader(wanted: Any) -> Callable[[bytes], Any]:
    """A function that reads JSON as a value of the type.

    Unknown members become `extra` of a Model; other types pass over them.
    """
    collect = _collector(inspect.type_info(wanted))
    if collect is None:
        decoder = msgspec.json.Decoder(wanted)
        return decoder.decode

    def read(content: bytes) -> Any:
        document = msgspec.json.decode(content)
        collect(document)
        return msgspec.convert(document, wanted)

    return read


def written(value: object) -> bytes:
    """The value as JSON, with what was collected in `extra`."""
    return msgspec.json.encode(members(value))


def members(value: object) -> object:
    """The value as objects and arrays, with what was collected in `extra`."""
    if isinstance(value, Struct):
        found = {name: members(getattr(value, name)) for name in value.__struct_fields__}
        extra = found.pop("extra", {}) if isinstance(value, Model) else {}
        named = dict(zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True))
        known = {named[name]: each for name, each in found.items() if each is not msgspec.UNSET}
        return known | extra  # type: ignore[operator]
    if isinstance(value, list | tuple):
        return [members(each) for each in value]
    return value


def _collector(type_: inspect.Type) -> Spread | None:
    """What moves the unknown members of a document into `extra`; None where there is no Model."""
    match type_:
        case inspect.StructType(cls=cls, fields=fields) if _is_model(cls):
            return _of_model(cls, fields)
        case inspect.CollectionType(item_type=item) | inspect.VarTupleType(item_type=item):
            return _of_each(_collector(item))
        case inspect.DictType(value_type=item):
            return _of_each(_collector(item))
        case inspect.UnionType(types=types):
            return _of_first(_collector(each) for each in types)
        case _:
            return None


def _of_model(cls: type[Model], fields: tuple[inspect.Field, ...]) -> Spread:
    known = {each.encode_name for each in fields} - {"extra"}
    inside = [(each.encode_name, found) for each in fields if (found := _collector(each.type)) is not None]

    def collect(document: Any) -> None:
        if not isinstance(document, dict):  # which the conversion refuses
            return
        unknown = {name: document.pop(name) for name in document.keys() - known}
        for name, collect_member in inside:
            if name in document:
                collect_member(document[name])
        if unknown:
            document["extra"] = unknown

    return collect


def _of_each(collect_item: Spread | None) -> Spread | None:
    if collect_item is None:
        return None

    def collect(document: Any) -> None:
        items = document.values() if isinstance(document, dict) else document
        for each in items if isinstance(items, Iterable) else ():  # else the conversion refuses it
            collect_item(each)

    return collect


def _of_first(collectors: Iterable[Spread | None]) -> Spread | None:
    return next((each for each in collectors if each is not None), None)


def _is_model(cls: object) -> TypeGuard[type[Model]]:
    """Whether it is one; a generic struct with its arguments is no class."""
    return isinstance(cls, type) and issubclass(cls, Model)
