"""The schema passes the rules: each revision, by what it does to a database, and the tables of the work tree."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from ogrom.sources import migrations
from ogrom_rules import Level
from ogrom_rules.schema import Change, Release, beside, declared, judge, misfits
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import ROOT

Observe: TypeAlias = Callable[[Connection], AbstractContextManager[list[dict[str, Any]]]]

TABLES = ROOT / "libs" / "sources" / "src" / "ogrom" / "sources" / "sql" / "tables.py"
SCRIPTS = Path(migrations.__file__).parent
SERVERS: dict[str, tuple[str, ...]] = {"sqlite": (), "mysql": ("mariadb",)}
"""Whose clauses a statement has that is sent to a database of this dialect."""
ROWS = """
INSERT INTO categories VALUES (1, NULL, 1, '2026-01-01 00:00:00');
INSERT INTO products VALUES (1, 'Ogrom', 1, 'https://example.org/1.png', 1, '2026-01-01 00:00:00');
INSERT INTO offers VALUES ('de-DE', 1, 'Roter Schuh', 100, 'EUR', 'roter schuh');
INSERT INTO users VALUES (1, 'Ann', 'https://example.org/ann.png', 1, '2026-01-01 00:00:00');
INSERT INTO collages VALUES (1, 'de-DE', 1, 'Schuhe', 'schuhe', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')
"""
"""What there is when revision 0002 comes, so that what fills rows does."""


@pytest.fixture
def changes(empty: Engine, observed: Observe) -> list[Change]:
    """The revisions, each run and observed."""
    return list(run(empty, observed))


@pytest.fixture
def work_tree() -> Release:
    return declared("the work tree", TABLES.read_text(encoding="utf-8"))


def test_each_revision_passes_as_an_expand(changes: list[Change], work_tree: Release, empty: Engine) -> None:
    """Beside the releases that follow it, too; what the first five fill, they have made."""
    filled = {each.table for one in changes[:5] for each in one.operations if each.does == "fill"}
    assert [each.name for each in changes[:5]] == ["0001", "0002", "0003", "0004", "0005"]
    assert filled == {"texts", "category_offers"}
    assert judge(changes, SERVERS[empty.dialect.name]) == ()
    assert misfits(changes, work_tree) == ()
    assert [found for each in changes for found in beside(each, [work_tree])] == []


def test_every_release_fits_the_tables_of_today(changes: list[Change]) -> None:
    """By what it declares, read from the tree that the ledger names; without revision 0005 the last ones do not."""
    repository, releases = Repository(ROOT), Ledger.read(ROOT).of("sources")
    read = [declared(str(each), tables_of(repository, each.tree)) for each in releases]
    assert {each.name: misfits(changes, each) for each in read} == {str(each): () for each in releases}
    before = misfits(changes[:4], next(each for each in read if each.name == "sources 4.1.0"))
    assert {each.rule for each in before} == {"lacking-in-schema"}
    assert {each.symbol.split(".")[0] for each in before} == {"idempotency_keys"}


def test_a_revision_that_hurts_is_seen(
    changes: list[Change], work_tree: Release, empty: Engine, observed: Observe
) -> None:
    """The control: a rename, an UPDATE and a column that is suddenly needed, after the last revision."""
    with empty.begin() as connection, observed(connection) as operations:
        connection.exec_driver_sql("ALTER TABLE users RENAME COLUMN name TO title")
        connection.exec_driver_sql("UPDATE users SET title = 'Ann'")
        connection.exec_driver_sql(
            "CREATE TRIGGER upper AFTER INSERT ON users FOR EACH ROW BEGIN DELETE FROM likes; END"
        )
    wrong = Change.parse({"name": "wrong", "kind": "expand", "operations": operations})
    assert {(each.table, each.name) for each in wrong.operations if each.does == "add_trigger"} == {
        ("users", "upper")
    }
    found = {each.rule for each in judge([*changes, wrong]) if each.level is Level.MAJOR}
    assert found == {"contract-in-expand", "not-null-without-default", "fill-in-ddl", "clause-missing"}
    assert [each.rule for each in beside(wrong, [work_tree])] == ["dropped-in-use"]
    assert {each.rule for each in misfits([*changes, wrong], work_tree)} == {"lacking-in-schema", "unwritten"}


@pytest.mark.slow
def test_the_clauses_that_were_sent_are_judged(mariadb_engine: Engine, observed: Observe) -> None:
    sent = [
        ("title SET DEFAULT 'none'", "ALGORITHM=INSTANT, LOCK=NONE", set()),
        ("title SET DEFAULT 'some'", "ALGORITHM=COPY, LOCK=SHARED", {"clause-differs"}),
        ("title DROP DEFAULT", "LOCK=NONE", {"clause-missing"}),
    ]
    with mariadb_engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE collages (id BIGINT PRIMARY KEY, title VARCHAR(255) NOT NULL)"
        )
        for act, clause, expected in sent:
            with observed(connection) as operations:
                connection.exec_driver_sql(f"ALTER TABLE collages ALTER COLUMN {act}, {clause}")
            kind = "contract" if "DROP" in act else "expand"
            change = Change.parse({"name": "0006", "kind": kind, "operations": operations})
            assert {each.rule for each in judge([change], ["mariadb"])} == expected


def tables_of(repository: Repository, tree: str) -> str:
    """The module of tables of a library's tree, whose place was another one once."""
    files = repository("ls-tree", "-r", "--name-only", tree).split()
    return repository.show(tree, next(each for each in files if each.endswith("/tables.py")))


def run(engine: Engine, observed: Observe) -> Iterator[Change]:
    """Run the revisions one by one."""
    revisions = [each.revision for each in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]
    for revision in revisions:
        with engine.begin() as connection, observed(connection) as operations:
            config = Config()
            config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        yield Change.parse({"name": revision, "kind": "expand", "operations": operations})
        if revision == revisions[0]:
            with engine.begin() as connection:
                for statement in ROWS.split(";"):
                    connection.exec_driver_sql(statement)
