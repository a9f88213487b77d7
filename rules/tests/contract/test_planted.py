"""The comparison finds each planted change, at its place, and nothing else."""

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ogrom_rules.contract import RULES, compare, resolved

HERE = Path(__file__).parent
SHOP = json.loads((HERE / "shop.json").read_text(encoding="utf-8"))
CHANGES = tomllib.loads((HERE / "planted.toml").read_text(encoding="utf-8"))["change"]
ROOTS: dict[str, tuple[str, ...]] = {
    "LIST": ("paths", "/products", "get"),
    "ADD": ("paths", "/products", "post"),
    "READ": ("paths", "/products/{product_id}", "get"),
    "DELETE": ("paths", "/products/{product_id}", "delete"),
    "PUT": ("paths", "/products/{product_id}", "put"),
    **{name: ("components", "schemas", name) for name in SHOP["components"]["schemas"]},
}


def edited(edits: list[list[Any]]) -> dict[str, Any]:
    """The shop's document with these changes."""
    document: dict[str, Any] = copy.deepcopy(SHOP)
    for path, *value in edits:
        first, *rest = path.split(" > ")
        keys = (*ROOTS.get(first, (first,)), *rest)
        way, last = keys[:-1], keys[-1]
        place: Any = document
        for each in way:
            place = place[index(place, each)]
        if last == "+":
            place.append(value[0])
        elif value:
            place[index(place, last)] = value[0]
        else:
            del place[index(place, last)]
    return document


def index(place: Any, key: str) -> Any:
    if isinstance(place, dict):
        return key
    return next(position for position, each in enumerate(place) if each.get("name") == key)


def cases() -> Iterator[Any]:
    for number, each in enumerate(CHANGES):
        name = f"{number}: {' and '.join(edit[0] for edit in each['edits'])}"
        yield pytest.param(SHOP, edited(each["edits"]), each["finds"], id=name)
        yield pytest.param(edited(each["edits"]), SHOP, each["back"], id=f"back from {name}")


@pytest.mark.parametrize(("old", "new", "expected"), list(cases()))
def test_what_changed_is_found_and_nothing_else(old: Any, new: Any, expected: list[str]) -> None:
    found = compare(old, new)
    assert sorted(f"{each.rule} @ {each.symbol}" for each in found) == sorted(expected)
    assert all(each.operations for each in found)
    assert not any(re.search(r"\{[a-z]+\}|(?<!-)None", each.text) for each in found)


def test_nothing_is_found_where_nothing_changed() -> None:
    assert compare(SHOP, SHOP) == ()
    assert compare({}, {}) == ()


@pytest.mark.parametrize("reference", ["#/components/parameters/a", "#/components/a", "other.json#/a"])
def test_a_reference_that_leads_to_no_component_is_refused(reference: str) -> None:
    """One that leads back to itself, too, instead of being followed for ever."""
    document = {"components": {"parameters": {"a": {"$ref": reference}}}}
    with pytest.raises(ValueError, match=f"the reference {reference} leads to no component"):
        resolved(document, {"$ref": reference})


def test_each_rule_has_a_pair_that_shows_it() -> None:
    """A hundred and fifty changes and more, each forwards and backwards."""
    shown = {line.split(" @ ")[0] for each in CHANGES for line in (*each["finds"], *each["back"])}
    assert shown == RULES.keys()
    assert len(CHANGES) >= 150


def test_each_rule_cites_a_line_that_is_there() -> None:
    contract = (HERE.parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
    for rule in RULES.values():
        assert rule.cites.startswith("RFC ") or f"\n{rule.cites}. **" in contract, rule.name


def test_one_change_of_a_schema_names_all_operations_that_show_it() -> None:
    (found,) = compare(SHOP, edited([["Product > properties > shop", {"type": "string"}]]))
    assert found.operations == (
        "GET /products",
        "POST /products",
        "GET /products/{product_id}",
        "PUT /products/{product_id}",
    )
