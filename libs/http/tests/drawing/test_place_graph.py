"""The layout that is shipped is that of the graph."""

import shutil

import pytest

from ogrom.http import GRAPH
from ogrom.http.drawing.dot import edge_name, next_nodes, phases
from ogrom.http.drawing.svg import layout

from .place_graph import graphviz_version, place

AGAIN = "the graph's table has changed: run `./dev graph`"


def test_every_node_and_edge_has_its_place() -> None:
    """A changed table needs a new layout."""
    edges = {edge_name(node, answer) for node in GRAPH for answer in next_nodes(node)}
    assert layout().nodes.keys() == {node.name for node in GRAPH}, AGAIN
    assert layout().edges.keys() == edges, AGAIN
    assert layout().phases.keys() == {phase.name for phase in phases()}, AGAIN


def test_no_node_covers_another() -> None:
    """Every name can be read."""
    boxes = sorted(layout().nodes.items())
    for position, (name, box) in enumerate(boxes):
        for other_name, other in boxes[position + 1 :]:
            apart = abs(box.x - other.x) >= (box.width + other.width) / 2
            assert apart or abs(box.y - other.y) >= (box.height + other.height) / 2, (name, other_name)


def test_everything_is_within_the_picture() -> None:
    """Nothing is cut off."""
    for box in (*layout().nodes.values(), *layout().phases.values()):
        assert 0 < box.left < box.right < layout().width
        assert 0 < box.top < box.bottom < layout().height


@pytest.mark.slow
def test_graphviz_places_it_so() -> None:
    """The shipped layout is Graphviz's, to the pixel if the version is the same."""
    assert shutil.which("dot"), "install the Debian package graphviz"
    placed = place()
    assert placed.nodes.keys() == layout().nodes.keys()
    assert placed.edges.keys() == layout().edges.keys()
    if graphviz_version() == layout().graphviz:
        assert placed == layout(), AGAIN
