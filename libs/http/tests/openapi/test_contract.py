"""The contract that a document makes."""

from typing import Any

import msgspec

from ogrom.http.openapi import contract, written

OPERATION = {
    "summary": "A thing.",
    "description": "It is found.",
    "tags": ["things"],
    "parameters": [{"name": "b", "in": "query"}, {"name": "a", "in": "query", "example": 1}],
    "responses": {
        "200": {
            "description": "It.",
            "content": {
                "text/csv": {"example": "x"},
                "application/json": {"schema": {"default": {"summary": 1}}},
            },
        }
    },
}
THING = {
    "type": "object",
    "description": "A thing.",
    "properties": {
        "title": {"type": "string"},
        "description": {"type": "string", "description": "In words."},
    },
    "required": ["title", "description"],
}
DOCUMENT: dict[str, Any] = {
    "servers": [{"url": "/b"}, {"url": "/a"}],
    "openapi": "3.1.1",
    "info": {"version": "1.0.0", "title": "Things", "description": "All of them."},
    "tags": [{"name": "things"}],
    "paths": {"/things": {"get": OPERATION}},
    "components": {"schemas": {"Thing": THING}},
}


def test_prose_is_left_out() -> None:
    """But for members that have the names of prose, and for values."""
    made = contract(DOCUMENT)
    assert "description" not in made["info"]
    assert "tags" not in made
    operation = made["paths"]["/things"]["get"]
    assert operation.keys() == {"parameters", "responses"}
    assert operation["parameters"] == [{"name": "b", "in": "query"}, {"name": "a", "in": "query"}]
    assert made["components"]["schemas"]["Thing"]["properties"] == {
        "title": {"type": "string"},
        "description": {"type": "string"},
    }
    assert operation["responses"]["200"]["description"] == ""  # OpenAPI does not do without
    content = operation["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["default"] == {"summary": 1}


def test_what_has_no_order_is_sorted() -> None:
    """The order of media types says which one is sent by default, and that of lists what comes first."""
    made = contract(DOCUMENT)
    assert list(made) == ["components", "info", "openapi", "paths", "servers", "x-contract-format"]
    assert made["servers"] == DOCUMENT["servers"]
    assert made["components"]["schemas"]["Thing"]["required"] == ["description", "title"]
    assert list(made["paths"]["/things"]["get"]["responses"]["200"]["content"]) == [
        "text/csv",
        "application/json",
    ]


def test_equal_contracts_are_the_same_bytes() -> None:
    """Whatever order the document was made in."""
    turned = dict(reversed(DOCUMENT.items()))
    assert written(contract(turned)) == written(contract(DOCUMENT))
    assert msgspec.json.decode(written(contract(DOCUMENT))) == contract(DOCUMENT)
    assert contract(contract(DOCUMENT)) == contract(DOCUMENT)
