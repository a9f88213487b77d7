import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st

from ogrom.http.renderers import write_csv


def rows(value: object) -> list[list[str]]:
    return list(csv.reader(io.StringIO(write_csv(value).decode(), newline="")))


class Price(msgspec.Struct):
    amount: int
    currency: str


class Thing(msgspec.Struct):
    id: int
    price: Price | None
    links: dict[str, str | None]


def test_a_page_is_its_items_under_a_header() -> None:
    """Members of members have dotted names, links included, and lines end as RFC 4180 has it."""
    page: dict[str, Any] = {
        "items": [Thing(1, Price(5499, "EUR"), {"self": "/things/1", "parent": None})],
        "next": "/things?cursor=x",
    }
    assert write_csv({**page, "items": tuple(page["items"])}) == write_csv(page)
    assert write_csv(page) == (
        b"id,price.amount,price.currency,links.self,links.parent\r\n1,5499,EUR,/things/1,\r\n"
    )


def test_columns_are_those_of_all_rows() -> None:
    """What one row lacks is empty there."""
    assert rows([{"a": 1}, {"b": 2, "a": 3}]) == [["a", "b"], ["1", ""], ["3", "2"]]


def test_null_in_the_place_of_an_object_is_no_column() -> None:
    """The object's columns are empty in that row; where there is none, null has a column as anywhere."""
    none, some = {"price": None, "id": 1}, {"price": {"amount": {"cents": 5}}, "id": 2}
    assert rows([none, some]) == [["id", "price.amount.cents"], ["1", ""], ["2", "5"]]
    assert rows([some, {"price": "?"}])[0] == ["price.amount.cents", "id", "price"]
    assert rows([none]) == [["price", "id"], ["", "1"]]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ('a "b", c', 'a "b", c'),
        ("two\r\nlines", "two\r\nlines"),
        (None, ""),
        (True, "true"),
        (-1.5, "-1.5"),
        ([1, {"a": None}], '[1,{"a":null}]'),
        ({}, "{}"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"),
        ("Größe 😀", "Größe 😀"),
    ],
)
def test_a_cell_reads_back(value: object, cell: str) -> None:
    """Quotes, separators and line ends survive; null is empty and a list is JSON."""
    assert rows([{"first": 0, "cell": value}]) == [["first", "cell"], ["0", cell]]


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_text_is_a_formula(start: str) -> None:
    """A text or a name that a spreadsheet would run is kept from it; numbers are not texts."""
    assert rows([{start + "name": start + "1+1", "n": -1}]) == [
        ["'" + start + "name", "n"],
        ["'" + start + "1+1", "-1"],
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("x\n=1+1", "x\n'=1+1"),
        ('x;"=1+1"', 'x;\'"=1+1"'),
        ("x;\t-1", "x;\t'-1"),
        (" =1", "' =1"),
        ("a; b, c\nd 1+1", "a; b, c\nd 1+1"),
    ],
)
def test_no_part_of_a_text_is_one(text: str, cell: str) -> None:
    """Spreadsheets of many countries separate cells by `;`, and then see lines where quotes have kept them together."""
    assert rows([{"text": text}]) == [["text"], [cell]]


def test_a_list_within_a_row_is_no_formula_either() -> None:
    """It is the same JSON, spelled differently."""
    value = ["x;=1+1", "\n=1"]
    (_, (cell,)) = rows([{"list": value}])
    assert ";" not in cell
    assert "\n" not in cell
    assert json.loads(cell) == value


class Page(msgspec.Struct):
    items: tuple[Thing, ...]


def test_a_struct_has_the_columns_that_it_declares() -> None:
    """So pages of one list have the same, also one on which the price of each is null."""
    page = Page((Thing(1, None, {"self": "/things/1"}),))
    assert rows(page) == [["id", "price.amount", "price.currency", "links.self"], ["1", "", "", "/things/1"]]


def test_what_is_no_list_of_objects() -> None:
    """One object is one row, a list of plain values one column, and an empty list is empty."""
    assert rows({"a": {"b": 1}}) == [["a.b"], ["1"]]
    assert rows(["x", "y"]) == [["value"], ["x"], ["y"]]
    assert write_csv({"items": []}) == b""


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.none(), min_size=1), max_size=4))
def test_each_item_is_a_row(items: list[dict[str, Any]]) -> None:
    """Whatever the texts hold, no item is lost, and all rows are as long as the header."""
    found = rows(items)
    assert len(found) == (len(items) + 1 if items else 0)
    assert len({len(row) for row in found}) <= 1
