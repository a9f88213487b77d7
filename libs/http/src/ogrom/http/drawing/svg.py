"""The graph as SVG, with the path of one request highlighted.

The places of nodes and edges are in layout.json, as Graphviz found them; `./dev graph` writes that file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType

import msgspec
from markupsafe import Markup

from ..graph import GRAPH, NODES, Node
from ..html.templating import ENVIRONMENT, trusted
from .dot import edge_name, label, next_nodes, phases

FILE = "layout.json"


class Box(msgspec.Struct, frozen=True, array_like=True):
    """A rectangle: its centre and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """The left edge."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """The top edge, counted downwards."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """The bottom edge, counted downwards."""
        return self.y + self.height / 2


class Curve(msgspec.Struct, frozen=True, array_like=True):
    """An edge: its line and its arrowhead, each as the `d` of an SVG path."""

    line: str
    head: str


class Layout(msgspec.Struct, frozen=True):
    """The places of all nodes and edges.

    Attributes:
        graphviz: the version that made it.
        width, height: of the picture, in pixels.
        phases: by the name of the phase.
        nodes: by name.
        edges: by `ogrom.http.drawing.dot.edge_name`.
    """

    graphviz: str
    width: float
    height: float
    phases: dict[str, Box]
    nodes: dict[str, Box]
    edges: dict[str, Curve]


@cache
def layout() -> Layout:
    """The layout that is shipped."""
    return msgspec.json.decode((files("ogrom.http.drawing") / FILE).read_bytes(), type=Layout)


NO_ANSWERS: Mapping[str, bool | None] = MappingProxyType({})
NO_NOTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node at its place; `note` is its tooltip."""

    node: Node
    box: Box
    label: str
    classes: str
    note: str


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """An edge with its curve."""

    name: str
    curve: Curve
    classes: str


def svg(
    answers: Mapping[str, bool | None] = NO_ANSWERS,
    notes: Mapping[str, str] = NO_NOTES,
    *,
    alone: bool = True,
) -> Markup:
    """Draw the graph.

    Args:
        answers: of the nodes of one path, in its order; None for a handler, and for a node that raised. The picture
            shows them in colour and everything else pale. Empty shows everything alike.
        notes: by node, what its tooltip says besides.
        alone: whether it is a file by itself, with its style in it.
    """
    lit = _lit(answers)
    drawn = ENVIRONMENT.get_template("graph.svg").render(
        layout=layout(),
        phases=[(each, layout().phases[each.name]) for each in phases()],
        edges=sorted(_edges(lit), key=lambda edge: "lit" in edge.classes),
        nodes=[_node(each, answers, notes) for each in GRAPH],
        traced=bool(answers),
        style=style() if alone else "",
    )
    return Markup(drawn)  # noqa: S704  # the template has escaped it


@cache
def style() -> Markup:
    """The style sheet of the picture."""
    return trusted("graph.css")


def _lit(answers: Mapping[str, bool | None]) -> set[str]:
    """The edges between consecutive nodes of the path."""
    path = list(answers)
    return {
        edge_name(NODES[before], answer)
        for before, after in pairwise(path)
        for answer, next_ in next_nodes(NODES[before]).items()
        if next_.name == after and answer is (answers[before] is not False)
    }


def _edges(lit: set[str]) -> list[DrawnEdge]:
    return [
        DrawnEdge(name, layout().edges[name], f"edge {_word(answer)}{' lit' if name in lit else ''}")
        for node in GRAPH
        for answer in next_nodes(node)
        for name in (edge_name(node, answer),)
    ]


def _node(node: Node, answers: Mapping[str, bool | None], notes: Mapping[str, str]) -> DrawnNode:
    classes = [node.kind, f"status-{node.status // 100}"] if node.status else [node.kind]
    if node.name in answers:
        answer = answers[node.name]
        classes += ["lit"] if answer is None else ["lit", _word(answer)]
    note = "\n".join(filter(None, (node.name, node.about, notes.get(node.name, ""))))
    return DrawnNode(node, layout().nodes[node.name], label(node), " ".join(classes), note)


def _word(answer: bool) -> str:
    return str(answer).lower()
