"""The graph as tables in Markdown, a table for each phase and one for the handlers."""

from __future__ import annotations

from collections.abc import Iterator

from ..graph import GRAPH, Node
from ..nodes import Constant
from .dot import phases

_ABOUT = "Every request begins at `initialize_context` and ends in a handler. Section numbers are RFC 9110's."
_ASKED = ("| node | asks | true leads to | false leads to | default |", "|---|---|---|---|---|")
_HANDLERS = ("| handler | status | says |", "|---|---|---|")


def markdown() -> str:
    """Every node of the graph, in request order."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("# The decision graph", "", _ABOUT, "")
    for phase in phases():
        yield from (f"## {phase.title}", "", *_ASKED, *map(_asked, phase.nodes), "")
    handlers = (node for node in GRAPH if node.kind == "handler")
    yield from ("## Handlers", "", *_HANDLERS, *map(_handler, handlers))


def _asked(node: Node) -> str:
    about = f"{node.about} Only for {', '.join(node.methods)}." if _is_limited(node) else node.about
    return f"| `{node.name}` | {about} | `{node.on_true}` | `{node.on_false}` | {_default(node)} |"


def _is_limited(node: Node) -> bool:
    return bool(node.methods) and not node.about.startswith("Is the method")


def _default(node: Node) -> str:
    if node.kind == "action":
        return "does nothing"
    if node.methods and not _is_limited(node):
        return "the method"
    if isinstance(node.default, Constant):
        if node.static is not None:
            return "the class decides"
        return str(node.default.value).lower()
    return "the request decides"


def _handler(node: Node) -> str:
    return f"| `{node.name}` | {node.status} | {node.about} |"
