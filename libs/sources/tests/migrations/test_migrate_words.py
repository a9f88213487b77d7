"""The words: change 0006 lets rows leave them out, 0007 drops them; no right of the whole server is needed."""

import pytest
from alembic import command
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import _upgrade, migrate, state
from ogrom.sources.schema.change import Refused
from ogrom.sources.schema.inspection import has_column
from ogrom.sources.schema.tasks import run_contract
from ogrom.sources.testing import MariaDB

NOW = "2024-02-29 12:00:00.000000"
COLLAGE = (
    "INSERT INTO collages (id, locale, author_id, title, revision, created_at, updated_at{})"
    " VALUES (:id, 'x', 1, 'x', 1, :now, :now{})"
)
OFFER = (
    "INSERT INTO offers (locale, product_id, title, amount, currency{}) VALUES (:locale, 1, 'x', 1, 'EUR'{})"
)


@pytest.fixture
def old(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine on a database of revision 0005."""
    return at_0005(empty, monkeypatch)


def at_0005(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    upgrade = command.upgrade
    with monkeypatch.context() as patch, engine.begin() as connection:
        patch.setattr("alembic.command.upgrade", lambda config, _: upgrade(config, "0005"))
        _upgrade(connection)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO users VALUES (1, 'Ann', '', 1, :now)"), {"now": NOW})
        connection.execute(text("INSERT INTO categories VALUES (1, NULL, 1, :now)"), {"now": NOW})
        connection.execute(text("INSERT INTO products VALUES (1, 'x', 1, '', 1, :now)"), {"now": NOW})
    store(engine, 1, ", words", ", 'by an old release'")
    assert state(engine).current == "0005"
    return engine


def store(engine: Engine, number: int, name: str = "", value: str = "") -> None:
    """Store a collage and an offer; without a name those of a release that does not know the words."""
    with engine.begin() as connection:
        connection.execute(text(COLLAGE.format(name, value)), {"id": number, "now": NOW})
        connection.execute(text(OFFER.format(name, value)), {"locale": f"locale {number}"})


def words(engine: Engine) -> list[list[str]]:
    with engine.connect() as connection:
        queries = ("SELECT words FROM collages ORDER BY id", "SELECT words FROM offers ORDER BY locale")
        return [list(connection.scalars(text(each))) for each in queries]


def test_rows_may_leave_out_the_words(old: Engine) -> None:
    """From then on, and earlier releases go on writing them."""
    with pytest.raises(DBAPIError, match="words"):
        store(old, 2)
    migrate(old)
    store(old, 2)
    store(old, 3, ", words", ", 'by an old release'")
    assert words(old) == [["by an old release", "", "by an old release"]] * 2


def test_a_try_that_died_is_finished_by_the_next(old: Engine) -> None:
    """The first of its two steps may have been done."""

    def die(connection: object, cursor: object, statement: str, *_: object) -> None:
        if "ALTER TABLE collages" in statement or "sqlite_master" in statement:
            raise RuntimeError("died")

    event.listen(old, "before_cursor_execute", die)
    with pytest.raises(RuntimeError, match="died"):
        migrate(old)
    event.remove(old, "before_cursor_execute", die)
    assert state(old).current == "0005"
    migrate(old)
    store(old, 2)
    assert words(old) == [["by an old release", ""]] * 2


def test_the_words_go_with_their_contract(old: Engine) -> None:
    """Not before rows may leave them out; the rows stay."""
    with pytest.raises(Refused, match="0007_words_dropped comes after 0006_words_default"):
        run_contract(old, "0007", print)
    migrate(old)
    store(old, 2)
    run_contract(old, "0007", print)
    store(old, 3)
    assert state(old).current == "0006+0007"
    with old.connect() as connection:
        for table in ("collages", "offers"):
            assert not has_column(table, "words")(connection)
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 3


@pytest.mark.slow
def test_a_user_of_one_database_can_migrate(mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has no right to see whose transactions are open waits for none; an instant change holds up nobody."""
    url = mariadb.database()
    name = url.rpartition("/")[2]
    root = at_0005(database_engine(url), monkeypatch)
    with root.begin() as connection:
        connection.exec_driver_sql(f"CREATE USER {name}@'127.0.0.1'")
        connection.exec_driver_sql(f"GRANT ALL ON {name}.* TO {name}@'127.0.0.1'")
    owner = database_engine(url.replace("root@", f"{name}@"))
    migrate(owner)
    store(owner, 2)
    owner.dispose()
    root.dispose()
