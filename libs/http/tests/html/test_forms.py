"""Forms: the query of a resource, and URI templates."""

from typing import Any


def test_a_template_is_a_form(page: Any) -> None:
    """A URI template with query parameters can be filled in; any other one is a text."""
    reader, text = page({"templates": {"search": "/search{?q,limit}", "like": "/likes/{user_id}"}})
    assert ("form", {"method": "get", "action": "/search"}) in reader.elements
    assert reader.all("input", "name") == ["q", "limit"]
    assert ">/likes/{user_id}<" in text


def test_the_query_is_a_form(page: Any, search_resource: Any) -> None:
    """Each parameter has an input of its kind, filled in as it was sent, with what it takes and what is assumed."""
    reader, text = page({"n": 1}, "/s?q=%22%3E<&limit=5", search_resource)
    inputs = {attrs["name"]: attrs for tag, attrs in reader.elements if tag == "input"}
    assert inputs["q"]["value"] == '"><'
    assert "required" in inputs["q"]
    assert (inputs["limit"]["type"], inputs["limit"]["min"], inputs["limit"]["max"]) == ("number", "1", "100")
    assert "a whole number from 1 to 100, 20 by default" in text
    assert "separated by commas" in text
    assert reader.all("select", "name") == ["kind"]
