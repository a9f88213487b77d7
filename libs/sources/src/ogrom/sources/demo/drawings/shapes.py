"""What drawings are made of: paths on a square of 200 units, each with the paint it takes."""

from typing import Literal, TypeAlias

from msgspec import Struct

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
    """A silhouette.

    `halves` are drawn left of the middle and mirrored to the right, `wholes` lie above them. Of a `pair`, as of
    shoes, a second one stands behind the first.
    """

    halves: tuple[Shape, ...] = ()
    wholes: tuple[Shape, ...] = ()
    pair: bool = False
