"""MessagePack: what content is made of, seen by its tags before anything is made of it.

A decoder makes dicts. CPython's hashes of numbers are known to everybody, so a megabyte of numbers chosen to collide as
keys takes a minute; those of texts are random in each process. So keys that are no texts are refused before.

The format: https://github.com/msgpack/msgpack/blob/master/spec.md
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Final, NamedTuple


class _Tag(NamedTuple):
    """What stands behind a tag: the bytes of a number, if it has one; then bytes; then as many more as that says.

    Attributes:
        number: what it says, beside what is read.
        width: how many bytes of the number are to be read.
        skipped: how many bytes follow in any case.
        each: values that follow for each of the number, as in lists (1) and maps (2); 0 where the number is of bytes.
    """

    number: int = 0
    width: int = 0
    skipped: int = 0
    each: int = 0


def _tags() -> Iterator[tuple[int, _Tag]]:
    yield from ((0x80 + n, _Tag(n, each=2)) for n in range(16))
    yield from ((0x90 + n, _Tag(n, each=1)) for n in range(16))
    yield from ((0xA0 + n, _Tag(n)) for n in range(32))
    for first, widths in ((0xC4, (1, 2, 4)), (0xD9, (1, 2, 4))):  # bytes, texts
        yield from ((first + n, _Tag(width=each)) for n, each in enumerate(widths))
    yield from ((0xC7 + n, _Tag(width=2**n, skipped=1)) for n in range(3))  # extensions
    yield from ((0xCA + n, _Tag(skipped=4 * 2**n)) for n in range(2))  # floats
    for first in (0xCC, 0xD0):  # integers
        yield from ((first + n, _Tag(skipped=2**n)) for n in range(4))
    yield from ((0xD4 + n, _Tag(skipped=1 + 2**n)) for n in range(5))  # short extensions
    yield from ((0xDC + n, _Tag(width=2 * 2**n, each=1)) for n in range(2))
    yield from ((0xDE + n, _Tag(width=2 * 2**n, each=2)) for n in range(2))


# Everything else is its tag alone: small integers, nil, false, true; 0xC1 stands for nothing, as a decoder finds out.
_PLAIN: Final = _Tag()
_TAGS: Final = dict(_tags())
_TEXTS: Final = frozenset((*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB))
_FLOATS: Final = {0xCA: struct.Struct(">f"), 0xCB: struct.Struct(">d")}


@dataclass(frozen=True, slots=True)
class Outline:
    """What content is made of, as far as it was read: up to what is refused, or to where it breaks off.

    Attributes:
        is_deep: whether it is nested too deeply.
        has_other_keys: whether a map has a key that is no text.
        has_endless: whether it has a number that is not finite.
    """

    is_deep: bool = False
    has_other_keys: bool = False
    has_endless: bool = False


def outline(content: bytes, most_levels: int) -> Outline:
    """Look at the tags of content, which may be malformed: whoever decodes it finds that out.

    Args:
        content: in MessagePack.
        most_levels: how deep it may be nested.
    """
    at, left, each = 0, 1, 0
    above, has_endless = list[tuple[int, int]](), False
    while at < len(content):
        tag = content[at]
        if each == 2 and left % 2 == 0 and tag not in _TEXTS:
            return Outline(has_other_keys=True)
        left, at = left - 1, at + 1
        found = _TAGS.get(tag, _PLAIN)
        if found is not _PLAIN:
            number = found.number + int.from_bytes(content[at : at + found.width])
            has_endless = has_endless or not _is_finite(content, at, tag)
            at += found.width + found.skipped
            if found.each:
                above.append((left, each))
                left, each = number * found.each, found.each
                if len(above) > most_levels:
                    return Outline(is_deep=True)
            else:
                at += number
        while not left:
            if not above:
                return Outline(has_endless=has_endless)
            left, each = above.pop()
    return Outline(has_endless=has_endless)


def _is_finite(content: bytes, at: int, tag: int) -> bool:
    read = _FLOATS.get(tag)
    return read is None or at + read.size > len(content) or isfinite(read.unpack_from(content, at)[0])
