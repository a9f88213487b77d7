"""A category lists what is in it and below it, whatever is written and in whatever order."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, text

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Offer, ProductRecord
from ogrom.protocols.context import Context
from ogrom.protocols.models import Money
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.sources import ProductSource
from ogrom.protocols.testing import CATALOGUE, DE, GB, MemorySources
from ogrom.sources.sql.category_offers import list_in_categories, products_below
from ogrom.sources.sql.loading import load, remove_products, store as store_records
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing.fixtures import delete_all

NOW = datetime(2024, 2, 29, 12, tzinfo=UTC)
OFFER = Offer(title="x", price=Money(amount=1, currency="EUR"))
MARKETS, BRANDS = (DE, GB), ("Nümph", "Ghost")
IDS = range(1, 6)


def category(id: int, parent_id: int | None) -> CategoryRecord:
    return CategoryRecord(id=id, parent_id=parent_id, names={DE: f"{id}"}, updated_at=NOW)


@st.composite
def product(draw: st.DrawFn, id: int) -> ProductRecord:
    return ProductRecord(
        id=id,
        brand=draw(st.sampled_from(BRANDS)),
        category_id=draw(st.sampled_from(IDS)),
        image_url="",
        offers=dict.fromkeys(draw(st.sets(st.sampled_from(MARKETS))), OFFER),
        updated_at=NOW,
    )


PRODUCTS = st.tuples(*(product(id) for id in range(1, 8)))
TREES = st.tuples(
    *(
        st.builds(category, st.just(id), st.none() | st.integers(1, id - 1) if id > 1 else st.none())
        for id in IDS
    )
)
# A file may say anything, even that a category lies below itself.
CHANGES = st.builds(
    Catalogue,
    categories=st.lists(
        st.builds(category, st.sampled_from(IDS), st.none() | st.sampled_from(IDS)),
        max_size=3,
        unique_by=lambda each: each.id,
    ).map(tuple),
    products=st.lists(
        st.sampled_from(range(1, 8)).flatmap(product), max_size=3, unique_by=lambda each: each.id
    ).map(tuple),
)


def lists(source: ProductSource) -> Iterator[list[int]]:
    """What each category lists in each market, of all brands and of each, page by page."""
    for locale in MARKETS:
        for category_id in IDS:
            for brand in (None, *BRANDS):
                found: list[int] = []
                page = PageRequest(limit=2)
                while True:
                    got = source.products(Context(locale=locale), page, category_id=category_id, brand=brand)
                    found += (each.id for each in got.items)
                    if got.next_cursor is None:
                        break
                    page = PageRequest(limit=2, cursor=got.next_cursor)
                yield found


def changed(catalogue: Catalogue, by: Catalogue) -> Catalogue:
    """The catalogue after some of its records were replaced."""
    categories = {each.id: each for each in (*catalogue.categories, *by.categories)}
    products = {each.id: each for each in (*catalogue.products, *by.products)}
    return Catalogue(categories=tuple(categories.values()), products=tuple(products.values()))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=TREES, products=PRODUCTS, changes=st.lists(CHANGES, max_size=3))
def test_a_category_lists_what_one_in_memory_lists(
    migrated: Engine,
    tree: tuple[CategoryRecord, ...],
    products: tuple[ProductRecord, ...],
    changes: list[Catalogue],
) -> None:
    """After products came and changed, and categories were moved, even into a circle."""
    delete_all(migrated)
    catalogue = Catalogue(categories=tree, products=products)
    load(migrated, [catalogue])
    source = SqlSources.over(migrated).products
    assert list(lists(source)) == list(lists(MemorySources(catalogue).products))
    for change in changes:
        with migrated.begin() as connection:
            store_records(connection, change)
        catalogue = changed(catalogue, change)
        assert list(lists(source)) == list(lists(MemorySources(catalogue).products))


@pytest.fixture
def connection(store: Engine, sources: SqlSources) -> Iterator[Connection]:
    """To the store that holds CATALOGUE; what is written to it is committed before it is listed."""
    with store.connect() as connection:
        yield connection


def listed(connection: Connection, category_id: int, locale: str = DE, brand: str | None = None) -> list[int]:
    """The ids on the list of a category, once what was written is committed."""
    connection.commit()
    source = SqlSources.over(connection.engine).products
    page = source.products(Context(locale=locale), PageRequest(), category_id=category_id, brand=brand)
    return [each.id for each in page.items]


def test_what_was_changed_by_other_means_is_put_right(connection: Connection) -> None:
    """Another category, another brand, an offer more and one less; what is right is left alone."""
    for statement in (
        "UPDATE products SET category_id = 3 WHERE id = 3",
        "UPDATE products SET brand = 'Ghost' WHERE id = 1",
        "DELETE FROM offers WHERE product_id = 7 AND locale = 'de-DE'",
        "INSERT INTO offers VALUES ('en-GB', 3, 'Apron', 1, 'GBP')",
    ):
        connection.execute(text(statement))
    # 3 leaves two lists and joins one, and two in Great Britain; 1 is removed from four and added again; 7 leaves two.
    assert list_in_categories(connection, [*range(1, 8), 999]) == 2 + 3 + 8 + 2
    assert (listed(connection, 2), listed(connection, 3), listed(connection, 4)) == ([1, 2], [3, 6], [])
    assert listed(connection, 3, GB) == [3, 6, 7]
    assert listed(connection, 1, DE, "Ghost") == [1]
    assert list_in_categories(connection, range(1, 8)) == 0
    assert list_in_categories(connection, []) == 0


def test_what_is_deleted_leaves_its_lists(connection: Connection) -> None:
    """A product, whoever deletes it; and an offer, even while its row is there."""
    connection.execute(text("DELETE FROM offers WHERE product_id = 7 AND locale = 'de-DE'"))
    assert (listed(connection, 3), listed(connection, 3, GB)) == ([6], [6, 7])
    remove_products(connection, [7])
    assert listed(connection, 3, GB) == [6]
    assert connection.scalar(text("SELECT count(*) FROM category_offers WHERE product_id = 7")) == 0


def test_products_below_are_those_of_all_levels(connection: Connection) -> None:
    """Also where categories lie in a circle."""
    assert sorted(products_below(connection, [2])) == [1, 2, 3, 4]
    assert sorted(products_below(connection, [4, 3])) == [3, 6, 7]
    connection.execute(text("UPDATE categories SET parent_id = 4 WHERE id = 1"))
    assert sorted(products_below(connection, [4])) == [1, 2, 3, 4, 5, 6, 7]


def test_a_batch_puts_right_what_an_earlier_release_wrote(connection: Connection) -> None:
    """Even where the record itself has not changed since."""
    connection.execute(text("DELETE FROM category_offers WHERE product_id = 3"))
    assert listed(connection, 2) == [1, 2]
    stored = store_records(connection, Catalogue(products=CATALOGUE.products))
    assert (stored.new, stored.changed) == (0, 0)
    assert listed(connection, 2) == [1, 2, 3]


def test_more_products_than_a_statement_names_are_moved_at_once(connection: Connection) -> None:
    """With the category that they are in."""
    shoe = next(each for each in CATALOGUE.products if each.id == 6)
    many = tuple(replace(shoe, id=id, category_id=4, brand="Many") for id in range(1000, 2203))
    store_records(connection, Catalogue(products=many))
    assert len(listed(connection, 2, DE, "Many")) == 20
    (dirndl,) = (each for each in CATALOGUE.categories if each.id == 4)
    store_records(connection, Catalogue(categories=(replace(dirndl, parent_id=3),)))
    assert listed(connection, 2, DE, "Many") == []
    count = text("SELECT count(*) FROM category_offers WHERE category_id = 3 AND locale = 'de-DE'")
    assert connection.scalar(count) == 1203 + 3
