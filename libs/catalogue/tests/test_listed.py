"""What was imported is on the lists of its category and of all above it."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from ogrom.catalogue.demo import catalogue
from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources


def listed(shop: Any, name: str) -> list[str]:
    """The titles on the list of the category of this name."""
    ctx, sources = Context(locale="de-DE"), SqlSources.over(shop.engine)
    (category,) = (each for each in sources.categories.categories(ctx) if each.name == name)
    page = sources.products.products(ctx, PageRequest(), category_id=category.id)
    return [product.title for product in page.items]


@pytest.fixture
def boot(shop: Any) -> str:
    """The file of a shop that sells one boot."""
    text: str = shop.table(shop.row("A1", title="Stiefel", path="Damen > Schuhe > Stiefel"))
    assert shop.load(text).counts == (1, 0, 0)
    return text


def test_a_product_is_listed_on_each_level(shop: Any, boot: str) -> None:
    """From its own category to the root."""
    for name in ("Damen", "Schuhe", "Stiefel"):
        assert listed(shop, name) == ["Stiefel"]


def test_what_moved_is_listed_where_it_is_now(shop: Any, boot: str) -> None:
    """And no longer where it was."""
    shop.load(shop.table(shop.row("A1", title="Stiefel", path="Herren > Schuhe")))
    assert (listed(shop, "Damen"), listed(shop, "Herren")) == ([], ["Stiefel"])


def test_a_category_that_is_moved_takes_its_products_along(shop: Any, boot: str) -> None:
    """Though nothing of themselves is imported anew."""
    shop.load(shop.table(shop.row("A2", title="Hemd", path="Herren")))
    lines = [msgspec.json.decode(line) for line in shop.export().splitlines()]
    by_name = {each["category"]["names"]["de-DE"]: each["category"] for each in lines if "category" in each}
    moved = {**by_name["Schuhe"], "parent_id": by_name["Herren"]["id"]}
    assert shop.load(shop.file(msgspec.json.encode({"category": moved}), "moved.jsonl")).counts == (0, 1, 0)
    assert (listed(shop, "Damen"), listed(shop, "Herren")) == ([], ["Stiefel", "Hemd"])


def test_an_import_lists_what_an_earlier_release_stored(shop: Any, boot: str) -> None:
    """Even where the file says nothing new of it."""
    with shop.engine.begin() as connection:
        connection.execute(text("DELETE FROM category_offers"))
    assert listed(shop, "Damen") == []
    assert shop.load(boot).counts == (0, 0, 1)
    assert listed(shop, "Damen") == ["Stiefel"]


def test_no_category_of_the_demo_is_empty(shop: Any) -> None:
    """Each of its links leads to something."""
    load(shop.engine, catalogue(products=500))
    ctx, sources = Context(locale="de-DE"), SqlSources.over(shop.engine)
    one = PageRequest(limit=1)
    empty = [
        category.name
        for category in sources.categories.categories(ctx)
        if not sources.products.products(ctx, one, category_id=category.id).items
    ]
    assert empty == []
