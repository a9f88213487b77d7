"""Commands to copy into a shell, one for each request that a resource answers, with examples of their content."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import inspect

from ..conditional import current_tag
from ..definition import accepted_types, allowed_methods, body_type, overrides
from ..exchange import Exchange, Request
from ..nodes import Declarations

_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
_CHANGES: Final = ("PUT", "PATCH", "DELETE")
_WIDTH: Final = 64


@dataclass(frozen=True, slots=True)
class Command:
    """A command line that sends a request; `note` tells it from others with the same method."""

    method: str
    line: str
    note: str = ""


def commands(resource: Declarations[Any, Any], x: Exchange[Any, Any, Any], known: object) -> list[Command]:
    """A command for each method that the resource allows, and one for each form of its representation.

    Args:
        known: the representation of the entity, as JSON has it.
    """
    made = []
    for method in allowed_methods(type(resource)):
        if method == "GET":
            made += _reading(resource, x.request)
        elif method in ("HEAD", "OPTIONS"):
            made.append(
                Command(method, _line("--head" if method == "HEAD" else f"-iX {method}", [], x.request))
            )
        else:
            made.append(Command(method, _writing(method, resource, x, known)))
    return made


def _reading(resource: Declarations[Any, Any], request: Request) -> list[Command]:
    """Commands for all representations but pages, which are for browsers."""
    types = [each.media_type.partition(";")[0] for each in resource.renderers if each.render_response is None]
    return [Command("GET", _line("-i", [_field("Accept", kind)], request), kind) for kind in types]


def _writing(method: str, resource: Declarations[Any, Any], x: Exchange[Any, Any, Any], known: object) -> str:
    options = []
    tag = current_tag(resource, x) if method in _CHANGES and x.existed else None
    if tag is not None:
        options.append(_field("If-Match", str(tag)))
    if overrides(type(resource), "authorized"):
        options.append(_field("Authorization", f"{resource.challenge.scheme} ..."))
    wanted = body_type(type(resource), method)
    if wanted is not None:
        state: Mapping[str, object] = known if isinstance(known, dict) and method in _CHANGES else {}
        content = msgspec.json.encode(example_of(wanted, state)).decode()
        options += [_field("Content-Type", accepted_types(method)[0]), f"--data {shlex.quote(content)}"]
    return _line(f"-iX {method}", options, x.request, query=False)


def _field(name: str, value: str) -> str:
    return f"-H {shlex.quote(f'{name}: {value}')}"


def _line(how: str, options: list[str], request: Request, *, query: bool = True) -> str:
    """The command, in several lines if it is long."""
    target = request.target if query else request.target.partition("?")[0]
    words = [f"curl {how}", *options, shlex.quote(_origin(request) + target)]
    line = " ".join(words)
    return line if len(line) < _WIDTH else " \\\n  ".join(words)


def _origin(request: Request) -> str:
    """Where the client sent the request, as far as the request says so."""
    host = request.header("host") or ""
    scheme = (request.header("x-forwarded-proto") or "").strip().lower()
    return f"{scheme if scheme == 'https' else 'http'}://{host if _HOST.fullmatch(host) else 'localhost'}"


_MAX_DEPTH: Final = 5
_EXAMPLES: Final = {
    inspect.DateTimeType: "2026-01-31T12:00:00Z",
    inspect.DateType: "2026-01-31",
    inspect.TimeType: "12:00:00",
    inspect.UUIDType: "00000000-0000-4000-8000-000000000000",
}


def example_of(wanted: Any, known: Mapping[str, object]) -> object:
    """An example of what a type accepts; `known` are preferred values of members, such as the present ones."""
    info = inspect.type_info(wanted)
    if isinstance(info, inspect.StructType):
        return {field.encode_name: known.get(field.encode_name, example(field.type)) for field in info.fields}
    return example(info)


def example(info: inspect.Type, depth: int = 0) -> object:
    """An example of a type as msgspec describes it; None where it is nested too deeply to be read."""
    if depth > _MAX_DEPTH:
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
            return _EXAMPLES.get(type(info), "text")


def _number(info: inspect.IntType | inspect.FloatType) -> float:
    least = info.ge if info.ge is not None else None if info.gt is None else info.gt + 1
    most = info.le if info.le is not None else None if info.lt is None else info.lt - 1
    if isinstance(info, inspect.FloatType):
        low, high = info.ge or info.gt or 0.0, info.le or info.lt
        return low + 0.5 if high is None else (low + high) / 2
    return least if least is not None else 1 if most is None else min(1, most)
