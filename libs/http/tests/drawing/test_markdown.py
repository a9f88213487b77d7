"""The graph as tables."""

from ogrom.http import GRAPH
from ogrom.http.drawing import dot, markdown


def test_every_node_has_its_row() -> None:
    """Once, under its phase or among the handlers."""
    rows = [line.split("`")[1] for line in markdown().splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(node.name for node in GRAPH)


def test_rows_say_what_stands_where_nobody_answers() -> None:
    """A constant, the method, the class or the request."""
    rows = {line.split("`")[1]: line for line in markdown().splitlines() if line.startswith("| `")}
    assert rows["service_available"].endswith("| true |")
    assert rows["method_delete"].endswith("| the method |")
    assert rows["known_method"].endswith("| the class decides |")
    assert rows["media_type_available"].endswith("| the request decides |")
    assert rows["post"].endswith("| does nothing |")
    assert "Only for PUT, PATCH, DELETE." in rows["precondition_required"]


def test_dot_has_every_node_and_edge() -> None:
    """Also those that the shipped layout draws itself."""
    text = dot()
    assert all(f'id="node-{node.name}"' in text for node in GRAPH)
    assert "exists -> method_put" in text
    assert "exists -> method_put" not in dot(jumps=False)
