"""Values for schemas: which are tried, and where they are put."""

from typing import Any

import pytest

from ogrom_tools.witness.values import found, put, smallest, takes, values

DOCUMENT = {
    "components": {
        "schemas": {
            "Money": {
                "type": "object",
                "properties": {"amount": {"type": "integer", "minimum": 5}, "note": {"type": "string"}},
                "required": ["amount"],
                "additionalProperties": False,
            }
        }
    }
}
MONEY = {"$ref": "#/components/schemas/Money"}
DRAFT = {
    "type": "object",
    "properties": {
        "prices": {"type": "array", "items": MONEY},
        "names": {"type": "object", "additionalProperties": {"type": "string"}},
        "price": {"anyOf": [MONEY, {"type": "null"}]},
    },
}


@pytest.mark.parametrize(
    ("schema", "inside", "outside"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 9}, [3, 9, 4, 8], [2, 10]),
        ({"type": "number", "exclusiveMinimum": 3}, [4], [3]),
        ({"type": "string", "minLength": 2, "maxLength": 3}, ["xx", "xxx"], ["x", "xxxx"]),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, ["EUR"], ["abc"]),
        ({"type": "string", "format": "date-time"}, ["2026-01-31T12:00:00Z"], ["x"]),
        ({"enum": ["a", "b"]}, ["a", "b"], ["x"]),
        ({"const": 4}, [4], [7]),
        ({"type": ["boolean", "null"]}, [True, False, None], ["x"]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 3}, [[7] * 3], [[7] * 4]),
        (MONEY, [{"amount": 5}, {"amount": 5, "note": "x"}], [{}, {"amount": 5, "unknown": 1}]),
    ],
)
def test_values_lie_on_both_sides_of_each_bound(schema: Any, inside: list[Any], outside: list[Any]) -> None:
    """Those that the schema takes, and their neighbours."""
    tried = list(values(schema, DOCUMENT))
    if schema.get("items"):
        tried = [[7] * len(each) if isinstance(each, list) else each for each in tried]
    assert all(each in tried and takes(schema, DOCUMENT, each) for each in inside), tried
    assert all(each in tried and not takes(schema, DOCUMENT, each) for each in outside), tried


def test_the_smallest_value_is_one_that_the_schema_takes() -> None:
    assert smallest(MONEY, DOCUMENT) == {"amount": 5}
    assert smallest({"not": {}}, DOCUMENT) is None


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("price", "note"), "x", {"price": {"amount": 5, "note": "x"}}),
        (("prices", "[]", "amount"), 4, {"prices": [{"amount": 4}]}),
        (("prices", "[]", "amount"), ..., {"prices": [{}]}),
        (("names", "{}"), 7, {"names": {"some": 7}}),
        (("prices",), ..., {}),
        ((), 3, 3),
    ],
)
def test_a_value_is_put_where_a_path_leads(path: tuple[str, ...], value: Any, expected: Any) -> None:
    """What lacks on the way is made."""
    assert put({}, path, value, DRAFT, DOCUMENT) == expected


def test_what_is_there_stays() -> None:
    there = {"price": {"amount": 8}, "names": {"a": "b"}}
    expected = {"price": {"amount": 8, "note": "x"}, "names": {"a": "b"}}
    assert put(there, ("price", "note"), "x", DRAFT, DOCUMENT) == expected


def test_values_are_found_at_a_path() -> None:
    """`...` stands for a member that lacks."""
    content = {"items": [{"a": 1}, {"a": 2}, {}], "names": {"x": {"b": 3}, "y": {"b": 4}}}
    assert list(found(content, ("items", "[]", "a"))) == [1, 2, ...]
    assert list(found(content, ("names", "{}", "b"))) == [3, 4]
    assert list(found(content, ("none", "a"))) == []
    assert list(found(content, ())) == [content]
