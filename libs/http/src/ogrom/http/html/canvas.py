"""Canvases: things that lie beside and above one another, drawn where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import urls

SIDE: Final = 1000
"""How many units a canvas is wide and high; places on it are fractions of that."""

_PLACE: Final = ("x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Piece:
    """A picture on a canvas, in the canvas's units; `turn` is an SVG transform, empty for none."""

    src: str
    href: str
    x: float
    y: float
    width: float
    height: float
    turn: str


def pieces(things: list[dict[str, Any]]) -> tuple[Piece, ...]:
    """The things that have a picture as pieces, the lowest first; none unless each thing has a place.

    Args:
        things: with `x`, `y`, `width` and `height` from 0 to 1, and `image`; perhaps with `rotation` in degrees
            clockwise, and a `z` that is higher the further in front it lies.
    """
    if not all(map(_is_placed, things)):
        return ()
    seen = (thing for thing in things if _is_seen(thing.get("image")))
    return tuple(map(_piece, sorted(seen, key=lambda thing: _number(thing, "z"))))


def _is_placed(thing: Mapping[str, Any]) -> bool:
    return all(_is_fraction(thing.get(name)) for name in _PLACE)


def _is_fraction(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= 1


def _is_seen(image: object) -> bool:
    return isinstance(image, str) and urls.is_picture("image", image)


def _piece(thing: Mapping[str, Any]) -> Piece:
    x, y, width, height = (round(SIDE * thing[name], 1) for name in _PLACE)
    degrees = _number(thing, "rotation")
    turn = f"rotate({degrees} {round(x + width / 2, 1)} {round(y + height / 2, 1)})" if degrees else ""
    links = thing.get("links")
    href = next(iter(links.values()), "") if isinstance(links, dict) else ""
    return Piece(
        thing["image"],
        href if isinstance(href, str) and urls.is_link(href) else "",
        x,
        y,
        width,
        height,
        turn,
    )


def _number(thing: Mapping[str, Any], name: str) -> float:
    number = thing.get(name)
    return number if isinstance(number, int | float) else 0.0
