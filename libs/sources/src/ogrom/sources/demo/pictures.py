"""Pictures of products and users, drawn as SVG from nothing but their slugs."""

from .drawings import DRAWINGS
from .drawings.shapes import Drawing, Paint, Shape
from .garments import PATTERNS
from .palette import COLOURS
from .portraits import portrait
from .prints import PRINT_ID, print_tile
from .tones import is_dark, mix

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

# The halves overlap by a hair, lest the ground shine through between them.
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
    known = subject in DRAWINGS and colour in COLOURS
    if not known or (dash and pattern not in PATTERNS):
        return None
    return _draw(DRAWINGS[subject], COLOURS[colour], pattern)


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
