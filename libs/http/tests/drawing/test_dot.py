"""The phases of the graph."""

from ogrom.http import GRAPH
from ogrom.http.drawing.dot import phases


def test_every_node_but_the_handlers_is_in_one_phase() -> None:
    """In request order, so that the table and the picture are read alike."""
    asked = [node for phase in phases() for node in phase.nodes]
    assert asked == [node for node in GRAPH if node.kind != "handler"]


def test_no_phase_is_empty() -> None:
    """Each has a subject."""
    assert all(phase.nodes and phase.title for phase in phases())
