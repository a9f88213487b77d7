"""How a contract is written down."""

import json
from typing import Any

import pytest

from ogrom_tools.contracts.__main__ import difference
from ogrom_tools.contracts.document import same, text, without_prose
from ogrom_tools.contracts.history import Contracts
from ogrom_tools.projects import ROOT, discover

DOCUMENT: Any = {
    "servers": [{"url": "/"}],
    "info": {"title": "Shop", "version": "7", "description": "Buy."},
    "paths": {
        "/b": {
            "get": {
                "summary": "Read.",
                "tags": ["b"],
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {
                            "text/html": {"schema": {"type": "string", "example": "<p>"}},
                            "application/json": {"schema": {"$ref": "#/components/schemas/B"}},
                        },
                    }
                },
            }
        },
        "/a": {},
    },
    "components": {
        "schemas": {
            "B": {"title": "B", "properties": {"title": {"type": "string"}, "description": {"title": "x"}}}
        }
    },
}


def test_prose_is_no_contract() -> None:
    """But members of a schema that have such names are."""
    bare = without_prose(DOCUMENT)
    assert "servers" not in bare
    read = bare["paths"]["/b"]["get"]
    assert read.keys() == {"responses"}
    assert read["responses"]["200"].keys() == {"content"}
    assert bare["components"]["schemas"]["B"] == {
        "properties": {"title": {"type": "string"}, "description": {}}
    }


def test_keys_are_in_order_but_for_media_types() -> None:
    """The first of those is the default."""
    written = text(DOCUMENT, "1.2.0")
    read = json.loads(written)
    assert [*read["paths"]] == ["/a", "/b"]
    assert [*read["paths"]["/b"]["get"]["responses"]["200"]["content"]] == ["text/html", "application/json"]
    assert read["info"] == {"title": "Shop", "version": "1.2.0"}
    assert written == text(read, "1.2.0")


def test_contracts_are_the_same_whatever_their_version() -> None:
    """And whatever was let pass on the way."""
    assert same(DOCUMENT, json.loads(text(DOCUMENT, "9.0.0", {"9.0.0": "It had to be."})))
    other = json.loads(text(DOCUMENT, "7"))
    other["paths"]["/c"] = {}
    assert not same(DOCUMENT, other)


def test_our_contracts_are_all_there() -> None:
    """A file a version in order, no two that follow one another the same, and the service says the last."""
    contracts = Contracts.read(ROOT)
    versions = [each.version for each in contracts.entries]
    assert {each.stem for each in (ROOT / "contracts").glob("*.json")} == {*versions}
    documents = [contracts.document(each) for each in versions]
    assert not any(map(same, documents, documents[1:]))
    for version, document in zip(versions, documents, strict=True):
        reasons = document["info"].get("x-unannounced", {})
        kept = (ROOT / "contracts" / f"{version}.json").read_text(encoding="utf-8")
        assert kept == text(document, version, reasons)
    for path, content in contracts.files.items():
        assert (ROOT / path).read_text(encoding="utf-8") == content


@pytest.mark.slow
def test_our_service_keeps_its_contract() -> None:
    """On the releases that it pins; the text says what to do if it changed."""
    assert difference(discover(ROOT)) == ""
