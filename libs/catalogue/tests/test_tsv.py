"""Tab-separated values."""

from typing import Any

import pytest

SECRET = "x" * 2**20


def test_good_rows_load_and_bad_ones_are_told(shop: Any) -> None:
    """With their line, their id, and everything that is wrong with them."""
    loaded = shop.load(
        shop.table(
            shop.row("A1"),
            shop.row("A2", title="", price="15,00 EUR"),
            shop.row("A3"),
            "A4",
        )
    )
    assert loaded.counts == (2, 0, 0)
    assert loaded.wrong == [
        (3, "A2", "title", "is missing"),
        (
            *(3, "A2", "price"),
            "'15,00 EUR' is not a price; write it as 15.00 EUR, with a decimal point and no other sign",
        ),
        *((5, "A4", name, "is missing") for name in ("title", "brand", "image_link", "price")),
        (
            *(5, "A4", "product_type"),
            "is missing, and google_product_category too; or give --category",
        ),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "ID\tTitle\tBrand\tImage Link\tPrice\tProduct Type",
        "id [id]\tTitel [title]\tMarke [brand]\tBildlink [image_link]\tPreis [price]\tTyp [product_type]",
        "\ufeffg:id\tg:title\tg:brand\tg:image_link\tg:price\tg:product_type",
        '"id"\t"title"\t"brand"\t"image link"\t"price"\t"product type"',
    ],
)
def test_headers_as_shops_write_them(shop: Any, header: str) -> None:
    """With spaces, capitals, a prefix, or in the form of Google's template."""
    assert shop.load(f"{header}\r\n{shop.row('A1')}\r\n").counts == (1, 0, 0)


@pytest.mark.parametrize(
    ("content", "broken"),
    [
        ("", "it is empty"),
        (" \n\n", "it is empty"),
        (
            "id\ttitle\n1\tx\n",
            "line 1 must name the columns, separated by tabs; it lacks price, image_link, brand",
        ),
        (
            "id;title;price;image_link;brand\n",
            "line 1 must name the columns, separated by tabs; it lacks id, title",
        ),
        (
            "id\ttitle\tbrand\timage_link\tprice\tTitle\n",
            "line 1 names title twice; remove one of the columns",
        ),
        ("id\ttitle\n".encode("utf-16"), "it is UTF-16; save it as UTF-8"),
        (b"\0" * 2**21, "it has no header"),
    ],
)
def test_a_file_that_cannot_be_meant(shop: Any, content: str | bytes, broken: str) -> None:
    """It says what to do, and nothing is loaded."""
    loaded = shop.load(content)
    assert loaded.broken.startswith(broken)
    assert loaded.counts == (0, 0, 0)


def test_quoted_cells_may_hold_lines(shop: Any) -> None:
    """They become spaces in a title; the lines after keep their numbers."""
    loaded = shop.load(shop.table('A1\t"Rotes\n ""Kleid"""' + shop.row("")[len("\tRotes Kleid") :], "A2"))
    assert loaded.counts == (1, 0, 0)
    assert {line for line, *_ in loaded.wrong} == {4}
    assert b'"title":"Rotes \\"Kleid\\""' in shop.export()


def test_a_quotation_mark_without_its_end_costs_one_row(shop: Any) -> None:
    """The lines after it are rows again, however many there are."""
    rows = [shop.row("A1"), shop.row("A2", title='"12 inch'), *(shop.row(f"B{i}") for i in range(300))]
    # So far below, a mark at the end of a cell is not the one that is missing.
    loaded = shop.load(shop.table(*rows, shop.row("A3", title='12"')))
    assert loaded.counts == (302, 0, 0)
    assert loaded.wrong == [(3, "A2", "", "a cell opens with a quotation mark and never closes it")]


def test_a_mark_within_marks_names_its_column(shop: Any) -> None:
    """Doubled it would be right."""
    loaded = shop.load(shop.table(shop.row("A1", brand='"Best" brand')))
    assert loaded.wrong == [(2, "A1", "brand", "has a single quotation mark inside quotes; double it")]


def test_more_cells_than_columns(shop: Any) -> None:
    """Somebody forgot to quote a tab; empty cells at the end are a spreadsheet's."""
    loaded = shop.load(shop.table(shop.row("A1") + "\tmore", shop.row("A2") + "\t\t"))
    assert loaded.counts == (1, 0, 0)
    assert loaded.wrong == [(2, "A1", "", "the row has 7 cells, the header 6")]


def test_bytes_that_are_no_utf_8(shop: Any) -> None:
    """The row says where; the others load."""
    latin = shop.row("A1", title="Schönes Kleid").encode("latin-1")
    loaded = shop.load(shop.table("").encode() + latin + b"\n" + shop.row("A2").encode())
    assert loaded.counts == (1, 0, 0)
    assert loaded.wrong == [
        (3, "A1", "title", "is not UTF-8 at character 4 (byte 0xf6)"),
        (3, "A1", "brand", "is not UTF-8 at character 2 (byte 0xfc)"),
    ]


def test_a_nul_byte(shop: Any) -> None:
    """It is no text."""
    loaded = shop.load(shop.table(shop.row("A1", title="a\0b"), shop.row("A2")))
    assert loaded.counts == (1, 0, 0)
    assert loaded.wrong == [(2, "A1", "title", "has the control character U+0000 at character 2")]


def test_a_line_too_long_is_skipped(shop: Any) -> None:
    """And not kept to be told."""
    loaded = shop.load(shop.table(shop.row("A1", title=SECRET), shop.row("A2")))
    assert loaded.counts == (1, 0, 0)
    assert loaded.wrong == [(2, "", "", "the line is longer than 1048576 bytes")]
