"""Lays out the graph with Graphviz and writes what is shipped, drawing/layout.json: `./dev graph` runs this."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from math import hypot
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from ogrom.http.drawing.dot import POINTS_PER_INCH, dot, edge_name, next_nodes, phases
from ogrom.http.drawing.svg import FILE, Box, Curve, Layout

Point: TypeAlias = tuple[float, float]

_MARGIN = 20
"""Around everything; edges that jump over a column pass there."""

_HEAD = 6.0
"""The length of an arrowhead."""


def graphviz_version() -> str:
    """The version of the `dot` that is installed.

    Raises:
        FileNotFoundError: there is none; on Debian, install the package graphviz.
    """
    said = subprocess.run(("dot", "-V"), check=True, capture_output=True, text=True).stderr
    found = re.search(r"version (\S+)", said)
    assert found is not None
    return found[1]


def place() -> Layout:
    """Lay out the graph with Graphviz.

    Raises:
        FileNotFoundError: there is no `dot`; on Debian, install the package graphviz.
    """
    command = ("dot", "-Tjson")
    said = subprocess.run(command, check=True, capture_output=True, text=True, input=dot(jumps=False))
    drawn = msgspec.json.decode(said.stdout)
    _, _, width, height = map(float, drawn["bb"].split(","))
    nodes, boxes = {}, {}
    for each in drawn["objects"]:
        kind, _, name = each.get("id", "").partition("-")
        if kind == "node":
            nodes[name] = _node_box(each, height)
        else:
            boxes[f"{kind}-{name}"] = _cluster_box(each, height)
    edges = {each["id"]: _curve(each["pos"], height) for each in drawn["edges"] if "id" in each}
    return Layout(
        graphviz=graphviz_version(),
        width=width + 2 * _MARGIN,
        height=height + 2 * _MARGIN,
        phases={name.removeprefix("phase-"): box for name, box in boxes.items() if name.startswith("phase")},
        nodes=nodes,
        edges=edges | _jumps(nodes, boxes),
    )


def _node_box(said: Mapping[str, Any], height: float) -> Box:
    x, y = _point(said["pos"], height)
    size = (round(float(said[side]) * POINTS_PER_INCH, 1) for side in ("width", "height"))
    return Box(x, y, *size)


def _cluster_box(said: Mapping[str, Any], height: float) -> Box:
    left, bottom, right, top = map(float, said["bb"].split(","))
    (x0, y0), (x1, y1) = _placed(left, top, height), _placed(right, bottom, height)
    return Box(round((x0 + x1) / 2, 1), round((y0 + y1) / 2, 1), round(x1 - x0, 1), round(y1 - y0, 1))


def _placed(x: float, y: float, height: float) -> Point:
    """A point as SVG counts: downwards, and within the margin."""
    return round(x + _MARGIN, 1), round(height - y + _MARGIN, 1)


def _point(text: str, height: float) -> Point:
    x, y = map(float, text.split(","))
    return _placed(x, y, height)


def _curve(pos: str, height: float) -> Curve:
    """An edge as Graphviz writes it: `e,` and its end, then the points of a B-spline."""
    end, *points = (_point(part.removeprefix("e,"), height) for part in pos.split())
    return Curve(spline(points), head(points[-1], end))


def _jumps(nodes: Mapping[str, Box], boxes: Mapping[str, Box]) -> dict[str, Curve]:
    """The edges to the heads of further columns, which Graphviz would lead all around."""
    columns = {node.name: phase.column for phase in phases() for node in phase.nodes}
    jumps: dict[str, Curve] = {}
    for node in (node for phase in phases() for node in phase.nodes):
        for answer, next_ in next_nodes(node).items():
            if columns.get(next_.name, 0) > columns[node.name]:
                lane = 8.0 * (1 + len(jumps))
                aside = boxes[f"column-{columns[node.name]}"].right + lane
                over = columns[next_.name] - columns[node.name] > 1
                curve = _jump(nodes[node.name], nodes[next_.name], lane, aside, over=over)
                jumps[edge_name(node, answer)] = curve
    return jumps


def _jump(start: Box, end: Box, lane: float, aside: float, *, over: bool) -> Curve:
    """Down from a node, up beside its column, and into the next one from the left or, over another, the top."""
    x, below = start.x + lane, start.bottom + lane
    way = [(x, start.bottom), (x, below)]
    if over:
        above, last, tip = _MARGIN / 2, (end.x, end.top - _HEAD), (end.x, end.top)
        way += [(aside, below), (aside, above), (end.x, above), last]
    else:
        last, tip = (end.left - _HEAD, end.y), (end.left, end.y)
        way += [(aside, below), (aside, end.y), last]
    return Curve(rounded(way), head(last, tip))


# Lines as the `d` of SVG paths (SVG 2, section 9.3).

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


def main() -> None:
    """Write the layout into the source of the package."""
    path = Path(str(files("ogrom.http.drawing"))) / FILE
    path.write_bytes(msgspec.json.format(msgspec.json.encode(place()), indent=1) + b"\n")
    sys.stdout.write(f"{path.name}: written\n")


if __name__ == "__main__":
    main()
