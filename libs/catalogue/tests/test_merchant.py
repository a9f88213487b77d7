"""From attributes to items."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from ogrom.catalogue.entries import Fault
from ogrom.catalogue.merchant import Item, Market, item_of, taxonomy
from ogrom.protocols.models import Money

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
GERMANY = Market(locale="de-DE", currency="EUR")
GOOD = {
    "id": "A1",
    "title": "Rotes Kleid",
    "brand": "Nümph",
    "image_link": "https://shop.example/1.jpg",
    "price": "15.00 EUR",
    "product_type": "Damen > Kleider",
    "gtin": "read over",
}
ITEM = Item(
    offer_id="A1",
    title="Rotes Kleid",
    brand="Nümph",
    image_url="https://shop.example/1.jpg",
    price=Money(amount=1500, currency="EUR"),
    path=("Damen", "Kleider"),
)


def read(market: Market = GERMANY, **attributes: str) -> Item | tuple[Fault, ...]:
    return item_of({**GOOD, **attributes}, market, NOON)


def test_a_good_item() -> None:
    """Attributes that Ogrom does not show are read over."""
    assert read() == ITEM


def test_white_space_is_one_space() -> None:
    """Feeds are full of it."""
    assert read(id=" A1\t", title="Rotes\r\n   Kleid\xa0", product_type=" Damen>Kleider >") == ITEM


def test_markup_is_text() -> None:
    """Whoever shows it escapes it."""
    title = "<script>alert(1)</script> &amp;"
    assert read(title=title) == replace(ITEM, title=title)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    """Nobody mends a file five times."""
    faults = item_of({"price": "1,5", "image_link": "shop/1.jpg", "product_type": ">"}, GERMANY, NOON)
    assert isinstance(faults, tuple)
    assert [fault.field for fault in faults] == [
        *("id", "title", "brand", "image_link", "price", "product_type")
    ]


@pytest.mark.parametrize(
    ("attributes", "fault"),
    [
        ({"id": "x" * 51}, Fault("id", "has 51 characters; at most 50 are allowed")),
        ({"title": "x" * 256}, Fault("title", "has 256 characters; at most 255 are allowed")),
        ({"title": " \n"}, Fault("title", "is missing")),
        ({"brand": "a\x7f"}, Fault("brand", "has the control character U+007F at character 2")),
        (
            {"image_link": "https://shop.example/schön.jpg"},
            Fault("image_link", "is no URL; it begins with http:// or https:// and has no spaces or umlauts"),
        ),
        (
            {"image_link": "javascript:alert(1)"},
            Fault("image_link", "is no URL; it begins with http:// or https:// and has no spaces or umlauts"),
        ),
        (
            {"image_link": "https://" + "x" * 1000},
            Fault("image_link", "has 1008 characters; at most 1000 are allowed"),
        ),
        (
            {"product_type": " > ".join("abcdefghijk")},
            Fault("product_type", "has 11 levels; use 1 to 10"),
        ),
        ({"product_type": "x" * 256}, Fault("product_type", "has a level of more than 255 characters")),
        (
            {"product_type": "x" * 200_000},
            Fault("product_type", "has 200000 characters; at most 2000 are allowed"),
        ),
        (
            {"product_type": "", "google_product_category": "2271"},
            Fault(
                "google_product_category",
                "2271 is the number of an unknown category; pass Google's list: --taxonomy FILE",
            ),
        ),
    ],
)
def test_single_faults(attributes: dict[str, str], fault: Fault) -> None:
    """Each says what would be right."""
    assert read(GERMANY, **attributes) == (fault,)


def test_the_first_of_several_types_counts() -> None:
    """They stand between commas, and in quotation marks where they have commas themselves."""
    assert read(product_type="Damen > Kleider, Neu") == ITEM
    quoted = read(product_type='"Haus, Hof > Lampen", Neu')
    assert quoted == replace(ITEM, path=("Haus, Hof", "Lampen"))


def test_googles_category_where_the_shop_has_none() -> None:
    """As a path with its commas, or as a number of the taxonomy; else what was said for all."""
    path = read(product_type="", google_product_category="Heim, Garten > Lampen")
    assert path == replace(ITEM, path=("Heim, Garten", "Lampen"))
    known = taxonomy(["# Google_Product_Taxonomy_Version: 2021-09-21", "2271 - Damen > Kleider\n"])
    numbered = replace(GERMANY, taxonomy=known)
    assert read(numbered, product_type="", google_product_category="2271") == ITEM
    unknown = read(numbered, product_type="", google_product_category="2272")
    assert isinstance(unknown, tuple)
    assert unknown[0].reason == "2272 is the number of an unknown category; --taxonomy does not list it"
    fallback = replace(GERMANY, category=("Damen", "Kleider"))
    assert read(fallback, product_type="") == ITEM


@pytest.mark.parametrize(
    ("sale", "period", "amount"),
    [
        ("12.00 EUR", "", 1200),
        ("12.00 EUR", "2026-11-24T00:00Z/2026-11-25T00:00Z", 1200),
        ("12.00 EUR", "2026-11-25T00:00Z/2026-11-26T00:00Z", 1500),
        ("18.00 EUR", "", 1500),
        ("0.00 EUR", "", 1500),
    ],
)
def test_what_is_to_be_paid_today(sale: str, period: str, amount: int) -> None:
    """The sale price while it holds and is one."""
    found = read(sale_price=sale, sale_price_effective_date=period)
    assert found == replace(ITEM, price=Money(amount=amount, currency="EUR"))


def test_a_bad_sale_is_a_fault() -> None:
    """Nobody shall pay the wrong price."""
    faults = read(sale_price="12", sale_price_effective_date="")
    assert isinstance(faults, tuple)
    assert [fault.field for fault in faults] == ["sale_price"]
    faults = read(sale_price="12 EUR", sale_price_effective_date="soon")
    assert isinstance(faults, tuple)
    assert [fault.field for fault in faults] == ["sale_price_effective_date"]
