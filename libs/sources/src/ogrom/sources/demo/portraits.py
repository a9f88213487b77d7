"""Portraits of users: flat heads and shoulders, each user's own."""

import re

from msgspec import Struct

from .draws import Draws
from .palette import COLOURS
from .tones import mix

# An id as the models have it: positive, no longer than 2**63 is.
_ID = re.compile(r"[1-9][0-9]{0,18}")

_SKINS = ("#f6d7c0", "#eec1a0", "#dca47c", "#c48a60", "#a06a47", "#7d5139")
_TINTS = ("#2a2225", "#4a3026", "#7a4a2b", "#b5793a", "#d9b36c", "#a33b2a", "#8e8a8a", "#d7d2cc")
_GROUNDS = ("#f2cfc2", "#cfe0d8", "#d9d3ec", "#f5e1b5", "#c9dced", "#ecd0dc", "#dde3c3")
_CLOTHES = tuple(COLOURS[key] for key in ("navy", "red", "green", "mustard", "teal", "lilac", "white"))


class _Hair(Struct, frozen=True):
    """Hair as it falls behind the head and over it; `bearded` goes with a beard in the same colour."""

    back: str
    front: str
    bearded: bool = False


_CROPPED = "M62 92 Q58 46 100 44 Q142 46 138 92 Q130 70 112 68 Q84 72 70 70 Q64 78 62 92 Z"
_SWEPT = "M62 88 Q60 48 82 44 Q112 32 136 52 Q142 66 138 88 Q132 74 128 68 Q98 72 80 62 Q68 70 62 88 Z"
_LONG = _Hair(
    "M58 92 Q56 42 100 42 Q144 42 142 92 L146 150 H54 Z",
    "M62 90 Q62 46 100 46 Q138 46 138 90 Q118 78 108 62 Q92 82 62 90 Z",
)
_BUN = _Hair(
    "M100 18 a17 17 0 1 0 .1 0 Z",
    "M62 88 Q60 46 100 46 Q140 46 138 88 Q128 64 100 64 Q72 64 62 88 Z",
)
_BOB = _Hair(
    "M56 96 Q50 42 100 40 Q150 42 144 96 Q150 128 134 130 H66 Q50 128 56 96 Z",
    "M61 86 Q62 46 100 46 Q138 46 139 86 Q118 72 100 72 Q82 72 61 86 Z",
)
_CURLS = _Hair(
    "M58 84 a16 16 0 0 1 2 -28 a18 18 0 0 1 24 -20 a20 20 0 0 1 34 0 a18 18 0 0 1 22 20 "
    "a16 16 0 0 1 2 28 a14 14 0 0 1 -8 18 H66 a14 14 0 0 1 -8 -18 Z",
    "M61 84 Q64 46 100 46 Q136 46 139 84 Q126 66 100 68 Q74 66 61 84 Z",
)
_HAIRSTYLES = (
    _LONG,
    _BUN,
    _BOB,
    _CURLS,
    _Hair("", _CROPPED),
    _Hair("", _SWEPT),
    _Hair("", _CROPPED, bearded=True),
    _Hair("", _SWEPT, bearded=True),
)

_BEARD = "M63 90 Q72 108 100 104 Q128 108 137 90 Q138 134 100 141 Q62 134 63 90 Z"
_SMILE = "M90 114 Q100 122 110 114"
_RIMS = "M73 94 a12 12 0 1 0 24 0 a12 12 0 1 0 -24 0 M103 94 a12 12 0 1 0 24 0 a12 12 0 1 0 -24 0 M97 92 h6"
_INK = "#231818"


def portrait(number: str) -> str | None:
    """Returns the portrait of the user of this number, or None if it is not written as an id is."""
    if not _ID.fullmatch(number):
        return None
    draws = Draws(0, "portrait", int(number))
    skin, tint, hair = draws.pick(_SKINS), draws.pick(_TINTS), draws.pick(_HAIRSTYLES)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<rect width="200" height="200" fill="{draws.pick(_GROUNDS)}"/>'
        f'<path d="{hair.back}" fill="{mix(tint, _INK, 18)}"/>'
        f"{_bust(skin, draws.pick(_CLOTHES))}"
        f'{_beard(tint) if hair.bearded else ""}<path d="{hair.front}" fill="{tint}"/>'
        f"{_face(skin, glasses=draws.percent(30), bearded=hair.bearded)}</svg>"
    )


def _bust(skin: str, cloth: str) -> str:
    shadow = mix(skin, "#5a2a1a", 18)
    head = "M64 88 Q64 52 100 52 Q136 52 136 88 Q136 132 100 136 Q64 132 64 88 Z"
    return (
        f'<path d="M30 200 Q32 150 82 146 H118 Q168 150 170 200 Z" fill="{cloth}"/>'
        f'<path d="M84 120 H116 V146 Q100 166 84 146 Z" fill="{shadow}"/>'
        f'<path d="{head}" fill="{skin}"/>'
    )


def _beard(tint: str) -> str:
    return f'<path d="{_BEARD}" fill="{tint}"/>'


def _face(skin: str, *, glasses: bool, bearded: bool) -> str:
    # Lips show on a beard, a line does elsewhere.
    mouth = mix(skin, "#b03a3a", 50) if bearded else _INK
    rims = f'<path d="{_RIMS}" stroke="{mix(skin, _INK, 70)}" stroke-width="2.5"/>'
    return (
        f'<g fill="{_INK}"><circle cx="85" cy="94" r="3.4"/><circle cx="115" cy="94" r="3.4"/></g>'
        f'<g fill="none" stroke-linecap="round">{rims if glasses else ""}'
        f'<path d="{_SMILE}" stroke="{mouth}" stroke-width="3.4"/></g>'
    )
