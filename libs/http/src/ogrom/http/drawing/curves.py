"""Curves: the lines of edges as the `d` of SVG paths (SVG 2, section 9.3)."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

_RADIUS = 8.0
_HALF_HEAD = 3.0


def spline(points: Sequence[Point]) -> str:
    """A B-spline as Graphviz gives it: a start, then three points for each Bézier curve."""
    return f"M{_text(points[0])}C{' '.join(map(_text, points[1:]))}"


def rounded(points: Sequence[Point]) -> str:
    """Straight lines between points, with rounded corners."""
    parts = [f"M{_text(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        parts.append(f"L{_text(_towards(corner, before))}Q{_text(corner)} {_text(_towards(corner, after))}")
    return "".join((*parts, f"L{_text(points[-1])}"))


def head(last: Point, tip: Point) -> str:
    """A small triangle from the end of a line to its tip."""
    length = hypot(tip[0] - last[0], tip[1] - last[1]) or 1.0
    across = ((tip[1] - last[1]) * _HALF_HEAD / length, (last[0] - tip[0]) * _HALF_HEAD / length)
    left = (last[0] + across[0], last[1] + across[1])
    right = (last[0] - across[0], last[1] - across[1])
    return f"M{_text(left)}L{_text(tip)}L{_text(right)}z"


def _towards(corner: Point, other: Point) -> Point:
    """The point on the way to another where the corner's rounding begins."""
    length = hypot(other[0] - corner[0], other[1] - corner[1]) or 1.0
    share = min(_RADIUS / length, 0.5)
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def _text(point: Point) -> str:
    return ",".join(f"{each:.1f}".removesuffix(".0") for each in point)
