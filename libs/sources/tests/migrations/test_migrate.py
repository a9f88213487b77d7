"""Migrations make the tables that the sources speak of, once, however often and by whomever they are run."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from ogrom.protocols.errors import Unavailable
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import HEAD, MigrationState, migrate, state
from ogrom.sources.schema.change import Change, Kind
from ogrom.sources.schema.phase import Phase
from ogrom.sources.schema.progress import begin, finish
from ogrom.sources.schema.serves import SERVES
from ogrom.sources.sql.tables import metadata
from ogrom.sources.testing import fill

MIGRATE = """
import sys
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
engine = database_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
migrate(engine)
"""

HOLD = """
import sys
from ogrom.sources.database.engine import database_engine
from ogrom.sources.schema.lock import migration_lock
with migration_lock(database_engine(sys.argv[1]), print):
    print("ready", flush=True)
    sys.stdin.readline()
"""

# As the revisions make them.
IN_ORDER = (
    *("categories", "category_names", "products", "offers", "users"),
    *("collages", "placements", "comments", "likes", "texts"),
)


def differences(engine: Engine) -> list[Any]:
    """What a migration would have to change to reach the tables of `ogrom.sources.sql.tables`."""
    with engine.connect() as connection:
        options = {"include_name": _known}
        found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        return found


def _known(name: str | None, kind: str, parents: object) -> bool:
    """Whether the sources know it: no full text index nor the tables behind one, nor the table of changes."""
    return name not in {"ft_texts_tokens", "schema_changes"} and not (name or "").startswith("texts_fts")


def test_the_history_leads_to_the_tables(empty: Engine) -> None:
    """Alembic finds no difference between what all changes make and what the sources use."""
    assert differences(empty) != []
    migrate(empty)
    assert differences(empty) == []


def test_what_waits_for_its_contract_is_left_over(url: str, empty: Engine) -> None:
    """Nothing else, at the last phase before."""
    fill(url, HEAD)
    assert sorted((kind, table, column.name) for kind, _, table, column in differences(empty)) == [
        ("remove_column", "collages", "words"),
        ("remove_column", "offers", "words"),
    ]


def test_a_database_tells_how_far_it_is(empty: Engine) -> None:
    """An empty one is behind, a migrated one is not, and one revision back is behind again."""
    before = state(empty)
    migrate(empty)
    after = state(empty)
    assert (before.current, before.up_to_date) == (None, False)
    assert (Phase.parse(after.current or "").expand, after.up_to_date) == (after.head, True)
    assert not MigrationState("0000", after.head).up_to_date


def test_the_head_is_the_last_revision() -> None:
    """HEAD, which spares a start the reading of the history, is what Alembic finds to be its end."""
    folder = Path(migrate.__code__.co_filename).parent
    assert ScriptDirectory(str(folder)).get_heads() == [HEAD]


def test_alembic_is_not_imported_in_vain(empty: Engine) -> None:
    """A start on a database that is up to date does not pay for importing Alembic."""
    migrate(empty)
    url = empty.url.set(drivername=empty.dialect.name).render_as_string(hide_password=False)
    program = MIGRATE + "assert 'alembic' not in sys.modules"
    subprocess.run([sys.executable, "-c", program, url], input="\n", text=True, check=True)


def test_migrating_twice_is_migrating_once(empty: Engine) -> None:
    """The second time finds nothing to do and loses nothing."""
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("INSERT INTO users VALUES (1, 'x', '', 1, '2024-02-29 12:00:00.000000')"))
    migrate(empty)
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 1


@pytest.mark.parametrize("died_at", ["offers", "collages", "likes", "texts"])
def test_a_migration_that_died_halfway_is_finished_by_the_next(
    empty: Engine, died_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MySQL has stored each CREATE before it, so they are found and not made again."""
    with monkeypatch.context() as patch:
        patch.setattr("ogrom.sources.migrations.migrate.CHANGES", ())  # it died before its contracts
        migrate(empty)
    with empty.begin() as connection:
        for name in reversed(IN_ORDER[IN_ORDER.index(died_at) :]):
            connection.execute(text(f"DROP TABLE {name}"))
        table = " ON products" if empty.dialect.name == "mysql" else ""
        connection.execute(text(f"DROP INDEX ix_products_brand_id{table}"))
        connection.execute(text("DELETE FROM alembic_version"))
    migrate(empty)
    assert differences(empty) == []
    assert state(empty).up_to_date


@pytest.mark.slow
def test_processes_that_migrate_at_once_do_not_meet(url: str) -> None:
    """One does it, the others wait and find it done."""
    command = [sys.executable, "-c", MIGRATE, url]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    engine = database_engine(url)
    assert state(engine).up_to_date
    assert differences(engine) == []
    engine.dispose()


def test_a_failed_migration_gives_its_lock_back(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one need not wait."""

    def fail(*_: object) -> None:
        raise RuntimeError("died")

    with monkeypatch.context() as patch:
        patch.setattr("alembic.command.upgrade", fail)
        with pytest.raises(RuntimeError, match="died"):
            migrate(empty)
    migrate(empty)
    assert inspect(empty).has_table("collages")


def test_the_second_waits_while_the_first_lives_and_goes_on_when_it_dies(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says for whom, again and again; the lock of a process that was killed is free."""
    monkeypatch.setattr("ogrom.sources.schema.lock._ROUND", 1)
    monkeypatch.setattr("ogrom.sources.schema.lock._BETWEEN_LINES", 1)
    monkeypatch.setattr("ogrom.sources.database.deadlines.SQLITE_BUSY_TIMEOUT", 0.1)
    pipe, told = subprocess.PIPE, list[str]()
    engine = database_engine(url)
    with engine.begin() as connection:  # a file that is not new
        connection.execute(text("CREATE TABLE other (id INT)"))
    with subprocess.Popen([sys.executable, "-c", HOLD, url], stdin=pipe, stdout=pipe, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "ready\n"

        def tell(line: str) -> None:
            told.append(line)
            if len(told) == 3:
                first.kill()

        migrate(engine, tell=tell)
    assert state(engine).up_to_date
    holder = (
        "Another process writes to the file" if engine.dialect.name == "sqlite" else r"Connection \d+ \(root@"
    )
    assert [bool(re.match(holder, line)) for line in told] == [True] * len(told)
    engine.dispose()


@pytest.fixture
def reading(mariadb_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A connection whose transaction has read a table that the next migration changes."""
    migrate(mariadb_engine)
    with mariadb_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    change = text("ALTER TABLE users ADD COLUMN motto TEXT")
    monkeypatch.setattr(
        "alembic.command.upgrade", lambda config, _: config.attributes["connection"].execute(change)
    )
    with mariadb_engine.begin() as connection:
        connection.execute(text("SELECT id FROM users"))
        yield connection


@pytest.mark.slow
def test_a_table_in_use_is_tried_again(mariadb_engine: Engine, reading: Connection) -> None:
    """Until the transaction is over that keeps it, which is named."""
    number, told = reading.scalar(text("SELECT connection_id()")), list[str]()

    def tell(line: str) -> None:
        told.append(line)
        reading.rollback()

    migrate(mariadb_engine, tell=tell)
    assert "motto" in {each["name"] for each in inspect(mariadb_engine).get_columns("users")}
    (line,) = told
    assert f"A table is in use by connection {number} (root@" in line


@pytest.mark.slow
def test_nobody_waits_for_ever_for_a_table(
    mariadb_engine: Engine, reading: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says which transaction to end."""
    monkeypatch.setattr("ogrom.sources.migrations.migrate._TRIES", 2)
    monkeypatch.setattr("ogrom.sources.migrations.migrate._PAUSE", 0)
    number = reading.scalar(text("SELECT connection_id()"))
    with pytest.raises(
        Unavailable, match=rf"connection {number} \(root@.*, in a transaction since .* 2 times; end it"
    ) as caught:
        migrate(mariadb_engine)
    assert isinstance(caught.value.__cause__, DBAPIError)


def test_a_database_out_of_reach_is_unavailable() -> None:
    """Neither question nor migration hangs."""
    engine = database_engine("mysql://nobody@127.0.0.1:1/nowhere")
    with pytest.raises(Unavailable):
        state(engine)
    with pytest.raises(Unavailable):
        migrate(engine)


@pytest.mark.parametrize(("revision", "usable"), [(SERVES.needs, True), ("9998", True), ("0004", False)])
def test_tables_of_this_version_and_newer_ones_are_usable(empty: Engine, revision: str, usable: bool) -> None:
    """Older ones too if they have what it needs; a newer release that is rolled back leaves newer ones."""
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": revision})
    found = state(empty)
    assert (found.is_usable, found.up_to_date) == (usable, revision >= HEAD)


def test_a_contract_that_this_version_does_not_know_has_taken_its_tables(empty: Engine) -> None:
    """From its end on."""
    later = Change("9999_later", Kind.CONTRACT, ())
    migrate(empty)
    with empty.begin() as connection:
        begin(connection, later)
    assert state(empty).is_usable
    with empty.begin() as connection:
        finish(connection, later)
    assert not state(empty).is_usable
    assert "contract 9999 is later" in state(empty).problem()
