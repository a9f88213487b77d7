"""Notations: the ways in which the content of a request is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec import ValidationError

from .depth import MOST_LEVELS, is_deep_json
from .messagepack import Outline, outline

MESSAGEPACK_TYPES = ("application/msgpack", "application/vnd.msgpack")
"""What clients say for MessagePack, and the one of them that is registered."""


def parts_of(content_type: str) -> list[str]:
    """The media type in lower case, then its parameters."""
    return [part.strip() for part in content_type.lower().split(";")]


class Notation(NamedTuple):
    """How content is written.

    Attributes:
        name: as people know it.
        read: what the content is, whatever the type.
        read_as: what the content is as a value of a type.
        outline: what the content is made of, seen before anything is made of it.
        misspelled: why a content is refused that holds bytes that are not UTF-8.
    """

    name: str
    read: Callable[[bytes], object]
    read_as: Callable[[bytes, type], object]
    outline: Callable[[bytes], Outline]
    misspelled: Callable[[bytes], str]


@lru_cache(maxsize=256)
def _json_decoder(wanted: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)


def _first_bad_byte(content: bytes) -> str:
    """Where the content stops being UTF-8; msgspec counts from the string that the byte is in."""
    good, *_ = re.split("[\udc80-\udcff]", content.decode(errors="surrogateescape"), maxsplit=1)
    return f"The content is not UTF-8 at byte {len(good.encode())}."


def _read_messagepack(content: bytes) -> object:
    try:
        return msgspec.msgpack.decode(content)
    except ValidationError as error:  # a timestamp that is none is wrong syntax
        raise msgspec.DecodeError(str(error)) from None


JSON = Notation(
    "JSON",
    msgspec.json.decode,
    lambda content, wanted: _json_decoder(wanted).decode(content),
    lambda content: Outline(is_deep=is_deep_json(content)),
    _first_bad_byte,
)
MESSAGEPACK = Notation(
    "MessagePack",
    _read_messagepack,
    lambda content, wanted: msgspec.msgpack.decode(content, type=wanted),
    lambda content: outline(content, MOST_LEVELS),
    lambda _: "The content has a text that is not UTF-8.",
)


def notation_of(content_type: str) -> Notation:
    """The notation of content with an accepted Content-Type; JSON where there is none."""
    return MESSAGEPACK if parts_of(content_type)[0] in MESSAGEPACK_TYPES else JSON
