"""Revision 0002 makes what was stored before it found, and an earlier release may go on beside it."""

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, event, text

from ogrom.protocols.context import Context
from ogrom.protocols.models import CollageDraft, Placement
from ogrom.protocols.pages import PageRequest
from ogrom.sources.commands import bring_up_to_date
from ogrom.sources.migrations.migrate import _upgrade, migrate, state
from ogrom.sources.sql.sources import SqlSources

DE = Context(locale="de-DE")
NOW = "2024-02-29 12:00:00.000000"

# More than one part of a thousand in a market.
MANY = 1203

INSERTS: dict[str, list[dict[str, object]]] = {
    "INSERT INTO categories VALUES (1, NULL, 1, :now)": [{}],
    "INSERT INTO category_names VALUES ('de-DE', 1, 'Hüte')": [{}],
    "INSERT INTO products VALUES (:id, 'Nümph', 1, '', 1, :now)": [{"id": id} for id in range(1, MANY + 1)],
    "INSERT INTO offers VALUES ('de-DE', :id, :title, 1, 'EUR', '')": [
        {"id": id, "title": f"Strohhut {id}"} for id in range(1, MANY + 1)
    ],
    "INSERT INTO offers VALUES ('en-GB', :id, :title, 1, 'GBP', '')": [
        {"id": id, "title": f"Straw hat {id}"} for id in range(1, 4)
    ],
    "INSERT INTO users VALUES (1, 'x', '', 1, :now)": [{}],
    "INSERT INTO collages VALUES (:id, 'de-DE', 1, :title, '', 1, :now, :now)": [
        {"id": id, "title": f"Alles mit Hut {id}"} for id in range(1, MANY + 1)
    ],
}


@pytest.fixture
def old(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine on a database of revision 0001, with more rows than are indexed at once."""
    upgrade = command.upgrade
    with monkeypatch.context() as patch, empty.begin() as connection:
        patch.setattr("alembic.command.upgrade", lambda config, _: upgrade(config, "0001"))
        _upgrade(connection)
    with empty.begin() as connection:
        for statement, rows in INSERTS.items():
            connection.execute(text(statement), [{"now": NOW, **row} for row in rows])
    assert state(empty).current == "0001"
    return empty


def found(engine: Engine, query: str, locale: str = "de-DE") -> list[str]:
    """The first hundred hits of a search, in their order."""
    hits = SqlSources.over(engine).search.search(Context(locale=locale), query, PageRequest(limit=100)).items
    return [f"{hit.kind} {hit.id}" for hit in hits]


def count(engine: Engine, query: str) -> int:
    """How many rows a query gives."""
    with engine.connect() as connection:
        return len(connection.execute(text(query)).all())


def check(engine: Engine) -> None:
    """Every offer and every collage has its text, and is found by it."""
    assert state(engine).up_to_date
    assert count(engine, "SELECT id FROM texts") == MANY + 3 + MANY
    assert found(engine, f"strohhut {MANY}") == [f"product {MANY}"]
    assert found(engine, f"hut {MANY}") == [f"collage {MANY}", f"product {MANY}"]
    assert found(engine, "huete 7 numph")[0] == "product 7"
    assert found(engine, "hat", "en-GB") == ["product 1", "product 2", "product 3"]


def test_what_was_stored_before_is_found(old: Engine) -> None:
    """By title, brand and category, products and collages, in every market."""
    migrate(old)
    check(old)


def test_what_is_deleted_later_is_not_found(old: Engine) -> None:
    """The rows that a revision made follow their things."""
    migrate(old)
    with old.begin() as connection:
        connection.execute(text("DELETE FROM collages WHERE id = 7"))
        connection.execute(text("DELETE FROM offers WHERE product_id = 7"))
    assert found(old, "hut 7")[0] == "collage 70"
    assert count(old, "SELECT id FROM texts") == MANY + 3 + MANY - 2


class Died(Exception):
    """The end of a process."""


@pytest.fixture
def dying(old: Engine) -> Engine:
    """The same, where the third part of the offers and collages is the last that is stored."""
    parts = 0

    def die(connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        nonlocal parts
        parts += statement.startswith("INSERT INTO texts ")
        if parts > 3:
            raise Died

    event.listen(old, "before_cursor_execute", die)
    with pytest.raises(Died):
        migrate(old)
    event.remove(old, "before_cursor_execute", die)
    return old


def test_a_revision_that_died_goes_on_where_it_was(dying: Engine) -> None:
    """MySQL has kept the parts that were stored, SQLite none; either way each text is there once at the end."""
    assert not state(dying).up_to_date
    if dying.dialect.name == "mysql":
        assert 0 < count(dying, "SELECT id FROM texts") < MANY + 3 + MANY
    migrate(dying)
    check(dying)


def test_a_revision_that_died_before_its_index_is_finished(old: Engine) -> None:
    """The texts are there, the index is made."""
    migrate(old)
    with old.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        if old.dialect.name == "mysql":
            connection.execute(text("DROP INDEX ft_texts_tokens ON texts"))
        else:
            for trigger in ("insert", "delete", "update"):
                connection.execute(text(f"DROP TRIGGER texts_{trigger}"))
            connection.execute(text("DROP TABLE texts_fts"))
    migrate(old)
    check(old)


EARLIER_RELEASE = (
    # What the release before writes: it knows `words`, not `texts`.
    "INSERT INTO collages VALUES (5001, 'de-DE', 1, 'Käsekuchen', ' käsekuchen ', 1, :now, :now)",
    "UPDATE collages SET title = 'Apfelkuchen', words = ' apfelkuchen ', revision = 2 WHERE id = 7",
    "DELETE FROM collages WHERE id = 8",
)


@pytest.fixture
def beside(old: Engine) -> Engine:
    """A migrated database in which an earlier release has added, replaced and deleted a collage since."""
    migrate(old)
    with old.begin() as connection:
        for statement in EARLIER_RELEASE:
            connection.execute(text(statement), {"now": NOW})
    return old


def test_the_next_migrate_finds_what_an_earlier_release_wrote(beside: Engine) -> None:
    """Until then a new collage is found by nothing, a replaced one by its old title, and a deleted one is gone."""
    assert found(beside, "kuchen") == []
    assert "collage 7" in found(beside, "hut 7")
    assert "collage 8" not in found(beside, "hut 8")
    migrate(beside)
    assert found(beside, "kuchen") == ["collage 7", "collage 5001"]
    assert "collage 7" not in found(beside, "hut 7")


def test_the_next_start_finds_it_too(beside: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    """Though it finds no revision to run; it says so once, and the start after it has nothing to say."""
    assert bring_up_to_date(beside).is_usable
    assert capsys.readouterr().err == "Collages of an earlier release indexed for search: 2.\n"
    assert found(beside, "kuchen") == ["collage 7", "collage 5001"]
    bring_up_to_date(beside)
    assert capsys.readouterr().err == ""


def test_a_release_that_is_rolled_back_catches_up_as_well(beside: Engine) -> None:
    """On tables of a newer release, whose revisions it does not know."""
    with beside.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrate(beside)
    assert found(beside, "kuchen") == ["collage 7", "collage 5001"]
    assert state(beside).current == "9999"


def test_a_collage_of_an_earlier_release_is_found_once_it_is_replaced(beside: Engine) -> None:
    """Writing one makes its text right, whether there was one or not."""
    placed = (Placement(product_id=1, x=0, y=0, width=1, height=1),)
    draft = CollageDraft(author_id=1, title="Streuselkuchen", placements=placed)
    collages = SqlSources.over(beside).collages
    collages.replace_collage(DE, 5001, draft, revision=1)
    collages.replace_collage(DE, 7, draft, revision=2)
    assert found(beside, "streuselkuchen") == ["collage 7", "collage 5001"]


def test_more_than_a_part_can_have_been_missed(old: Engine) -> None:
    """A deploy that took long, or was never finished."""
    migrate(old)
    with old.begin() as connection:
        connection.execute(text("UPDATE collages SET title = replace(title, 'Alles mit Hut', 'Kuchen')"))
    migrate(old)
    assert found(old, f"kuchen {MANY}") == [f"collage {MANY}"]
    assert found(old, f"hut {MANY}") == [f"product {MANY}"]
