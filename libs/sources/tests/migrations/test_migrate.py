"""Migrations make the tables that the sources speak of, once, however often and by whomever they are run."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from ogrom.protocols.errors import Unavailable
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import HEAD, MigrationState, migrate, state
from ogrom.sources.sql.tables import metadata

MIGRATE = """
import sys
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
engine = database_engine(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
migrate(engine)
"""

# As the revisions make them.
IN_ORDER = (
    *("categories", "category_names", "products", "offers", "users"),
    *("collages", "placements", "comments", "likes", "texts"),
)


def differences(engine: Engine) -> object:
    """What a migration would have to change to reach the tables of `ogrom.sources.sql.tables`."""
    with engine.connect() as connection:
        options = {"include_name": _known}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def _known(name: str | None, kind: str, parents: object) -> bool:
    """Whether SQLAlchemy has words for it; it has none for a full text index and the tables behind one."""
    return name != "ft_texts_tokens" and not (name or "").startswith("texts_fts")


def test_the_history_leads_to_the_tables(empty: Engine) -> None:
    """Alembic finds no difference between what the revisions make and what the sources use."""
    assert differences(empty) != []
    migrate(empty)
    assert differences(empty) == []


def test_a_database_tells_how_far_it_is(empty: Engine) -> None:
    """An empty one is behind, a migrated one is not, and one revision back is behind again."""
    before = state(empty)
    migrate(empty)
    after = state(empty)
    assert (before.current, before.up_to_date) == (None, False)
    assert (after.current, after.up_to_date) == (after.head, True)
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
def test_a_migration_that_died_halfway_is_finished_by_the_next(empty: Engine, died_at: str) -> None:
    """MySQL has stored each CREATE before it, so they are found and not made again."""
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


@pytest.mark.slow
def test_nobody_waits_for_ever_for_another_migration(
    mariadb_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another process holds the lock for too long, that is the error."""
    monkeypatch.setattr("ogrom.sources.migrations.migrate._PATIENCE", 0)
    with mariadb_engine.connect() as other:
        other.execute(text("SELECT get_lock(concat('ogrom.migrate.', sha1(database())), 0)"))
        with pytest.raises(Unavailable, match="another process has been migrating it"):
            migrate(mariadb_engine)
    assert not state(mariadb_engine).up_to_date


def test_a_database_out_of_reach_is_unavailable() -> None:
    """Neither question nor migration hangs."""
    engine = database_engine("mysql://nobody@127.0.0.1:1/nowhere")
    with pytest.raises(Unavailable):
        state(engine)
    with pytest.raises(Unavailable):
        migrate(engine)


@pytest.mark.parametrize(
    ("current", "usable"), [(None, False), ("0001", False), ("0002", True), ("0003", True)]
)
def test_tables_of_this_version_and_newer_ones_are_usable(current: str | None, usable: bool) -> None:
    """A release that is rolled back finds tables that are newer than it."""
    assert MigrationState(current, "0002").is_usable is usable
