"""The graph as a picture."""

from xml.etree import ElementTree as ET

from ogrom.http import GRAPH
from ogrom.http.drawing import svg
from ogrom.http.drawing.dot import edge_name, next_nodes

WAY = {"initialize_context": True, "service_available": False, "handle_service_not_available": None}


def classes(drawing: str) -> dict[str, set[str]]:
    """The classes of each element that has an id."""
    found = (each for each in ET.fromstring(drawing).iter() if "id" in each.attrib)
    return {each.attrib["id"]: set(each.attrib.get("class", "").split()) for each in found}


def test_every_node_and_edge_can_be_found() -> None:
    """By the name of the node, and by the answer."""
    drawn = classes(svg())
    assert {f"node-{node.name}" for node in GRAPH} <= drawn.keys()
    assert {edge_name(node, answer) for node in GRAPH for answer in next_nodes(node)} <= drawn.keys()


def test_a_path_is_lit_with_its_answers_and_nothing_else_is() -> None:
    """Nodes and the edges between them."""
    drawn = classes(svg(WAY))
    lit = {name for name, each in drawn.items() if "lit" in each}
    assert lit == {f"node-{name}" for name in WAY} | {
        "edge-initialize_context-true",
        "edge-service_available-false",
    }
    assert "false" in drawn["node-service_available"]
    assert not {"true", "false"} & drawn["node-handle_service_not_available"]


def test_without_a_path_everything_is_alike() -> None:
    """Nothing is lit and nothing is pale."""
    assert not any("lit" in each for each in classes(svg()).values())
    assert 'class="graph"' in svg()
    assert 'class="graph traced"' in svg(WAY)


def test_notes_are_escaped() -> None:
    """A value that a client sent is text in the picture."""
    drawn = svg(WAY, {"service_available": '"><script>&'})
    titles = [each.text or "" for each in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}title")]
    assert any(title.endswith('"><script>&') for title in titles)
    assert "<script>" not in drawn


def test_only_a_picture_of_its_own_brings_its_style() -> None:
    """A page has it in its head already."""
    assert "<style>" in svg()
    assert "<style>" not in svg(alone=False)
