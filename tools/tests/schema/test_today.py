"""The schema passes the rules: each revision, by what it does to a database, and the tables of the work tree."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, inspect

from ogrom.sources import migrations
from ogrom_rules import Level
from ogrom_rules.schema import Change, beside, declared, judge, misfits
from ogrom_tools.projects import ROOT

TABLES = ROOT / "libs" / "sources" / "src" / "ogrom" / "sources" / "sql" / "tables.py"
SCRIPTS = Path(migrations.__file__).parent
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+[`\"]?(\w+)", re.IGNORECASE)
ROWS = """
INSERT INTO categories VALUES (1, NULL, 1, '2026-01-01 00:00:00');
INSERT INTO products VALUES (1, 'Ogrom', 1, 'https://example.org/1.png', 1, '2026-01-01 00:00:00');
INSERT INTO offers VALUES ('de-DE', 1, 'Roter Schuh', 100, 'EUR', 'roter schuh');
INSERT INTO users VALUES (1, 'Ann', 'https://example.org/ann.png', 1, '2026-01-01 00:00:00');
INSERT INTO collages VALUES (1, 'de-DE', 1, 'Schuhe', 'schuhe', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')
"""
"""What there is when revision 0002 comes, so that what fills rows does."""

Facts = dict[tuple[str, ...], dict[str, Any]]
"""What a database has, each by its kind, table and name, as the operation that adds it."""


def test_each_revision_passes_as_an_expand(empty: Engine) -> None:
    """Beside the release before it as well: what it fills, it has made."""
    changes = list(changes_of(empty))
    work_tree = declared("the work tree", TABLES.read_text(encoding="utf-8"))
    assert [each.name for each in changes] == ["0001", "0002", "0003", "0004", "0005"]
    assert {each.table for one in changes for each in one.operations if each.does == "fill"} == {
        "texts",
        "category_offers",
    }
    assert judge(changes) == ()
    assert misfits(changes, work_tree) == ()
    for change in changes[1:]:
        assert beside(change, [work_tree]) == ()


def test_what_a_revision_would_do_wrong_is_seen(empty: Engine) -> None:
    """The control: a rename and an UPDATE after revision 0005."""
    changes = list(changes_of(empty))
    with empty.begin() as connection, observed(connection) as operations:
        connection.exec_driver_sql("ALTER TABLE users RENAME COLUMN name TO title")
        connection.exec_driver_sql("UPDATE users SET title = 'Ann'")
    wrong = Change.parse({"name": "0006", "kind": "expand", "operations": operations})
    found = {each.rule for each in judge([*changes, wrong]) if each.level is Level.MAJOR}
    assert found >= {"contract-in-expand", "not-null-without-default", "fill-in-ddl", "clause-missing"}
    work_tree = declared("the work tree", TABLES.read_text(encoding="utf-8"))
    assert [each.rule for each in beside(wrong, [work_tree])] == ["dropped-in-use"]
    assert {each.rule for each in misfits([*changes, wrong], work_tree)} == {"lacking-in-schema", "unwritten"}


@pytest.mark.parametrize(
    "text", ["import sqlalchemy", "Table(NAME, metadata)", "Table('users', metadata, Column(ID))"]
)
def test_tables_that_cannot_be_read_are_not_taken_for_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"declares none|must begin with its name"):
        declared("sources 9.0.0", text)


def changes_of(engine: Engine) -> Iterator[Change]:
    """Run the revisions one by one."""
    revisions = [each.revision for each in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]
    for revision in revisions:
        with engine.begin() as connection, observed(connection) as operations:
            config = Config()
            config.set_main_option("script_location", str(SCRIPTS))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        yield Change.parse({"name": revision, "kind": "expand", "operations": operations})
        if revision == revisions[0]:
            with engine.begin() as connection:
                for statement in ROWS.split(";"):
                    connection.exec_driver_sql(statement)


@contextmanager
def observed(connection: Connection) -> Iterator[list[dict[str, Any]]]:
    """The operations by which the tables differ at the end of the block, and those that filled them."""
    operations: list[dict[str, Any]] = []
    filled: dict[str, None] = {}

    def watch(_: object, __: object, statement: str, *___: object) -> None:
        if found := WRITES.match(statement):
            filled[found[1]] = None

    before = facts(connection)
    event.listen(connection, "before_cursor_execute", watch)
    yield operations
    event.remove(connection, "before_cursor_execute", watch)
    after = facts(connection)
    operations += [after[key] for key in after if key not in before]
    operations += [dropped(before[key]) for key in before if key not in after]
    operations += [{"does": "fill", "table": each} for each in filled if not is_kept_by_others(each)]


def facts(connection: Connection) -> Facts:
    inspector = inspect(connection)
    inspector.clear_cache()
    found: Facts = {}
    for table in sorted(inspector.get_table_names()):
        if is_kept_by_others(table):
            continue
        found["table", table] = {"does": "add_table", "table": table}
        for column in inspector.get_columns(table):
            found["column", table, column["name"]] = {
                "does": "add_column",
                "table": table,
                **described(column),
            }
        for index in inspector.get_indexes(table):
            kind = {
                "unique": bool(index["unique"]),
                "full_text": "FULLTEXT" in str(index.get("dialect_options")),
            }
            named = {"name": index["name"], "columns": index["column_names"]}
            found["index", table, str(index["name"])] = {"does": "add_index", "table": table, **named, **kind}
        for key in inspector.get_foreign_keys(table):
            columns = key["constrained_columns"]
            named = {"name": key["name"] or "", "columns": columns, "to": key["referred_table"]}
            cascades = bool({"CASCADE", "SET NULL"} & {str(each).upper() for each in key["options"].values()})
            named = {**named, "cascades": cascades}
            found["key", table, *columns] = {"does": "add_foreign_key", "table": table, **named}
    return found


def described(column: Any) -> dict[str, Any]:
    default = column["default"] or ("AUTO_INCREMENT" if column.get("autoincrement") is True else "")
    named = {"column": column["name"], "type": str(column["type"])}
    return {**named, "nullable": column["nullable"], "default": default}


def dropped(added: dict[str, Any]) -> dict[str, Any]:
    return {**added, "does": added["does"].replace("add_", "drop_")}


def is_kept_by_others(table: str) -> bool:
    """Whether Alembic or SQLite's full text search keeps the table for itself."""
    return table == "alembic_version" or table.startswith(("sqlite_", "texts_fts"))
