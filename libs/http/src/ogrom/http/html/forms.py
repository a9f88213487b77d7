"""Forms that send a GET: for the query parameters of a resource, and for URI templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import inspect

from ..parameters import QueryParameters, parse_query, text_of
from . import Element, urls

_TEMPLATE: Final = re.compile(r"([^{}]+)\{\?([a-z0-9_]+(?:,[a-z0-9_]+)*)\}")
_UNBOUNDED: Final = 2**53
"""A maximum from here on is not shown: beyond it, JSON numbers lose precision in some programs (RFC 8259, 6)."""

_POSITIONS: Final = ("cursor", "offset", "page")
"""Parameters that say where a page of a list begins: a new query begins at the start."""


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form.

    Attributes:
        name: of the parameter.
        value: what it is now, as text.
        kind: of the input.
        hint: what it accepts, and its default.
        choices: what it can be, if only that.
        minimum, maximum: of a number.
        required: whether it must be given.
    """

    name: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    required: bool = False


class Form(Element, frozen=True):
    """A form that sends a GET."""

    action: str
    fields: tuple[Field, ...]


def template_form(text: str) -> Form | None:
    """The form of a URI template (RFC 6570) that has query parameters only; None for any other text."""
    found = _TEMPLATE.fullmatch(text)
    if found is None or not urls.is_link(found[1]) or urls.is_external(found[1]):
        return None
    return Form(found[1], tuple(map(Field, found[2].split(","))))


def query_form(parameters: QueryParameters[Any], target: str) -> Form:
    """The form of a resource's query parameters, filled in as in the request.

    Args:
        parameters: what the resource reads.
        target: of the request.
    """
    sent = dict(parse_query(target.partition("?")[2]))
    fields = (_field(name, field, sent) for name, field in parameters.fields.items())
    return Form(urls.path_of(target), tuple(fields))


def _field(name: str, field: msgspec.structs.FieldInfo, sent: Mapping[str, str]) -> Field:
    value = "" if name in _POSITIONS else sent.get(name, "")
    kind, hint, choices, minimum, maximum = _input(_bare(inspect.type_info(field.type)))
    default = None if field.default is msgspec.NODEFAULT else field.default
    if default not in (None, (), msgspec.UNSET):
        hint = f"{hint}, {text_of(default)} by default"
    return Field(name, value, kind, hint, choices, minimum, maximum, field.required)


def _bare(info: inspect.Type) -> inspect.Type:
    """The type without None or UNSET beside it."""
    if isinstance(info, inspect.Metadata):
        return _bare(info.type)
    if isinstance(info, inspect.UnionType):
        return _bare(next(each for each in info.types if not isinstance(each, inspect.NoneType)))
    return info


def _input(info: inspect.Type) -> tuple[str, str, tuple[str, ...], int | None, int | None]:
    """The kind of an input, its hint, its choices and its bounds."""
    match info:
        case inspect.IntType(ge=minimum, le=le):
            maximum = None if le is not None and le >= _UNBOUNDED else le
            return "number", _range(minimum, maximum), (), minimum, maximum
        case inspect.BoolType():
            return "text", "true or false", ("true", "false"), None, None
        case inspect.LiteralType(values=values):
            return "text", "one of these", tuple(map(str, values)), None, None
        case inspect.EnumType(cls=kind):
            return "text", "one of these", tuple(str(each.value) for each in kind), None, None
        case inspect.VarTupleType() | inspect.ListType() | inspect.SetType() | inspect.FrozenSetType():
            return "text", "separated by commas", (), None, None
        case inspect.FloatType():
            return "text", "a number", (), None, None
        case _:
            return "text", "text", (), None, None


def _range(minimum: int | None, maximum: int | None) -> str:
    if minimum is None:
        return "a whole number" if maximum is None else f"a whole number, at most {maximum}"
    return (
        f"a whole number from {minimum}" if maximum is None else f"a whole number from {minimum} to {maximum}"
    )
