import json
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest
from hypothesis import given, settings, strategies as st
from msgspec import Meta, Struct

from ogrom.http import Fault, Problem
from ogrom.http.content import (
    MAX_FAULTS,
    TOO_DEEP,
    Invalid,
    decode,
    faults,
    is_accepted,
    pointer,
)

T = TypeVar("T")


class Placement(Struct, forbid_unknown_fields=True):
    x: float
    product_id: Annotated[int, Meta(ge=1)]


class Draft(Struct, forbid_unknown_fields=True, rename="camel"):
    title: Annotated[str, Meta(min_length=1)]
    placements: list[Placement]
    sub_title: str | None = None
    size: tuple[int, str] = (1, "cm")
    prices: dict[str, int] = {}
    tags: set[str] = set()


class Circle(Struct, tag="circle", forbid_unknown_fields=True):
    radius: float


class Square(Struct, tag="square"):
    side: float


class Tree(Struct):
    children: "list[Tree]"


class Page(Struct, Generic[T]):
    items: list[T]


class Range(Struct):
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


def told(content: bytes, wanted: Any) -> list[tuple[str, str]]:
    found = decode(content, wanted)
    assert isinstance(found, Invalid)
    return [(fault.where, fault.detail) for fault in found.faults]


def refused(content: bytes, wanted: Any = Draft) -> str:
    found = decode(content, wanted)
    assert isinstance(found, Problem)
    return found.detail


def test_all_faults_are_told() -> None:
    """Every invalid field is named at once, however deep it is."""
    content = json.dumps(
        {
            "title": "",
            "placements": [
                {"x": "1", "product_id": 0},
                {"x": 1, "product_id": 1},
                {"product_id": 1, "y": 2},
                7,
            ],
            "subTitle": 3,
            "size": ["a", 2],
            "prices": {"de/DE~": "1", "grün": None},
            "tags": ["a", 1],
            "more": 1,
        }
    ).encode()
    assert told(content, Draft) == [
        ("#/title", "title must have at least 1 character"),
        ("#/placements/0/x", "x must be a number, not a string"),
        ("#/placements/0/product_id", "product_id must be at least 1"),
        ("#/placements/2/x", "x is required"),
        ("#/placements/2/y", "y is unknown; use one of x, product_id"),
        ("#/placements/3", "Each item must be an object, not a whole number"),
        ("#/subTitle", "subTitle must be a string or null, not a whole number"),
        ("#/size/0", "Each item must be a whole number, not a string"),
        ("#/size/1", "Each item must be a string, not a whole number"),
        ("#/prices/de~1DE~0", "de/DE~ must be a whole number, not a string"),
        ("#/prices/gr%C3%BCn", "grün must be a whole number, not null"),
        ("#/tags/1", "Each item must be a string, not a whole number"),
        ("#/more", "more is unknown; use one of title, placements, subTitle, size, prices, tags"),
    ]


@pytest.mark.parametrize(
    ("content", "wanted", "expected"),
    [
        (b'{"items": [1, "a"]}', Page[int], ("#/items/1", "Each item must be a whole number, not a string")),
        (
            b'{"type": "circle", "radius": "1"}',
            Circle | Square,
            ("#/radius", "radius must be a number, not a string"),
        ),
        (b'{"type": "oval"}', Circle | Square, ("#/type", "type cannot be 'oval'")),
        (b'{"type": "circle", "radius": "1"}', Circle, ("#/radius", "radius must be a number, not a string")),
        (b'{"low": 2, "high": 1}', Range, ("#", "low is above high")),
        (b'[{"low": 2, "high": 1}]', list[Range], ("#/0", "low is above high")),
        (b"[]", Draft, ("#", "The content must be an object, not a list")),
        (b"null", Draft, ("#", "The content must be an object, not null")),
        (b'{"1": 2, "x": 3}', dict[int, int], ("#", "Each key must be a whole number, not a string")),
        (b"[1, 2, 3]", tuple[int, int], ("#", "The content must have 2 items, not 3")),
        (b'{"a": [{"b": true}]}', dict[str, Any] | int, None),
        (
            b'{"a": "x"}',
            Annotated[dict[str, int], Meta(min_length=1)],
            ("#/a", "a must be a whole number, not a string"),
        ),
        (b"7", str | None, ("#", "The content must be a string or null, not a whole number")),
    ],
)
def test_places(content: bytes, wanted: Any, expected: tuple[str, str] | None) -> None:
    """The place of a fault is found in every kind of type."""
    if expected is None:
        assert decode(content, wanted) == json.loads(content)
    else:
        assert told(content, wanted) == [expected]


def test_what_may_be_anything_may_still_be_missing() -> None:
    """A field without default is wanted, even if any value would do."""

    class Anything(Struct):
        value: Any

    assert told(b"{}", Anything) == [("#/value", "value is required")]


def test_a_tag_is_no_unknown_field() -> None:
    """The field that tells the members of a union apart is known to each of them."""
    (fault,) = told(b'{"type": "circle", "radius": "1"}', Circle)
    assert fault[0] == "#/radius"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a", "#/a"),
        ("a/b", "#/a~1b"),
        ("a~b", "#/a~0b"),
        ("~1", "#/~01"),
        ("a b%", "#/a%20b%25"),
        ("ü", "#/%C3%BC"),
        ("", "#/"),
        ("\ud800", "#/%ED%A0%80"),
    ],
)
def test_pointers_are_escaped(name: str, expected: str) -> None:
    """A JSON Pointer as a fragment escapes ~ and / and then what no URI has (RFC 6901, 6)."""
    assert pointer("#", name) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["title", "x", "ü/~"]), inner)
    ),
    max_leaves=9,
)


drafts = st.fixed_dictionaries(
    {},
    optional={
        "title": st.just("t") | json_values,
        "placements": st.lists(st.just({"x": 1, "product_id": 7}) | json_values, max_size=3) | json_values,
        "subTitle": json_values,
        "size": st.just([1, "mm"]) | json_values,
        "prices": json_values,
        "tags": json_values,
        "more": st.just(1),
    },
)


@settings(deadline=None)
@given(drafts | json_values)
def test_content_is_a_value_or_has_faults(document: Any) -> None:
    """Content that is refused has at least one fault, each at a place that exists."""
    found = decode(json.dumps(document).encode(), Draft)
    if isinstance(found, Invalid):
        assert found.faults
        for fault in found.faults:
            assert fault.where.startswith("#")
            assert fault.detail
    else:
        assert isinstance(found, Draft)
        assert list(faults(document, Draft, "#")) == []


@given(st.binary(max_size=30) | st.text(alphabet='{}[]",:1a\\u', max_size=20).map(str.encode))
def test_no_content_breaks_the_decoder(content: bytes) -> None:
    """Whatever bytes arrive, they are a value, a Problem or a list of faults."""
    assert isinstance(decode(content, Draft), (Draft, Problem, Invalid))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "The request has no content; send a JSON document."),
        (b"  ", "The content is not valid JSON: it ends too early at byte 2."),
        (b'{"title": "a", ', "The content is not valid JSON: it ends too early at byte 15."),
        (b'{"title": "\\ud83d!"}', "The content is not valid JSON: half of a surrogate pair at byte 11."),
        (b'{"title": x}', "The content is not valid JSON: invalid character at byte 10."),
        (
            b'{"title": 1, "placements": }',
            "The content is not valid JSON: invalid character at byte 27.",
        ),
        (
            b'{"title": "a"} 1',
            "The content is not valid JSON: trailing characters at byte 16.",
        ),
        (b'{"title": "' + "ü".encode("latin-1") + b'"}', "The content is not UTF-8 at byte 11."),
        (b'{"title": 1, "x": "a\xff"}', "The content is not UTF-8 at byte 20."),
        (b"[" * 100_000, TOO_DEEP),
    ],
)
def test_what_is_no_json_is_told_with_its_place(content: bytes, expected: str) -> None:
    """Malformed content is a Problem that says at which byte."""
    assert refused(content) == expected


def test_surrogates_in_pairs_are_no_fault() -> None:
    """An escape of two halves is one character."""
    assert decode(b'"\\ud83d\\ude00"', str) == "\N{GRINNING FACE}"


def test_deep_nesting_is_refused_whatever_the_type() -> None:
    """Neither a type that nests nor one that does not lets content exhaust the stack."""
    depth = 100_000
    assert refused(b'{"children":[' * depth + b"]}" * depth, Tree) == TOO_DEEP
    assert refused(b'{"title":' * depth + b"1" + b"}" * depth) == TOO_DEEP


def test_a_fault_deep_in_a_tree_is_found_or_too_deep() -> None:
    """Searching for faults has an end where the stack has one."""

    def tree(depth: int) -> bytes:
        return b'{"children":[' * depth + b"7" + b"]}" * depth

    assert told(tree(20), Tree) == [
        ("#" + "/children/0" * 20, "Each item must be an object, not a whole number")
    ]
    assert isinstance(decode(tree(900), Tree), (Problem, Invalid))


def test_faults_are_told_up_to_a_limit() -> None:
    """A megabyte of faults does not become fifty megabytes of answer."""
    assert len(told(b"[" + b"0," * 99_999 + b"0]", list[str])) == MAX_FAULTS


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON", True),
        ("application/json; charset=utf-8", True),
        ("application/json;charset=UTF-8", True),
        ('application/json ; charset="utf-8"', True),
        ("application/json; charset=utf-8; x=1", True),
        ("application/json; charset=iso-8859-1", False),
        ("application/json; charset=utf-8; charset=latin1", False),
        ("application/jsonp", False),
        ("text/plain", False),
        ("", False),
        ("a p p l i c a t i o n/json", False),
    ],
)
def test_content_types(content_type: str, expected: bool) -> None:
    """JSON is read in UTF-8 only, however that is written."""
    assert is_accepted(content_type, ("application/json",)) is expected


def test_an_invalid_body_is_a_problem_with_its_faults() -> None:
    """Invalid content and its problem tell the same."""
    problem = Invalid((Fault("#/a", "Missing"),)).problem()
    assert problem.extensions == {"errors": [{"pointer": "#/a", "detail": "Missing"}]}


def test_any_json_fits_any() -> None:
    """A type without demands takes every document."""
    assert decode(b'{"a": [1]}', dict[str, Any]) == {"a": [1]}
    assert msgspec.json.decode(b"1", type=object) == decode(b"1", object)
