"""Request content: decoded as the type that an action declares, or refused with everything that is wrong with it.

Content is looked at before it is decoded: what is nested too deeply is refused, and so is MessagePack whose maps
have keys other than strings. CPython's hashes of numbers are known to everybody, so a megabyte of numbers chosen to
collide as keys would take a minute; hashes of strings differ in each process.
The format of MessagePack: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, repeat, takewhile
from math import isfinite
from typing import Any, Final, NamedTuple, get_args, get_origin
from urllib.parse import unquote

import msgspec
from msgspec import ValidationError
from msgspec.structs import StructConfig
from werkzeug.http import parse_options_header

from .problem import Fault, Problem, invalid_fields
from .problems import INVALID_CONTENT, MALFORMED_CONTENT
from .wording import bare_type, one_of, short, told

MAX_LEVELS: Final = 100
"""How deep content may be nested: objects and lists within one another."""

MAX_FAULTS: Final = 1000
"""How many faults a response lists: content of a megabyte can have half a million."""

MESSAGEPACK_TYPES: Final = ("application/msgpack", "application/vnd.msgpack")
"""What clients say for MessagePack, and the one of them that is registered."""

BODY_TYPES: Final = ("application/json", *MESSAGEPACK_TYPES)
PATCH_TYPES: Final = ("application/merge-patch+json", *BODY_TYPES)

TOO_DEEP: Final = f"The content is nested too deeply; at most {MAX_LEVELS} levels are allowed."
OTHER_KEYS: Final = "The content has a map with a key that is not a string; use strings as keys."

_NOT_UTF_8: Final = (
    "Invalid UTF-8 encoded string"  # msgspec's message since 0.23; before, a UnicodeDecodeError
)
_HALF_PAIR: Final = re.compile(rb"\\u[dD][89abAB]..(?!\\u)")


# What content is made of, before it is decoded.


@dataclass(frozen=True, slots=True)
class Outline:
    """What content is made of, as far as it was read: up to what is refused, or to where it breaks off.

    Attributes:
        is_deep: whether it is nested too deeply.
        has_other_keys: whether a map has a key that is not a string.
        has_infinite: whether it has a number that is not finite.
    """

    is_deep: bool = False
    has_other_keys: bool = False
    has_infinite: bool = False


# A string that does not end is taken to the content's end, so that no quote is looked at twice.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)


def json_is_deep(content: bytes) -> bool:
    """Whether JSON text is nested too deeply, well-formed or not."""
    if content.count(b"[") + content.count(b"{") <= MAX_LEVELS:
        return False
    level = 0
    for token in _TOKEN.finditer(content):
        if token[0] in b"[{":
            level += 1
            if level > MAX_LEVELS:
                return True
        elif token[0] in b"]}":
            level -= 1
    return False


class _Tag(NamedTuple):
    """What follows a tag of MessagePack: a number, then bytes, then as many bytes or values as the number says.

    Attributes:
        number: the part of the number that the tag itself holds.
        width: how many bytes the number takes.
        skipped: how many bytes follow in any case.
        each: how many values follow for each unit of the number: 1 in a list, 2 in a map; 0 where it counts bytes.
    """

    number: int = 0
    width: int = 0
    skipped: int = 0
    each: int = 0


def _tags() -> Iterator[tuple[int, _Tag]]:
    yield from ((0x80 + n, _Tag(n, each=2)) for n in range(16))
    yield from ((0x90 + n, _Tag(n, each=1)) for n in range(16))
    yield from ((0xA0 + n, _Tag(n)) for n in range(32))
    for first, widths in ((0xC4, (1, 2, 4)), (0xD9, (1, 2, 4))):  # bytes, strings
        yield from ((first + n, _Tag(width=each)) for n, each in enumerate(widths))
    yield from ((0xC7 + n, _Tag(width=2**n, skipped=1)) for n in range(3))  # extensions
    yield from ((0xCA + n, _Tag(skipped=4 * 2**n)) for n in range(2))  # floats
    for first in (0xCC, 0xD0):  # integers
        yield from ((first + n, _Tag(skipped=2**n)) for n in range(4))
    yield from ((0xD4 + n, _Tag(skipped=1 + 2**n)) for n in range(5))  # short extensions
    yield from ((0xDC + n, _Tag(width=2 * 2**n, each=1)) for n in range(2))
    yield from ((0xDE + n, _Tag(width=2 * 2**n, each=2)) for n in range(2))


# Every other tag stands alone: small integers, nil, false, true. 0xC1 is unused, and the decoder says so.
_PLAIN: Final = _Tag()
_TAGS: Final = dict(_tags())
_STRINGS: Final = frozenset((*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB))
_FLOATS: Final = {0xCA: struct.Struct(">f"), 0xCB: struct.Struct(">d")}


def messagepack_outline(content: bytes, max_levels: int) -> Outline:
    """Look at the tags of MessagePack, which may be malformed; the decoder will find that out."""
    at, left, each = 0, 1, 0
    above, has_infinite = list[tuple[int, int]](), False
    while at < len(content):
        tag = content[at]
        if each == 2 and left % 2 == 0 and tag not in _STRINGS:
            return Outline(has_other_keys=True)
        left, at = left - 1, at + 1
        found = _TAGS.get(tag, _PLAIN)
        if found is not _PLAIN:
            number = found.number + int.from_bytes(content[at : at + found.width])
            has_infinite = has_infinite or not _is_finite(content, at, tag)
            at += found.width + found.skipped
            if found.each:
                above.append((left, each))
                left, each = number * found.each, found.each
                if len(above) > max_levels:
                    return Outline(is_deep=True)
            else:
                at += number
        while not left:
            if not above:
                return Outline(has_infinite=has_infinite)
            left, each = above.pop()
    return Outline(has_infinite=has_infinite)


def _is_finite(content: bytes, at: int, tag: int) -> bool:
    read = _FLOATS.get(tag)
    return read is None or at + read.size > len(content) or isfinite(read.unpack_from(content, at)[0])


# The formats in which content comes.


class Format(NamedTuple):
    """A format of request content.

    Attributes:
        name: what people call it.
        read: decodes content without a type.
        read_as: decodes content as a type.
        outline: looks at content before it is decoded.
        not_utf_8: the message for content that is not UTF-8.
    """

    name: str
    read: Callable[[bytes], object]
    read_as: Callable[[bytes, type], object]
    outline: Callable[[bytes], Outline]
    not_utf_8: Callable[[bytes], str]


@lru_cache(maxsize=256)
def _json_decoder(wanted: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)


def _first_bad_byte(content: bytes) -> str:
    """Where the content stops being UTF-8; msgspec counts from the start of the string."""
    good, *_ = re.split("[\udc80-\udcff]", content.decode(errors="surrogateescape"), maxsplit=1)
    return f"The content is not UTF-8 at byte {len(good.encode())}."


def _read_messagepack(content: bytes) -> object:
    try:
        return msgspec.msgpack.decode(content)
    except ValidationError as error:  # an invalid timestamp is wrong syntax
        raise msgspec.DecodeError(str(error)) from None


JSON = Format(
    "JSON",
    msgspec.json.decode,
    lambda content, wanted: _json_decoder(wanted).decode(content),
    lambda content: Outline(is_deep=json_is_deep(content)),
    _first_bad_byte,
)
MESSAGEPACK = Format(
    "MessagePack",
    _read_messagepack,
    lambda content, wanted: msgspec.msgpack.decode(content, type=wanted),
    lambda content: messagepack_outline(content, MAX_LEVELS),
    lambda _: "The content has a string that is not UTF-8.",
)


def format_of(content_type: str) -> Format:
    """The format of content with an accepted Content-Type; JSON if there is no Content-Type."""
    return MESSAGEPACK if parse_options_header(content_type)[0].lower() in MESSAGEPACK_TYPES else JSON


# Decoding.


class Invalid(NamedTuple):
    """Content that is well-formed but not of the wanted type, and why."""

    faults: tuple[Fault, ...]

    def problem(self) -> Problem:
        """The Problem of a 422 that lists every fault with its JSON Pointer."""
        return invalid_fields("pointer", self.faults, INVALID_CONTENT.example, INVALID_CONTENT)


@lru_cache(maxsize=512)
def is_accepted(content_type: str, accepted: tuple[str, ...]) -> bool:
    """Whether a Content-Type is one of the accepted ones, in UTF-8 as JSON must be (RFC 8259, 8.1)."""
    media_type, parameters = parse_options_header(content_type.lower())
    return media_type in accepted and parameters.get("charset", "utf-8") == "utf-8"


def decode(content: bytes, wanted: type, format: Format = JSON) -> object:
    """The content as a value of the wanted type, a Problem if it is malformed, or Invalid if it is of another type."""
    if not content:
        return _malformed(f"The request has no content; send a {format.name} document.")
    try:
        return _decoded(content, wanted, format)
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        if isinstance(error, UnicodeDecodeError) or str(error) == _NOT_UTF_8:
            return _malformed(format.not_utf_8(content))
        return _malformed(f"The content is not valid {format.name}: {_broken(error, content)}.")
    except RecursionError:
        return _malformed(TOO_DEEP)


def _malformed(detail: str) -> Problem:
    return Problem(detail, type=MALFORMED_CONTENT)


def _decoded(content: bytes, wanted: type, format: Format) -> object:
    seen = format.outline(content)
    if seen.is_deep:
        return _malformed(TOO_DEEP)
    if seen.has_other_keys:
        return _malformed(OTHER_KEYS)
    try:
        value = format.read_as(content, wanted)
    except ValidationError as error:  # msgspec stops at the first wrong type, even before wrong syntax
        read = format.read(content)
        found = tuple(islice(chain(faults(read, wanted, "#"), _infinite_faults(read, "#")), MAX_FAULTS))
        return Invalid(found or (_fault(error, "#", wanted, strict=True),))
    if seen.has_infinite:
        return Invalid(tuple(islice(_infinite_faults(format.read(content), "#"), MAX_FAULTS)))
    return value


def _infinite_faults(value: object, where: str) -> Iterator[Fault]:
    """The faults of infinite numbers and NaN: MessagePack can send them, but no JSON could answer with them."""
    if isinstance(value, float) and not isfinite(value):
        yield Fault(where, f"{_subject(where)} must be a finite number, not {value}")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _infinite_faults(inner, pointer(where, str(name)))
    elif isinstance(value, list):
        for position, element in enumerate(value):
            yield from _infinite_faults(element, f"{where}/{position}")


def faults(value: object, wanted: Any, where: str, *, strict: bool = True) -> Iterator[Fault]:
    """Everything that keeps `value` from being of the wanted type, each fault at its innermost place.

    Args:
        where: the JSON Pointer of the value, as a URI fragment.
        strict: False where strings may stand for numbers, as in a query.
    """
    try:
        msgspec.convert(value, wanted, strict=strict, str_keys=True)
    except ValidationError as error:
        inner = _inner_faults(value, bare_type(wanted), where, strict=strict)
        yield next(inner, _fault(error, where, wanted, strict=strict))
        yield from inner


def _fault(error: ValidationError, where: str, wanted: Any, *, strict: bool) -> Fault:
    place = _place(error)
    subject = "Each key" if " - at `key` in " in str(error) else _subject(where + place)
    return Fault(where + place, told(_sentence(error), subject, Any if place else wanted, strict=strict))


def _subject(where: str) -> str:
    """What a sentence about this place is about: the member's name, as long as a person would read it."""
    last = where.rpartition("/")[2]
    if last == "#" or last.isdigit():
        return "The content" if last == "#" else "Each item"
    return short(unescaped(unquote(last)))


def _inner_faults(value: object, wanted: Any, where: str, *, strict: bool) -> Iterator[Fault]:
    kind, arguments = get_origin(wanted) or wanted, get_args(wanted)
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield from _struct_faults(value, wanted, where, strict=strict)
    elif isinstance(value, dict) and kind is dict and arguments:
        for name, inner in value.items():
            yield from faults(inner, arguments[1], pointer(where, str(name)), strict=strict)
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
            yield Fault(pointer(where, name), f"{name} is required")
    config: StructConfig = (get_origin(wanted) or wanted).__struct_config__
    if config.forbid_unknown_fields:
        for name in value:
            if name not in fields and name != config.tag_field:
                yield Fault(pointer(where, str(name)), f"{short(str(name))} is unknown; use {one_of(fields)}")


def pointer(where: str, name: str) -> str:
    """The JSON Pointer of a member (RFC 6901): `~` and `/` escaped, then percent-encoded as a fragment."""
    token = name.replace("~", "~0").replace("/", "~1")
    return f"{where}/{re.sub(r'[^A-Za-z0-9_.~!$&()*+,;=:@-]', _percent, token)}"


def unescaped(token: str) -> str:
    """The name that a token of a JSON Pointer stands for (RFC 6901, 4), once it is percent-decoded."""
    return token.replace("~1", "/").replace("~0", "~")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _place(error: ValidationError) -> str:
    """The JSON Pointer of what msgspec complains about, as far as its own notation names it."""
    path = re.search(r" - at `(?:key in )?\$([^`]*)`$", str(error))
    steps = re.finditer(r"\.(\w+)|\[(\d+)\]|(.)", path[1] if path else "", re.DOTALL)
    named = takewhile(lambda step: step[3] is None, steps)
    return "".join(pointer("", step[1] or step[2]) for step in named)


def _broken(error: Exception, content: bytes) -> str:
    """Where the syntax breaks, even if msgspec says only that the content was truncated."""
    said = _sentence(error)
    if said == "Input data was truncated":
        half = _HALF_PAIR.search(content)
        said = (
            f"half of a surrogate pair (byte {half.start()})"
            if half
            else f"it ends too early (byte {len(content)})"
        )
    return re.sub(r"^.* is malformed: ", "", said).replace("(byte ", "at byte ").removesuffix(")")


def _sentence(error: Exception) -> str:
    """Msgspec's message without its own notation of the place, which the JSON Pointer gives."""
    return str(error).partition(" - at `")[0].replace("`", "")
