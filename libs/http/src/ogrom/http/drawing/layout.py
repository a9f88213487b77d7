"""The layout: where each node and edge of the picture is, as Graphviz placed it when the package was made.

It lies beside this module as layout.json; `python -m ogrom.http.drawing` writes it anew.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

FILE = "layout.json"


class Box(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle: its centre and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """Where it begins, counted downwards."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """Where it ends, counted downwards."""
        return self.y + self.height / 2


class Curve(msgspec.Struct, frozen=True, array_like=True):
    """An edge: its line and its arrowhead, each as the `d` of an SVG path."""

    line: str
    head: str


class Layout(msgspec.Struct, frozen=True):
    """A place for everything.

    Attributes:
        graphviz: the version that made it.
        width, height: of the picture, in pixels.
        phases: by the name of the phase.
        nodes: by name.
        edges: by the name that `ogrom.http.drawing.dot.edge_name` gives.
    """

    graphviz: str
    width: float
    height: float
    phases: dict[str, Box]
    nodes: dict[str, Box]
    edges: dict[str, Curve]


@cache
def layout() -> Layout:
    """The layout of the graph as it is shipped."""
    return msgspec.json.decode((files("ogrom.http.drawing") / FILE).read_bytes(), type=Layout)
