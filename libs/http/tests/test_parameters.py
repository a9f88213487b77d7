import json
from enum import Enum
from typing import Annotated, Any

import pytest
from hypothesis import given, settings, strategies as st
from msgspec import Meta, Struct, field

from ogrom.http import Endpoint, Exchange, Mount, PathParameter, Problem, QueryParameters, Resource
from ogrom.http.content import MAX_FAULTS
from ogrom.http.parameters import no_query, parse_query
from ogrom.http.testing import call

X = Exchange[Any, Any, Any]


class Order(Enum):
    NEWEST = "newest"
    OLDEST = "oldest"


class Filter(Struct, frozen=True):
    category_id: int | None = None
    ids: tuple[int, ...] | None = None
    words: list[str] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    sale: bool = False
    order: Order = Order.NEWEST
    page: int = field(default=1, name="page/~number")


class Between(Struct, frozen=True):
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


FILTER = QueryParameters(Filter)


class Products(Resource[object]):
    query = FILTER

    def handle_ok(self, x: X) -> object:
        return self.query(x)


def faults_in(query: str, parameters: QueryParameters[Any] = FILTER) -> list[tuple[str, str]]:
    found = parameters.decode(query)
    assert isinstance(found, Problem)
    errors: Any = found.extensions["errors"]
    return [(error["parameter"], error["detail"]) for error in errors]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Filter()),
        ("limit=3", Filter(limit=3)),
        ("ids=1,2&sale=true", Filter(ids=(1, 2), sale=True)),
        ("ids=1%2C2", Filter(ids=(1, 2))),
        ("ids=", Filter(ids=())),
        ("words=a+b,%C3%BC", Filter(words=["a b", "ü"])),
        ("order=oldest&category_id=7", Filter(order=Order.OLDEST, category_id=7)),
        ("page/~number=2", Filter(page=2)),
        ("&limit=3&", Filter(limit=3)),
    ],
)
def test_a_query_is_a_struct(query: str, expected: Filter) -> None:
    """Each parameter becomes the field of its name, of the field's type."""
    assert FILTER.decode(query) == expected


def test_all_faults_of_a_query_are_told() -> None:
    """Whatever is unknown, given twice or of the wrong type is named at once."""
    assert faults_in("limit=0&foo=1&sale=x&sale=1&category_id=a&ids=1,a,b&order=up&foo=2&page/~number=x") == [
        ("foo", "foo is not a known parameter"),
        ("sale", "sale may be given only once"),
        ("category_id", "category_id must be a whole number"),
        ("ids", "Each item must be a whole number"),
        ("ids", "Each item must be a whole number"),
        ("limit", "limit must be between 1 and 100"),
        ("order", "order must be one of newest, oldest"),
        ("page/~number", "page/~number must be a whole number"),
    ]


def test_the_word_null_is_no_value() -> None:
    """`null` is a fault in any parameter that is not text: leave the parameter out instead."""
    problem = QueryParameters(Filter).decode("category_id=null&ids=NULL")
    assert isinstance(problem, Problem)
    assert problem.extensions["errors"] == [
        {"parameter": "category_id", "detail": "category_id cannot be null; leave it out"},
        {"parameter": "ids", "detail": "ids cannot be null; leave it out"},
        {"parameter": "ids", "detail": "Each item must be a whole number"},
    ]


def test_bytes_that_are_no_text_are_a_fault() -> None:
    """They are refused rather than read as U+FFFD, which itself may be sent."""
    assert faults_in("words=%FFa&limit=1&%C3=1") == [
        ("words", "words must be percent-encoded UTF-8"),
        ("\ufffd", "\ufffd must be percent-encoded UTF-8"),
        ("\ufffd", "\ufffd is not a known parameter"),
    ]
    assert FILTER.decode("words=%EF%BF%BD") == Filter(words=["\ufffd"])


def test_a_missing_parameter_is_a_fault() -> None:
    """A field without default has to be there, even in an empty query."""
    between = QueryParameters(Between)
    assert faults_in("", between) == [("low", "low is required"), ("high", "high is required")]
    assert faults_in("low=1", between) == [("high", "high is required")]


def test_a_fault_of_all_parameters_together_has_no_name() -> None:
    """What the struct as a whole refuses is reported, though no single parameter is to blame."""
    assert faults_in("low=2&high=1", QueryParameters(Between)) == [("", "low is above high")]
    assert QueryParameters(Between).decode("low=1&high=2") == Between(1, 2)


def test_many_faults_are_told_up_to_a_limit() -> None:
    """A long query does not become a longer answer."""
    query = "&".join(f"x{n}=1" for n in range(MAX_FAULTS * 2))
    assert len(faults_in(query)) == MAX_FAULTS
    problem = no_query(query)
    assert isinstance(problem, Problem)
    errors: Any = problem.extensions["errors"]
    assert len(errors) == MAX_FAULTS


@settings(deadline=None)
@given(st.text(alphabet="limtdsagehow=&,%1+;C3üx") | st.text())
def test_no_query_breaks_the_parser(query: str) -> None:
    """Whatever a client sends is a value or a Problem with faults."""
    found = FILTER.decode(query)
    if isinstance(found, Problem):
        assert found.extensions["errors"]
    else:
        assert isinstance(found, Filter)


filters = st.builds(
    Filter,
    category_id=st.none() | st.integers(min_value=-(2**63), max_value=2**63 - 1),
    ids=st.none() | st.lists(st.integers(min_value=0, max_value=2**63 - 1)).map(tuple),
    words=st.none()
    | st.lists(st.text(st.characters(exclude_characters=",", codec="utf-8"), min_size=1), min_size=1),
    limit=st.integers(min_value=1, max_value=100),
    sale=st.booleans(),
    order=st.sampled_from(Order),
)
MOUNT = Mount("", (Endpoint("products", "/", Products()),))


@settings(deadline=None)
@given(filters)
def test_a_link_is_read_as_it_was_built(wanted: Filter) -> None:
    """The query that a link builds gives the values that it was built from."""
    given_values = {name: getattr(wanted, name) for name in wanted.__struct_fields__ if name != "page"}
    path, _, query = MOUNT.links["products"]["products"](given_values).partition("?")
    assert path == "/"
    assert FILTER.decode(query) == wanted


@pytest.mark.parametrize("word", ["null", "NULL", "Null"])
def test_null_is_a_word_in_a_list_of_words(word: str) -> None:
    """There it is not taken for None; among numbers it is a fault."""
    found = FILTER.decode(f"words={word}")
    assert isinstance(found, Filter)
    assert found.words == [word]
    assert faults_in(f"ids={word}")


def test_a_resource_reads_its_query() -> None:
    """The parameters are the resource's before any decision about the entity."""
    response, _ = call(Products(), target="/products?limit=3&sale=1")
    assert (json.loads(response.content)["limit"], json.loads(response.content)["sale"]) == (3, True)


def test_a_faulty_query_is_a_400() -> None:
    """A mistyped parameter is answered with those that are known."""
    response, path = call(Products(), target="/?Limit=3")
    document = json.loads(response.content)
    assert (response.status, path[-1]) == (400, "handle_malformed")
    assert document["errors"] == [{"parameter": "Limit", "detail": "Limit is not a known parameter"}]
    known = "category_id, ids, words, limit, sale, order, page/~number"
    assert document["detail"] == f"Fix the listed parameters; the known ones are {known}."


def test_where_no_query_is_read_none_is_let_through() -> None:
    """A resource without parameters refuses all of them, but for a query that has none."""

    class Plain(Resource[object]):
        def handle_ok(self, x: X) -> object:
            return 1

    response, _ = call(Plain(), target="/?a=1&b=2&a=3")
    assert response.status == 400
    assert [error["parameter"] for error in json.loads(response.content)["errors"]] == ["a", "b"]
    assert call(Plain(), target="/?").response.status == 200
    assert call(Plain(), target="/?&").response.status == 200


def test_parsing_keeps_order_and_empty_values() -> None:
    """A query is pairs as they stand there."""
    assert parse_query("b=&a=1&b") == [("b", ""), ("a", "1"), ("b", "")]


def test_path_parameters_are_read_by_name() -> None:
    """A parameter knows the name of the attribute that holds it."""

    class Comment(Resource[object]):
        collage_id = PathParameter()
        user = PathParameter(str)

        def handle_ok(self, x: X) -> object:
            return [self.collage_id(x), self.user(x)]

    response, _ = call(Comment(), arguments={"collage_id": 7, "user": "ü"})
    assert json.loads(response.content) == [7, "ü"]


class Changeable(Struct):
    limit: int = 1


class ByIdentity(Struct, eq=False):
    limit: int = 1


def test_a_query_that_came_before_is_not_decoded_again() -> None:
    """If the decoded value cannot have been changed."""
    parameters = QueryParameters(Filter)
    assert parameters.decode("ids=1,2") is parameters.decode("ids=1,2")
    assert parameters.decode("words=a") is not parameters.decode("words=a")
    assert parameters.decode("ids=x") is not parameters.decode("ids=x")
    for changeable in (QueryParameters(Changeable), QueryParameters(ByIdentity)):
        first = changeable.decode("limit=2")
        assert not isinstance(first, Problem)
        first.limit = 3
        assert getattr(changeable.decode("limit=2"), "limit", None) == 2


def test_no_client_fills_the_memory_of_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few are remembered, and none that is long."""
    monkeypatch.setattr("ogrom.http.parameters.MAX_CACHED", 3)
    parameters = QueryParameters(Filter)
    for limit in range(1, 10):
        parameters.decode(f"limit={limit}")
        assert 1 <= len(parameters._cached) <= 3
    before = dict(parameters._cached)
    long = f"ids={','.join(['1'] * 101)}"
    assert not isinstance(parameters.decode(long), Problem)
    assert parameters._cached == before
