"""What search reads is made right after a change, and left alone where it is right."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, event, text

from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.testing import DE, GB
from ogrom.sources.search.indexing import index_collages, index_products
from ogrom.sources.sql.sources import SqlSources


@pytest.fixture
def connection(store: Engine, sources: SqlSources) -> Iterator[Connection]:
    """To the store that holds CATALOGUE; what is written to it is committed before it is looked for."""
    with store.connect() as connection:
        yield connection


def found(connection: Connection, query: str, locale: str = DE) -> list[int]:
    """The ids that a search finds, once what was written is committed."""
    connection.commit()
    return [
        hit.id
        for hit in SqlSources.over(connection.engine)
        .search.search(Context(locale=locale), query, PageRequest())
        .items
    ]


def test_a_renamed_category_finds_its_products(connection: Connection) -> None:
    """By the new name, no longer by the old one, in the market where it was renamed."""
    connection.execute(
        text("UPDATE category_names SET name = 'Roben' WHERE category_id = 2 AND locale = 'de-DE'")
    )
    assert index_products(connection, [1, 2, 4]) == 2
    assert found(connection, "roben") == [1, 2]
    assert found(connection, "kleider") == []
    assert found(connection, "dresses", GB) == [1, 2, 4]


def test_a_changed_product_is_found_by_what_it_is_now(connection: Connection) -> None:
    """Its title and its brand, ranked by the new title."""
    connection.execute(
        text("UPDATE offers SET title = 'Abendrobe' WHERE product_id = 1 AND locale = 'de-DE'")
    )
    connection.execute(text("UPDATE products SET brand = 'Robert' WHERE id = 2"))
    assert index_products(connection, [1, 2]) == 3
    assert found(connection, "robe") == [1, 2]
    assert found(connection, "nümph") == [1, 3, 6]
    assert found(connection, "abendrobe") == [1]
    assert found(connection, "rotes") == []


def test_a_product_that_came_otherwise_is_found(connection: Connection) -> None:
    """A new offer gets its text, also where the product has others."""
    connection.execute(text("DELETE FROM texts WHERE product_id IN (3, 5)"))
    assert found(connection, "dirndl") == []
    assert index_products(connection, range(1, 8)) == 3
    assert found(connection, "dirndl") == [3]


def test_what_is_right_is_left_alone(connection: Connection) -> None:
    """A full text index takes note of every change, so there is none; ids of nothing are nothing."""
    seen: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *call: seen.append(call[2].split(maxsplit=1)[0]))
    assert index_products(connection, [1, 2, 3, 999]) == 0
    assert index_collages(connection, [11, 999]) == 0
    assert index_products(connection, []) == 0
    assert set(seen) == {"BEGIN", "SELECT"}


def test_what_is_written_is_undone_with_its_transaction(store: Engine, sources: SqlSources) -> None:
    """Nothing is found by what was never stored."""
    with store.connect() as connection:
        transaction = connection.begin()
        connection.execute(text("UPDATE offers SET title = 'Abendrobe' WHERE product_id = 1"))
        index_products(connection, [1])
        transaction.rollback()
    assert sources.search.search(Context(locale=DE), "abendrobe", PageRequest()).items == ()
    assert len(sources.search.search(Context(locale=DE), "rotes", PageRequest()).items) == 1


def test_more_products_than_one_part_are_indexed(connection: Connection) -> None:
    """Whatever the number of ids."""
    connection.execute(text("DELETE FROM texts"))
    assert index_products(connection, range(-1500, 1500)) == 12
    assert found(connection, "rotes") == [1]
