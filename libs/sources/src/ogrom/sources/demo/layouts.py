"""Layouts: where the pieces of a collage lie. Lengths are thousandths of its width and height."""

from collections.abc import Sequence

from ogrom.protocols.models import Placement

from .draws import Draws

# (x, y, side) of squares on a loose grid: the first is the main piece, later ones may lie on earlier ones.
_Square = tuple[int, int, int]
_LAYOUTS: dict[int, tuple[_Square, ...]] = {
    3: ((40, 180, 560), (610, 90, 340), (600, 520, 360)),
    4: ((40, 60, 540), (590, 50, 360), (560, 450, 400), (130, 620, 320)),
    5: ((40, 50, 500), (550, 40, 400), (600, 460, 350), (320, 580, 340), (50, 600, 280)),
    6: (
        (40, 40, 460),
        (500, 40, 450),
        (630, 500, 320),
        (340, 510, 320),
        (50, 520, 300),
        (420, 740, 210),
    ),
    7: (
        (40, 40, 440),
        (490, 40, 460),
        (660, 510, 300),
        (360, 510, 310),
        (50, 500, 300),
        (210, 750, 210),
        (560, 750, 200),
    ),
    8: (
        (40, 40, 420),
        (450, 40, 420),
        (640, 450, 320),
        (340, 470, 320),
        (40, 470, 300),
        (150, 750, 210),
        (480, 750, 210),
        (740, 750, 210),
    ),
}
_JITTER = 20


def draw_layout(products: Sequence[int], draws: Draws) -> tuple[Placement, ...]:
    """Returns a place for each of three to eight products, inside the unit square, each above the last."""
    mirrored = draws.percent(50)
    return tuple(
        _place(product_id, square, mirrored, z, draws)
        for z, (product_id, square) in enumerate(zip(products, _LAYOUTS[len(products)], strict=True))
    )


def _place(product_id: int, square: _Square, mirrored: bool, z: int, draws: Draws) -> Placement:
    left, top, side = square
    if mirrored:
        left = 1000 - left - side
    return Placement(
        product_id=product_id,
        x=(left + draws.between(-_JITTER, _JITTER)) / 1000,
        y=(top + draws.between(-_JITTER, _JITTER)) / 1000,
        width=side / 1000,
        height=side / 1000,
        rotation=draws.between(-12, 12) / 2,
        z=z,
    )
