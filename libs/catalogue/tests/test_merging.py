"""Markets share products: what each of them says, and who decides where only one can."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ogrom.catalogue.merchant import Market
from ogrom.protocols.context import Context
from ogrom.sources.sql.sources import SqlSources

BRITAIN = Market(locale="en-GB", currency="GBP", before=frozenset({"de-DE"}))
LATER = datetime(2026, 11, 25, tzinfo=UTC)


def kinds(exported: bytes, kind: str) -> list[Any]:
    """The records of one kind in an export."""
    found = map(msgspec.json.decode, exported.splitlines())
    return [each[kind] for each in found if kind in each]


def german(shop: Any, **said: str) -> str:
    text: str = shop.table(shop.row("A1", **said))
    return text


def british(shop: Any, **said: str) -> str:
    english = {"title": "Red dress", "price": "12.00 GBP", "path": "Women > Dresses", **said}
    text: str = shop.table(shop.row("A1", **english))
    return text


def test_the_same_file_again_changes_nothing(shop: Any) -> None:
    """Not even a time."""
    text = shop.table(*(shop.row(f"A{i}", path=f"Damen > Art {i % 7}") for i in range(2500)))
    assert shop.load(text).counts == (2500, 0, 0)
    exported = shop.export()
    assert shop.load(text, now=LATER).counts == (0, 0, 2500)
    assert shop.export() == exported


def test_what_changed_is_written_and_nothing_else(shop: Any) -> None:
    """With a new revision and time."""
    shop.load(shop.table(shop.row("A1"), shop.row("A2"), shop.row("A3")))
    shop.load(shop.table(shop.row("A1"), shop.row("A2", price="9.99 EUR"), shop.row("A4")), now=LATER)
    products = kinds(shop.export(), "product")
    assert [each["revision"] for each in products] == [1, 2, 1, 1]
    assert [each["updated_at"][:10] for each in products] == [
        *("2026-11-24", "2026-11-25", "2026-11-24", "2026-11-25")
    ]
    assert products[1]["offers"]["de-DE"]["price"]["amount"] == 999


def test_two_markets_one_product(shop: Any) -> None:
    """Each with its words and its price; the categories are one tree with names in both."""
    assert shop.load(german(shop)).counts == (1, 0, 0)
    assert shop.load(british(shop), BRITAIN).counts == (0, 1, 0)
    sources = SqlSources.over(shop.engine)
    found = [sources.products.product_by_id(Context(locale=each), 1) for each in ("de-DE", "en-GB")]
    assert [(each.title, each.price.amount) for each in found if each] == [
        *(("Rotes Kleid", 1500), ("Red dress", 1200))
    ]
    assert [each["names"] for each in kinds(shop.export(), "category")] == [
        {"de-DE": "Damen", "en-GB": "Women"},
        {"de-DE": "Kleider", "en-GB": "Dresses"},
    ]


def test_the_order_of_two_markets_files_does_not_matter_for_long(shop: Any) -> None:
    """Once both are loaded, neither changes anything."""
    shop.load(british(shop, brand="Numph"), BRITAIN)
    assert shop.load(german(shop)).counts == (0, 1, 0)
    assert shop.load(british(shop, brand="Numph"), BRITAIN).counts == (0, 0, 1)
    assert shop.load(german(shop)).counts == (0, 0, 1)
    exported = shop.export()
    assert [each["brand"] for each in kinds(exported, "product")] == ["Nümph"]
    assert len(kinds(exported, "category")) == 2


def test_the_market_that_goes_before_decides_on_the_category(shop: Any) -> None:
    """The other follows it, and has a name for all that its products are in."""
    shop.load(german(shop, path="Damen > Kleider > Rot"))
    shop.load(british(shop, path="Sale"), BRITAIN)
    assert [each["names"].get("en-GB") for each in kinds(shop.export(), "category")] == [
        *("Damen", "Kleider", "Rot")
    ]
    assert shop.load(german(shop, path="Sale")).counts == (0, 1, 0)
    (product,) = kinds(shop.export(), "product")
    assert product["category_id"] == 4
    assert shop.load(british(shop, path="Sale"), BRITAIN).counts == (0, 0, 1)


def test_categories_that_are_there_are_found_by_name(shop: Any) -> None:
    """In the tree, not anywhere: under another parent the same name is another category."""
    shop.load(
        shop.table(
            shop.row("A1", path="Damen > Schuhe"),
            shop.row("A2", path="Herren > Schuhe"),
            shop.row("A3", path="Damen > Schuhe"),
            shop.row("A4", path="Schuhe"),
        )
    )
    assert [each["category_id"] for each in kinds(shop.export(), "product")] == [2, 4, 2, 5]


def test_a_category_too_many_is_a_bad_row(shop: Any, monkeypatch: Any) -> None:
    """The tree is held in memory, so it has an end; what is in it already still loads."""
    monkeypatch.setattr("ogrom.catalogue.categories.MOST", 2)
    rows = [shop.row("A1", path="a > b"), shop.row("A2", path="c"), shop.row("A3", path="a")]
    loaded = shop.load(shop.table(*rows))
    assert loaded.counts == (2, 0, 0)
    assert loaded.wrong == [(3, "A2", "product_type", "would be category number 3; a shop can have 2")]


def test_one_offer_twice_in_a_file(shop: Any) -> None:
    """The first counts, so that the next import finds nothing to change; a bad row is none."""
    bad, first, second = shop.row("A1", price=""), shop.row("A1"), shop.row("A1", price="1 EUR")
    loaded = shop.load(shop.table(bad, first, second))
    assert loaded.counts == (1, 0, 0)
    assert loaded.wrong == [
        (2, "A1", "price", "is missing"),
        (4, "A1", "id", "was used on line 3 already; each product needs its own"),
    ]
    assert shop.load(shop.table(first, second)).counts == (0, 0, 1)


def test_ids_differ_where_their_case_does(shop: Any) -> None:
    """A shop's id is compared to the letter."""
    assert shop.load(shop.table(shop.row("a1"), shop.row("A1"), shop.row("á1"))).counts == (3, 0, 0)


def test_new_products_come_behind_all_others(shop: Any) -> None:
    """Also behind those of a demo or another import."""
    shop.load(shop.table(shop.row("A1")))
    shop.load(shop.export().replace(b'"id":1,"brand"', b'"id":70,"brand"'), into=shop.engine)
    shop.load(shop.table(shop.row("A2")))
    assert [each["id"] for each in kinds(shop.export(), "product")] == [1, 70, 71]


def test_sales_end_with_the_next_import(shop: Any) -> None:
    """The same file means another price another day."""
    text = shop.table(shop.row("A1")).replace(
        "product_type", "product_type\tsale price\tsale_price_effective_date"
    )
    text = text.rstrip() + "\t9 EUR\t2026-11-24T00:00Z/2026-11-25T00:00Z\n"
    shop.load(text)
    assert shop.load(text, now=LATER + timedelta(days=1)).counts == (0, 1, 0)
    assert kinds(shop.export(), "product")[0]["offers"]["de-DE"]["price"]["amount"] == 1500
