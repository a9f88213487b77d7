"""What MessagePack is made of, told by its tags."""

import random
import time
from collections.abc import Sequence
from functools import cache
from typing import Any, NoReturn

import msgspec
import pytest
from hypothesis import given, strategies as st
from msgspec import Struct
from msgspec.msgpack import Ext, encode

from ogrom.http import content as bodies
from ogrom.http.content import MAX_LEVELS, MESSAGEPACK, Outline, messagepack_outline as outline
from ogrom.http.problem import Problem

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text(max_size=300)
    | st.binary(max_size=300)
    | st.builds(Ext, st.integers(0, 127), st.binary(max_size=20)),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=40), inner, max_size=20),
)


class Anything(Struct):
    """Of which a decoder makes whatever it is sent."""

    value: Any = None


@given(VALUES)
def test_it_ends_where_a_decoder_does(value: object) -> None:
    """What follows a value is found at its own place, whatever the value is."""
    content = encode(value)
    assert outline(content, MAX_LEVELS) == Outline()
    assert outline(b"\x92" + content + encode({1: 2}), MAX_LEVELS) == Outline(has_other_keys=True)
    assert outline(b"\x92" + content + encode(float("nan")), MAX_LEVELS) == Outline(has_infinite=True)


@pytest.mark.parametrize("size", [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536, 100_000])
def test_every_length_is_read(size: int) -> None:
    """Each kind has lengths in several forms."""
    for value in (
        "x" * size,
        b"x" * size,
        Ext(1, b"x" * size),
        [1] * size,
        dict.fromkeys(map(str, range(size))),
    ):
        content = b"\x92" + encode(value)
        assert outline(content + encode(float("inf")), MAX_LEVELS) == Outline(has_infinite=True)


@given(st.binary(max_size=200))
def test_nothing_breaks_it(content: bytes) -> None:
    """Malformed content is left to the decoder; all that it accepts has been looked at before."""
    seen = outline(content, MAX_LEVELS)
    try:
        value = msgspec.msgpack.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    assert seen.has_other_keys == has_other_keys(value)


def has_other_keys(value: object) -> bool:
    if isinstance(value, dict):
        return any(not isinstance(each, str) for each in value) or any(map(has_other_keys, value.values()))
    return isinstance(value, list | tuple) and any(map(has_other_keys, value))


@pytest.mark.parametrize(
    ("levels", "deep"), [(0, False), (1, False), (MAX_LEVELS, False), (MAX_LEVELS + 1, True)]
)
@pytest.mark.parametrize("unit", [b"\x91", b"\x81\xa2in", b"\xdc\x00\x01", b"\xdf\x00\x00\x00\x01\xa1x"])
def test_the_limit_of_levels_is_exact(unit: bytes, levels: int, deep: bool) -> None:
    """As many as allowed pass, one more does not."""
    assert outline(unit * levels + b"\xc0", MAX_LEVELS).is_deep is deep


@cache
def colliding(bits: int = 11) -> tuple[int, ...]:
    """Whole numbers that fill a dict of 2**bits places, where nearly each has to walk past all before it.

    CPython tries places by the bits of a number, 5 more at a time, and at last in one order for all (dictobject.c). So
    these are numbers whose bits lead to places that are taken, and from there to the first free one of that order.
    """
    mask, draw = 2**bits - 1, random.Random(0)
    order = [0]
    while len(order) < 2**bits * 2 // 3:
        order.append((5 * order[-1] + 1) & mask)
    turn = [mask] * 2**bits
    for number, place in enumerate(order):
        turn[place] = number
    found: list[int] = []
    while len(found) < len(order) - 1:
        number = perturb = draw.randrange(2 ** (bits + 5))
        place = number & mask
        while perturb and turn[place] < len(found):
            perturb >>= 5
            place = (5 * place + perturb + 1) & mask
        if turn[place] <= len(found) and number not in found:
            found.append(number)
    return tuple(found)


def flood() -> bytes:
    """A map of them."""
    head = b"\xdf" + len(colliding()).to_bytes(4)
    return head + b"".join(b"\xcf" + each.to_bytes(8) + b"\x00" for each in colliding())


def seconds(keys: Sequence[int]) -> float:
    """To make a dict of them."""
    found = []
    for _ in range(5):
        begin = time.thread_time()
        for _ in range(20):
            dict.fromkeys(keys)
        found.append(time.thread_time() - begin)
    return min(found)


def test_the_flood_is_one() -> None:
    """Else the next test would prove nothing; a megabyte of them takes a minute."""
    assert seconds(colliding()) > 5 * seconds(range(len(colliding())))


def _unread(*_: object) -> NoReturn:
    pytest.fail("a dict is made")


UNREAD = MESSAGEPACK._replace(read=_unread, read_as=_unread)


@pytest.mark.parametrize("before", [b"", b"\x81\xa5value", b"\x91"], ids=["alone", "member", "element"])
@pytest.mark.parametrize("wanted", [Anything, dict[str, Any], list[Any]], ids=["struct", "dict", "list"])
def test_a_flood_of_keys_is_refused_before_there_is_a_dict(before: bytes, wanted: Any) -> None:
    """Wherever the map is, and whatever is wanted."""
    refused = bodies.decode(before + flood(), wanted, UNREAD)
    assert isinstance(refused, Problem)
    assert refused.detail == bodies.OTHER_KEYS


def test_valid_content_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And as what is wanted."""
    decoded = []

    def read_as(content: bytes, wanted: type) -> object:
        decoded.append(wanted)
        return MESSAGEPACK.read_as(content, wanted)

    notation = MESSAGEPACK._replace(read_as=read_as, read=_unread)
    assert bodies.decode(encode({"value": [1.5]}), Anything, notation) == Anything([1.5])
    assert decoded == [Anything]
