"""Pictures of products and users, drawn as SVG from nothing but their slugs."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, TypeAlias
from xml.etree import ElementTree as ET

import msgspec
from msgspec import Struct

from .garments import COLOURS, DATA, GARMENTS, PATTERNS
from .seeded_random import SeededRandom

Paint: TypeAlias = Literal[
    "body", "shade", "light", "seam", "strap", "chain", "pale", "wood", "metal", "glow"
]
"""`body` takes the colour and the pattern, `shade` and `light` are tones of it, `strap`, `chain` and `seam`
are strokes from thick to thin; the others have colours of their own."""


class Shape(Struct, frozen=True):
    """A path (SVG's `d`) in one paint."""

    paint: Paint
    path: str


class Drawing(Struct, frozen=True, kw_only=True):
    """A silhouette, as `data/drawings` has it.

    `halves` are drawn left of the middle and mirrored to the right, `wholes` lie above them. Of a `pair`, as of
    shoes, a second one stands behind the first.
    """

    halves: tuple[Shape, ...] = ()
    wholes: tuple[Shape, ...] = ()
    pair: bool = False


def mix(first: str, second: str, percent: int) -> str:
    """Returns `first` with so many percent of `second` in it, both as `#rrggbb`."""
    blended = (
        (a * (100 - percent) + b * percent) // 100
        for a, b in zip(_channels(first), _channels(second), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in blended)


def is_dark(colour: str) -> bool:
    """Returns whether white reads better on a colour than black does."""
    red, green, blue = _channels(colour)
    # Luma as in ITU-R BT.601, in thousandths.
    return red * 299 + green * 587 + blue * 114 < 128_000


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


SILHOUETTES = frozenset(garment.silhouette for garment in GARMENTS)

PRINT_ID: Final = "print"

_SVG = "{http://www.w3.org/2000/svg}"
_TILE = re.compile(r'<svg [^>]* viewBox="0 0 ([0-9]+) [0-9]+">(.*)</svg>', re.DOTALL)


@cache
def drawing(silhouette: str) -> Drawing:
    """Returns the drawing of one of `SILHOUETTES`."""
    root = _read(f"drawings/{silhouette}.svg")
    groups = {each.get("id"): _shapes(each) for each in root.findall(f"{_SVG}g")}
    return Drawing(
        halves=groups.get("half", ()), wholes=groups.get("pair") or _shapes(root), pair="pair" in groups
    )


def _read(name: str) -> ET.Element:
    return ET.parse(DATA / name).getroot()  # noqa: S314 - a file of ours


def _shapes(group: ET.Element) -> tuple[Shape, ...]:
    paths = ({"paint": each.get("class"), "path": each.get("d")} for each in group.findall(f"{_SVG}path"))
    return tuple(msgspec.convert(each, Shape) for each in paths)


def print_tile(pattern: str, ink: str) -> str:
    """Returns the `<pattern>` element of a print in one ink; refer to it as `url(#print)`."""
    # `currentColor` is the ink.
    found = _TILE.fullmatch((DATA / "prints" / f"{pattern}.svg").read_text(encoding="utf-8").strip())
    assert found is not None, pattern
    size, marks = found.groups()
    return (
        f'<pattern id="{PRINT_ID}" width="{size}" height="{size}" color="{ink}" '
        f'patternUnits="userSpaceOnUse">{marks}</pattern>'
    )


# An id as the models have it: positive, no longer than 2**63 is.
_ID = re.compile(r"[1-9][0-9]{0,18}")

_SKINS = ("#f6d7c0", "#eec1a0", "#dca47c", "#c48a60", "#a06a47", "#7d5139")
_TINTS = ("#2a2225", "#4a3026", "#7a4a2b", "#b5793a", "#d9b36c", "#a33b2a", "#8e8a8a", "#d7d2cc")
_GROUNDS = ("#f2cfc2", "#cfe0d8", "#d9d3ec", "#f5e1b5", "#c9dced", "#ecd0dc", "#dde3c3")
_CLOTHES = tuple(COLOURS[key] for key in ("navy", "red", "green", "mustard", "teal", "lilac", "white"))


# Hair falls behind the head and over it; a beard has the same colour.
_HAIRSTYLES = (
    *(("long", False), ("bun", False), ("bob", False), ("curls", False)),
    *(("cropped", False), ("swept", False), ("cropped", True), ("swept", True)),
)


@cache
def _hair(style: str) -> Mapping[str, str]:
    """The paths of a hairstyle: `front`, and `back` if it has one."""
    return {each.get("class", ""): each.get("d", "") for each in _read(f"hair/{style}.svg")}


_BEARD = "M63 90 Q72 108 100 104 Q128 108 137 90 Q138 134 100 141 Q62 134 63 90 Z"
_RIMS = "M73 94 a12 12 0 1 0 24 0 a12 12 0 1 0 -24 0 M103 94 a12 12 0 1 0 24 0 a12 12 0 1 0 -24 0 M97 92 h6"
_INK = "#231818"


@cache
def _portrait() -> str:
    return (DATA / "portrait.svg").read_text(encoding="utf-8").replace("\n", "")


def portrait(number: str) -> str | None:
    """Returns the portrait of the user of this number, or None if it is not written as an id is."""
    if not _ID.fullmatch(number):
        return None
    random = SeededRandom(0, "portrait", int(number))
    skin, tint, (style, bearded) = random.pick(_SKINS), random.pick(_TINTS), random.pick(_HAIRSTYLES)
    ground, cloth, glasses = random.pick(_GROUNDS), random.pick(_CLOTHES), random.percent(30)
    hair = _hair(style)
    return _portrait().format(
        ground=ground,
        cloth=cloth,
        skin=skin,
        neck=mix(skin, "#5a2a1a", 18),
        hair=tint,
        front=hair["front"],
        back=hair.get("back", ""),
        back_hair=mix(tint, _INK, 18),
        beard=f'<path d="{_BEARD}" fill="{tint}"/>' if bearded else "",
        rims=f'<path d="{_RIMS}" stroke="{mix(skin, _INK, 70)}" stroke-width="2.5"/>' if glasses else "",
        # Lips show on a beard, a line does elsewhere.
        mouth=mix(skin, "#b03a3a", 50) if bearded else _INK,
    )


_BLACK = "#1d1a24"
_WHITE = "#ffffff"
_CREAM = "#f3ece1"
_SLATE = "#c3d0d4"

_STROKES: dict[Paint, float] = {"seam": 2, "chain": 4, "strap": 9}
_FIXED: dict[Paint, str] = {
    "pale": "#fbf6ec",
    "wood": "#b98a5e",
    "metal": "#d0ac62",
    "glow": "#f2b84b",
}

# Of a pair, the second one stands to the right of the first and behind it.
_BEHIND = "translate(26 -20)"
_BEFORE = "translate(-8 4)"

# The halves overlap by a hair, so that the ground does not show between them.
_MIRROR = "matrix(-1 0 0 1 199.4 0)"


def picture(slug: str) -> str | None:
    """Draws the picture that the demo's products and users point to.

    Args:
        slug: What stands between the images' path and `.svg`: garment and colour, maybe a pattern
            (`dress-red`, `shirt-navy-striped`), or `user-<id>`.

    Returns:
        A whole SVG document that refers to nothing outside itself, or None for an unknown slug.
    """
    subject, _, rest = slug.partition("-")
    if subject == "user":
        return portrait(rest)
    colour, dash, pattern = rest.partition("-")
    known = subject in SILHOUETTES and colour in COLOURS
    if not known or (dash and pattern not in PATTERNS):
        return None
    return _draw(drawing(subject), COLOURS[colour], pattern)


def _draw(drawing: Drawing, colour: str, pattern: str) -> str:
    ink = mix(colour, _CREAM, 80) if is_dark(colour) else mix(colour, _BLACK, 62)
    tile = print_tile(pattern, ink) if pattern else ""
    figure = _figure(drawing, colour, patterned=bool(pattern))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f"<defs>{tile}</defs>{_backdrop(colour)}"
        f'<g stroke-linecap="round" stroke-linejoin="round">{figure}</g></svg>'
    )


def _backdrop(colour: str) -> str:
    # A white garment would drown in a tint of itself.
    soft = _SLATE if colour == COLOURS["white"] else mix(mix(colour, _CREAM, 78), _WHITE, 18)
    return (
        f'<rect width="200" height="200" fill="{soft}"/>'
        f'<circle cx="100" cy="100" r="92" fill="{_WHITE}" fill-opacity=".4"/>'
    )


def _figure(drawing: Drawing, colour: str, *, patterned: bool) -> str:
    halves = "".join(_shape(shape, colour, patterned=patterned) for shape in drawing.halves)
    wholes = "".join(_shape(shape, colour, patterned=patterned) for shape in drawing.wholes)
    if drawing.pair:
        # The one behind is a tone darker, so that the two stand apart.
        far = mix(colour, _BLACK, 14)
        behind = "".join(_shape(shape, far, patterned=patterned) for shape in drawing.wholes)
        return f'<g transform="{_BEHIND}">{behind}</g><g transform="{_BEFORE}">{wholes}</g>'
    if halves:
        mirrored = f'<use href="#half" transform="{_MIRROR}"/>'
        return f'<g id="half">{halves}</g>{mirrored}{wholes}'
    return wholes


def _shape(shape: Shape, colour: str, *, patterned: bool) -> str:
    path, line = shape.path, _line(colour)
    if shape.paint in _STROKES:
        stroke = line if shape.paint == "seam" else mix(colour, _BLACK, 12)
        width = _STROKES[shape.paint]
        return f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="{width}"/>'
    filled = f'<path d="{path}" fill="{_fill(shape.paint, colour)}"/>'
    if patterned and shape.paint == "body":
        return f'{filled}<path d="{path}" fill="url(#{PRINT_ID})"/>'
    return filled


def _line(colour: str) -> str:
    return mix(colour, _WHITE, 32) if colour == COLOURS["black"] else mix(colour, _BLACK, 38)


def _fill(paint: Paint, colour: str) -> str:
    if paint == "shade":
        return mix(colour, _BLACK, 20)
    if paint == "light":
        return mix(colour, _WHITE, 28)
    return _FIXED.get(paint, colour)
