"""Forms that read: the query parameters of a resource, and URI templates that want some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import msgspec
from msgspec import inspect

from ..parameters import QueryParameters, parse_query
from . import urls

_TEMPLATE: Final = re.compile(r"([^{}]+)\{\?([a-z0-9_]+(?:,[a-z0-9_]+)*)\}")
_ANY: Final = 2**53
"""What a number may be at most if nobody minds: no JSON number beyond it is read alike by all (RFC 8259, 6)."""

_POSITIONS: Final = ("cursor", "offset", "page")
"""Parameters that say where in a list one is: who asks anew begins at the start."""


@dataclass(frozen=True, slots=True)
class Field:
    """An input of a form.

    Attributes:
        name: of the parameter.
        value: what it is now, as text.
        kind: of the input.
        hint: what it takes, and what is taken if nothing is given.
        choices: what it can be, if only that.
        least, most: of a number.
        required: whether it must be given.
    """

    name: str
    value: str = ""
    kind: str = "text"
    hint: str = ""
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form whose sending is a GET."""

    action: str
    fields: tuple[Field, ...]
    part: ClassVar[str] = "form"


def template_form(text: str) -> Form | None:
    """The form of a URI template (RFC 6570) that wants query parameters only; None for any other text."""
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
    kind, hint, choices, least, most = _input(_bare(inspect.type_info(field.type)))
    default = None if field.default is msgspec.NODEFAULT else field.default
    if default not in (None, (), msgspec.UNSET):
        hint = f"{hint}, {_text(default)} if not given"
    return Field(name, value, kind, hint, choices, least, most, field.required)


def _text(value: Any) -> str:
    made = msgspec.to_builtins(value)
    return ",".join(map(str, made)) if isinstance(made, list | tuple) else str(made)


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
        case inspect.IntType(ge=least, le=le):
            most = None if le is not None and le >= _ANY else le
            return "number", _range(least, most), (), least, most
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


def _range(least: int | None, most: int | None) -> str:
    if least is None:
        return "a whole number" if most is None else f"a whole number, at most {most}"
    return f"a whole number from {least} on" if most is None else f"a whole number from {least} to {most}"
