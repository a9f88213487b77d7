"""The graph as SVG, with the path of one request lit where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType

from jinja2 import Environment, StrictUndefined, Template

from ..graph import GRAPH, NODES, Node
from .dot import edge_name, label, next_nodes
from .layout import Box, Curve, layout
from .phases import phases

NO_ANSWERS: Mapping[str, bool | None] = MappingProxyType({})
NO_NOTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A node with its place; `note` is told to whoever points at it."""

    node: Node
    box: Box
    label: str
    classes: str
    note: str


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """An edge with its way."""

    name: str
    curve: Curve
    classes: str


def svg(
    answers: Mapping[str, bool | None] = NO_ANSWERS,
    notes: Mapping[str, str] = NO_NOTES,
    *,
    alone: bool = True,
) -> str:
    """Draw the graph.

    Args:
        answers: of the nodes of one path, in its order; None where there was none, as for a handler. The
            picture shows them in colour and everything else pale. Empty shows everything alike.
        notes: by node, what else to tell to whoever points at it.
        alone: whether it is a file of its own, with its style in it.
    """
    lit = _lit(answers)
    return _template().render(
        layout=layout(),
        phases=[(each, layout().phases[each.name]) for each in phases()],
        edges=sorted(_edges(lit), key=lambda edge: "lit" in edge.classes),
        nodes=[_node(each, answers, notes) for each in GRAPH],
        traced=bool(answers),
        style=style() if alone else "",
    )


@cache
def style() -> str:
    """The style sheet of the picture."""
    return (files("ogrom.http.drawing") / "graph.css").read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(
        (files("ogrom.http.drawing") / "graph.svg.jinja").read_text(encoding="utf-8")
    )


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
