"""The graph in DOT, the language of Graphviz, which finds a place for every node and edge.

Sizes are fixed here, so that a layout does not depend on the fonts of the machine that makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..graph import EXCEPTION, GRAPH, NODES, START, Node


@dataclass(frozen=True, slots=True)
class Phase:
    """Consecutive nodes with one subject.

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
        """The id of the picture's element: the first node."""
        return self.nodes[0].name


# The first node of each phase, its title and its column.
_STARTS = (
    ("initialize_context", "May it be served?", 0),
    ("valid_content_header", "Can it be read?", 0),
    ("accept_exists", "Which representation?", 0),
    ("body_valid", "May its content be written?", 0),
    ("idempotency_key_exists", "Was it carried out already?", 0),
    ("processable", "Is there something?", 0),
    ("entity_allowed", "May it be changed, do the preconditions hold?", 1),
    ("method_delete", "What is to be done?", 1),
    ("method_put", "There is nothing: was there, may it be made?", 2),
    ("conflict", "Do it", 1),
    ("post_redirect", "What does the response say?", 1),
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


POINTS_PER_INCH = 72
HEIGHT = 22
"""Of a node, in points, which are pixels in the picture."""

_LETTER, _MARGIN = 6.4, 18.0
_HEAD = """digraph ogrom {
  graph [rankdir=TB, ranksep=0.22, nodesep=0.06, newrank=true];
  node [fixedsize=true, fontname="sans-serif", fontsize=11, shape=box, style=rounded];
  edge [arrowsize=0.6];
"""


def label(node: Node) -> str:
    """What is written on a node: its name; a handler's after its status."""
    return f"{node.status} {node.name.removeprefix('handle_')}" if node.kind == "handler" else node.name


def next_nodes(node: Node) -> dict[bool, Node]:
    """Where a node leads, by its answer; an action's is always True."""
    if node.kind == "handler":
        return {}
    if node.on_true == node.on_false:
        return {True: NODES[node.on_true]}
    return {True: NODES[node.on_true], False: NODES[node.on_false]}


def dot(*, jumps: bool = True) -> str:
    """The whole graph in DOT: each phase a cluster, each column of phases a cluster with their handlers.

    Args:
        jumps: whether to include the edges to another column.
    """
    columns = _columns()
    drawn = "".join(_column(number, columns) for number in sorted(set(columns.values())))
    edges = "".join(f"  {line}\n" for line in _edges(columns, jumps=jumps))
    return f"{_HEAD}{drawn}{edges}}}\n"


def edge_name(node: Node, answer: bool) -> str:
    """The id of an edge in the picture."""
    return f"edge-{node.name}-{str(answer).lower()}"


def _columns() -> dict[str, int]:
    """The column of each node; a handler's is that of the first node that leads to it."""
    columns = {EXCEPTION: 0} | {node.name: phase.column for phase in phases() for node in phase.nodes}
    for node in GRAPH:
        for next_ in next_nodes(node).values():
            columns.setdefault(next_.name, columns[node.name])
    return columns


def _column(number: int, columns: dict[str, int]) -> str:
    parts = (_phase(each) for each in phases() if each.column == number)
    handlers = (_node(each) for each in GRAPH if each.kind == "handler" and columns[each.name] == number)
    content = "".join((*parts, *(f"    {line}\n" for line in handlers)))
    about = f'id="column-{number}", style=invis'
    return f"  subgraph cluster_column_{number} {{\n    graph [{about}];\n{content}  }}\n"


def _phase(phase: Phase) -> str:
    nodes = "".join(f"      {_node(node)}\n" for node in phase.nodes)
    about = f'id="phase-{phase.name}", label="{phase.title}", fontsize=12, margin=6, style=solid'
    return f"    subgraph cluster_{phase.name} {{\n      graph [{about}];\n{nodes}    }}\n"


def _node(node: Node) -> str:
    width = (_LETTER * len(label(node)) + _MARGIN) / POINTS_PER_INCH
    size = f"width={width:.3f}, height={HEIGHT / POINTS_PER_INCH:.3f}"
    return f'{node.name} [id="node-{node.name}", label="{label(node)}", {size}];'


def _edges(columns: dict[str, int], *, jumps: bool) -> Iterator[str]:
    for node in GRAPH:
        for answer, next_ in next_nodes(node).items():
            style = "solid" if answer else "dashed"
            is_jump = columns[next_.name] > columns[node.name]
            free = ", constraint=false" if is_jump else ""
            if jumps or not is_jump:
                yield f'{node.name} -> {next_.name} [id="{edge_name(node, answer)}", style={style}{free}];'
    yield f"{START} -> {EXCEPTION} [style=invis];"
