"""Request content by type: decoded whole, or refused with everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice, repeat, takewhile
from math import isfinite
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import msgspec
from msgspec import ValidationError
from msgspec.structs import FieldInfo, StructConfig

from .depth import MOST_LEVELS
from .notations import JSON, MESSAGEPACK_TYPES, Notation, parts_of
from .problem import Fault, Problem, faulty

TOO_DEEP = f"The content is nested too deeply; {MOST_LEVELS} levels are read."

OTHER_KEYS = "The content has a map with a key that is no text; send texts as keys."

MOST_FAULTS = 1000
"""How many faults are told at most: content of a megabyte can have half a million."""

BODY_TYPES = ("application/json", *MESSAGEPACK_TYPES)
PATCH_TYPES = ("application/merge-patch+json", *BODY_TYPES)

_NOT_UTF_8 = "Invalid UTF-8 encoded string"
"""What msgspec says since 0.23, where it raised UnicodeDecodeError before."""

_HALF_PAIR = re.compile(rb"\\u[dD][89abAB]..(?!\\u)")


class Invalid(NamedTuple):
    """Content that is well-formed but not of the wanted type, and why."""

    faults: tuple[Fault, ...]

    def problem(self) -> Problem:
        """The Problem of a 422 that lists every fault with its JSON Pointer."""
        return faulty("pointer", self.faults, "Mend every listed place and send the request again.")


@lru_cache(maxsize=512)
def is_accepted(content_type: str, accepted: tuple[str, ...]) -> bool:
    """Whether a Content-Type is one of the accepted ones, in UTF-8 as JSON must be (RFC 8259, 8.1)."""
    media_type, *parameters = parts_of(content_type)
    charsets = [text for text in parameters if text.startswith("charset=")]
    return media_type in accepted and all(text in ('charset="utf-8"', "charset=utf-8") for text in charsets)


def decode(content: bytes, wanted: type, notation: Notation = JSON) -> object:
    """The content as a value of the wanted type; a Problem if it is malformed, Invalid if no such value.

    Args:
        content: the bytes of the request.
        wanted: any type that msgspec can decode into.
        notation: of the content.
    """
    if not content:
        return Problem(f"The request has no content; send a {notation.name} document.")
    try:
        return _decoded(content, wanted, notation)
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        if isinstance(error, UnicodeDecodeError) or str(error) == _NOT_UTF_8:
            return Problem(notation.misspelled(content))
        return Problem(f"The content is no {notation.name}: {_broken(error, content)}.")
    except RecursionError:
        return Problem(TOO_DEEP)


def _decoded(content: bytes, wanted: type, notation: Notation) -> object:
    seen = notation.outline(content)
    if seen.is_deep:
        return Problem(TOO_DEEP)
    if seen.has_other_keys:
        return Problem(OTHER_KEYS)
    try:
        value = notation.read_as(content, wanted)
    except ValidationError as error:  # msgspec stops at the first wrong type, even before wrong syntax
        read = notation.read(content)
        found = tuple(islice(chain(faults(read, wanted, "#"), _endless(read, "#")), MOST_FAULTS))
        return Invalid(found or (Fault("#", _sentence(error)),))
    if seen.has_endless:
        return Invalid(tuple(islice(_endless(notation.read(content), "#"), MOST_FAULTS)))
    return value


def _endless(value: object, where: str) -> Iterator[Fault]:
    """The faults of numbers that MessagePack can send and no limit keeps out, but no JSON could answer with."""
    if isinstance(value, float) and not isfinite(value):
        yield Fault(where, f"Expected a finite number, got {value}")
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _endless(member, pointer(where, str(name)))
    elif isinstance(value, list):
        for position, element in enumerate(value):
            yield from _endless(element, f"{where}/{position}")


def faults(value: object, wanted: Any, where: str, *, strict: bool = True) -> Iterator[Fault]:
    """Everything that keeps `value` from being of the wanted type, told of the innermost places.

    Args:
        value: what was read.
        wanted: the type, with its constraints.
        where: the JSON Pointer of the value, as a URI fragment.
        strict: False where strings may stand for numbers, as in a query.
    """
    try:
        msgspec.convert(value, wanted, strict=strict, str_keys=True)
    except ValidationError as error:
        inner = _inner_faults(value, bare_type(wanted), where, strict=strict)
        yield next(inner, Fault(where + _place(error), _sentence(error)))
        yield from inner


def _inner_faults(value: object, wanted: Any, where: str, *, strict: bool) -> Iterator[Fault]:
    kind, arguments = get_origin(wanted) or wanted, get_args(wanted)
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _struct_faults(value, wanted, where, strict=strict)
    elif isinstance(value, dict) and kind is dict and arguments:
        for name, member in value.items():
            yield from faults(member, arguments[1], pointer(where, str(name)), strict=strict)
    elif isinstance(value, list) and kind in (tuple, list, set, frozenset) and arguments:
        endless = kind is not tuple or arguments[-1] is ...
        items = repeat(arguments[0]) if endless else arguments
        for position, (element, item) in enumerate(zip(value, items, strict=False)):
            yield from faults(element, item, f"{where}/{position}", strict=strict)


def _struct_faults(value: dict[Any, object], wanted: Any, where: str, *, strict: bool) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(wanted)}
    for name, field in fields.items():
        if name in value:
            yield from faults(value[name], field.type, pointer(where, name), strict=strict)
        elif field.required:
            yield Fault(pointer(where, name), f"Missing; {_expectation(field)}")
    config: StructConfig = (get_origin(wanted) or wanted).__struct_config__
    if config.forbid_unknown_fields:
        for name in value:
            if name not in fields and name != config.tag_field:
                yield Fault(pointer(where, str(name)), f"Unknown; known are {', '.join(fields)}")


def pointer(where: str, name: str) -> str:
    """The JSON Pointer of a member (RFC 6901): `~` and `/` escaped, then percent-encoded as a fragment."""
    token = name.replace("~", "~0").replace("/", "~1")
    return f"{where}/{re.sub(r'[^A-Za-z0-9_.~!$&()*+,;=:@-]', _percent, token)}"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def bare_type(wanted: Any) -> Any:
    """The type without its constraints and without None or UNSET beside it."""
    if get_origin(wanted) is Annotated:
        return bare_type(get_args(wanted)[0])
    if get_origin(wanted) in (Union, UnionType):
        rest = [each for each in get_args(wanted) if each not in (type(None), msgspec.UnsetType)]
        return bare_type(rest[0]) if len(rest) == 1 else wanted
    return wanted


def _expectation(field: FieldInfo) -> str:
    try:
        msgspec.convert(_NOTHING, field.type)
    except ValidationError as error:
        return _sentence(error).partition(", got")[0].lower()
    return "it is required"


class _Nothing:
    """A value of no type that anybody wants, so that msgspec says what it expected."""


_NOTHING = _Nothing()


def _place(error: ValidationError) -> str:
    """The JSON Pointer of what msgspec complains about, as far as its own notation names it."""
    path = re.search(r" - at `(?:key in )?\$([^`]*)`$", str(error))
    steps = re.finditer(r"\.(\w+)|\[(\d+)\]|(.)", path[1] if path else "", re.DOTALL)
    named = takewhile(lambda step: step[3] is None, steps)
    return "".join(pointer("", step[1] or step[2]) for step in named)


def _broken(error: Exception, content: bytes) -> str:
    """Where the content breaks, also where msgspec says only that it missed something."""
    said = _sentence(error)
    if said != "Input data was truncated":
        return said
    half = _HALF_PAIR.search(content)
    return (
        f"half of a surrogate pair (byte {half.start()})" if half else f"it breaks off (byte {len(content)})"
    )


def _sentence(error: Exception) -> str:
    """Msgspec's message without its own notation of the place, which the JSON Pointer says."""
    return str(error).partition(" - at `")[0].replace("`", "")
