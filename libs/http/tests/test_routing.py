"""The tree of routes: what it finds is what Werkzeug finds, and how long that takes does not grow."""

import gc
import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from ogrom.http.flask.blueprint import CONVERTER, MountRule, PositiveConverter, _rule
from ogrom.http.routing import Router, positive

TEMPLATES = (
    "/",
    "/products",
    "/products/{number}",
    "/products/{number}/parts/{word}",
    "/users/{word}",
    "/users/me",
    "/users/me/likes",
    "/users/{word}/likes",
    "/both/{number}",
    "/both/{word}",
    "/both/{word}/end",
    "/shop/",
)
TYPES: dict[str, type] = {"number": int, "word": str}
SEGMENTS = (
    "",
    "products",
    "users",
    "me",
    "likes",
    "parts",
    "both",
    "end",
    "shop",
    "7",
    "07",
    "0",
    "a b",
    "9" * 19,
)


@pytest.fixture(scope="module")
def routes() -> Router[str]:
    made: Router[str] = Router()
    for template in TEMPLATES:
        made.add(template, TYPES, template)
    return made


def found_by_werkzeug(path: str) -> tuple[str, dict[str, Any]] | None:
    rules = [MountRule(_rule(template, TYPES), endpoint=template) for template in TEMPLATES]
    adapter = Map(rules, converters={CONVERTER: PositiveConverter}, merge_slashes=False).bind("shop.example")
    try:
        endpoint, arguments = adapter.match(path)
    except HTTPException:
        return None
    return endpoint, dict(arguments)


@given(st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=5))
def test_what_is_found_is_what_werkzeug_finds(routes: Router[str], segments: list[str]) -> None:
    """And where nothing is found, Werkzeug may still find something, by going back."""
    path = "/" + "/".join(segments)
    found = routes.match(path)
    assert found is None or found == found_by_werkzeug(path)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/"),
        ("/products/7", "/products/{number}"),
        ("/products/7/parts/a b", "/products/{number}/parts/{word}"),
        ("/users/me", "/users/me"),
        ("/users/you", "/users/{word}"),
        ("/users/you/likes", "/users/{word}/likes"),
        ("/both/7", "/both/{number}"),
        ("/both/seven", "/both/{word}"),
        ("/shop/", "/shop/"),
    ],
)
def test_each_template_is_found(routes: Router[str], path: str, target: str) -> None:
    """So that the property above does not hold merely because nothing is found."""
    found = routes.match(path)
    assert found is not None
    assert found[0] == target


@pytest.mark.parametrize(
    "path",
    ["", "products", "/products/", "/products/07", "/users/", "/nothing", "/shop", "*", "/both/" + "9" * 19],
)
def test_what_no_template_is_like_is_not_found(routes: Router[str], path: str) -> None:
    """However near it comes."""
    assert routes.match(path) is None


def test_of_two_equal_templates_the_first_counts() -> None:
    """As with Werkzeug's rules; what the variables are called is each one's own."""
    made: Router[int] = Router()
    made.add("/a/{number}", TYPES, 1)
    made.add("/a/{other}", {"other": int}, 2)
    made.add("/a/{other}/b", {"other": int}, 3)
    assert (made.match("/a/7"), made.match("/a/7/b")) == ((1, {"number": 7}), (3, {"other": 7}))


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), (str(2**63 - 1), 2**63 - 1), (str(2**63), None), ("0", None), ("01", None), ("\u0661", None)],
)
def test_a_number_has_one_spelling(text: str, number: int | None) -> None:
    """Each thing has one URL."""
    assert positive(text) == number


def cost(routes: Router[str], path: str) -> int:
    """The calls of Python's own functions and of C's that it takes to find a path."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    gc.disable()  # others have callbacks there
    sys.setprofile(count)
    try:
        routes.match(path)
    finally:
        sys.setprofile(None)
        gc.enable()
    return counted


def test_finding_costs_the_same_among_any_number_of_routes() -> None:
    """Ten routes or fifty thousand, in a market or in fifty; for what is there and for what is not."""
    costs = set()
    for markets, kinds in ((1, 10), (1, 5000), (50, 1000)):
        made: Router[str] = Router()
        for market in range(markets):
            for kind in range(kinds):
                made.add(f"/v1/{market}/kind-{kind}/{{number}}", TYPES, "found")
        last = f"/v1/{markets - 1}/kind-{kinds - 1}/7"
        assert made.match(last) == ("found", {"number": 7})
        costs.add(tuple(cost(made, path) for path in (last, f"{last}x", "/nothing")))
    assert len(costs) == 1
