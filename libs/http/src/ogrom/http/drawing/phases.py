"""Phases: the nodes of the graph by what they are about, as people read it and as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from ..graph import GRAPH, Node


@dataclass(frozen=True, slots=True)
class Phase:
    """Some consecutive nodes with one subject.

    Attributes:
        title: what they are about.
        nodes: in request order, without the handlers that they lead to.
        column: where it is drawn, counted from the left.
    """

    title: str
    nodes: tuple[Node, ...]
    column: int

    @property
    def name(self) -> str:
        """What the picture's element is called by: the first node."""
        return self.nodes[0].name


# The first node of each phase, its title and its column.
_STARTS = (
    ("initialize_context", "May it be served?", 0),
    ("valid_content_header", "Can it be read?", 0),
    ("accept_exists", "Which representation?", 0),
    ("body_valid", "Is there something?", 0),
    ("if_match_exists", "Do the preconditions hold?", 1),
    ("method_delete", "What is to be done?", 1),
    ("method_put", "There is nothing: was there, shall there be?", 2),
    ("conflict", "Do it", 1),
    ("post_redirect", "How is it told?", 1),
)


def phases() -> tuple[Phase, ...]:
    """All phases in request order; together they have every node but the handlers."""
    asked = [node for node in GRAPH if node.kind != "handler"]
    names = [node.name for node in asked]
    begins = [names.index(first) for first, _, _ in _STARTS]
    ends = (*begins[1:], len(asked))
    return tuple(
        Phase(title, tuple(asked[begin:end]), column)
        for (_, title, column), begin, end in zip(_STARTS, begins, ends, strict=True)
    )
