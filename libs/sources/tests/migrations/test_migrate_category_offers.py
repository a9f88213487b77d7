"""Revision 0004 puts what was stored before it on the lists of its categories, and an earlier release may go on."""

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, event, text

from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.sources.migrations.migrate import _upgrade, migrate, state
from ogrom.sources.sql.category_offers import list_in_categories
from ogrom.sources.sql.sources import SqlSources

NOW = "2024-02-29 12:00:00.000000"

# More than two parts of a thousand; every third number is no product's.
IDS = [id for id in range(1, 3601) if id % 3]

INSERTS: dict[str, list[dict[str, object]]] = {
    # 3 lies in 2, and 2 in 1; 4 and 5 lie in each other.
    "INSERT INTO categories VALUES (:id, :parent, 1, :now)": [
        {"id": id, "parent": parent}
        for id, parent in ((1, None), (2, 1), (3, 2), (4, None), (5, 4), (6, None))
    ],
    "UPDATE categories SET parent_id = 5 WHERE id = 4": [{}],
    "INSERT INTO products VALUES (:id, 'Nümph', :category, '', 1, :now)": [
        {"id": id, "category": 3 if id < 3600 else 5} for id in (*IDS, 3600)
    ],
    "INSERT INTO offers VALUES ('de-DE', :id, 'x', 1, 'EUR', '')": [{"id": id} for id in (*IDS, 3600)],
    "INSERT INTO offers VALUES ('en-GB', 7, 'x', 1, 'GBP', '')": [{}],
}


@pytest.fixture
def old(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine on a database of revision 0003."""
    upgrade = command.upgrade
    with monkeypatch.context() as patch, empty.begin() as connection:
        patch.setattr("alembic.command.upgrade", lambda config, _: upgrade(config, "0003"))
        _upgrade(connection)
    with empty.begin() as connection:
        for statement, rows in INSERTS.items():
            connection.execute(text(statement), [{"now": NOW, **row} for row in rows])
    assert state(empty).current == "0003"
    return empty


def listed(engine: Engine, category_id: int, locale: str = "de-DE", brand: str | None = None) -> list[int]:
    """The first hundred ids on the list of a category."""
    page = SqlSources.over(engine).products.products(
        Context(locale=locale), PageRequest(limit=100), category_id=category_id, brand=brand
    )
    return [each.id for each in page.items]


def check(engine: Engine) -> None:
    """Each offer has its rows, the very ones that it would get if it was stored now."""
    assert state(engine).up_to_date
    for category_id in (1, 2, 3):
        assert listed(engine, category_id) == IDS[:100]
        assert listed(engine, category_id, "de-DE", "Nümph") == IDS[:100]
        assert listed(engine, category_id, "en-GB") == [7]
    assert listed(engine, 4) == listed(engine, 5) == [3600]
    assert listed(engine, 6) == []
    with engine.connect() as connection:
        assert list_in_categories(connection, range(1, 3601)) == 0


def test_what_was_stored_before_is_listed(old: Engine) -> None:
    """In each category above it and in every market."""
    migrate(old)
    check(old)


class Died(Exception):
    """The end of a process."""


def test_a_revision_that_died_goes_on_where_it_was(old: Engine) -> None:
    """MySQL has kept the parts that were stored, SQLite none; either way each row is there once at the end."""
    parts = 0

    def die(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        nonlocal parts
        parts += "INSERT INTO category_offers" in statement
        if parts > 2:
            raise Died

    event.listen(old, "before_cursor_execute", die)
    with pytest.raises(Died):
        migrate(old)
    event.remove(old, "before_cursor_execute", die)
    assert not state(old).up_to_date
    if old.dialect.name == "mysql":
        with old.connect() as connection:
            kept = connection.scalar(text("SELECT count(DISTINCT product_id) FROM category_offers"))
        assert kept == 2000
    migrate(old)
    check(old)


def test_an_earlier_release_writes_on(old: Engine) -> None:
    """It knows nothing of the table: what it deletes is gone, and nothing that it does is refused."""
    migrate(old)
    with old.begin() as connection:
        for statement in (
            "DELETE FROM offers WHERE product_id = 1",
            "DELETE FROM products WHERE id = 1",
            "DELETE FROM offers WHERE product_id = 2",
            "UPDATE products SET category_id = 6, brand = 'Ghost', revision = 2 WHERE id = 4",
            "INSERT INTO products VALUES (9000, 'Nümph', 6, '', 1, :now)",
            "INSERT INTO offers VALUES ('de-DE', 9000, 'x', 1, 'EUR', '')",
        ):
            connection.execute(text(statement), {"now": NOW})
    assert listed(old, 3)[:2] == [4, 5]
    with old.begin() as connection:
        assert list_in_categories(connection, [2, 4, 9000]) > 0
    assert listed(old, 3)[:2] == [5, 7]
    assert listed(old, 6) == [4, 9000]
