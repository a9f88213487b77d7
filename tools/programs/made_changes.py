"""Makes the changes of a release of ogrom-sources on a database of MariaDB, and prints what each does to the tables.

python made_changes.py SOURCES URL NAME ...      the release's `src` folder, an empty database, the names of all changes

A line of JSON for each: the operations, as the rules for the schema have them, that make the tables after it of those
before; or a text that says why it cannot be made.
"""

import importlib
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, exc, inspect

Plain: TypeAlias = dict[str, Any]
Facts: TypeAlias = dict[tuple[str, ...], Plain]

_OTHERS = {"alembic_version", "schema_changes"}
# They say how far the others are.
_INDEXES = """
SELECT table_name, index_name, group_concat(column_name ORDER BY seq_in_index), max(non_unique), max(index_type)
FROM information_schema.statistics
WHERE table_schema = database() AND index_name <> 'PRIMARY' AND table_name NOT IN ('alembic_version', 'schema_changes')
GROUP BY table_name, index_name
"""
# SQLAlchemy does not list those that are ignored.
_TRIGGERS = "SELECT event_object_table, trigger_name FROM information_schema.triggers WHERE trigger_schema = database()"

ROWS = """
INSERT INTO categories VALUES (1, NULL, 1, '2026-01-01 00:00:00');
INSERT INTO products VALUES (1, 'Ogrom', 1, 'https://example.org/1.png', 1, '2026-01-01 00:00:00');
INSERT INTO offers VALUES ('de-DE', 1, 'Roter Schuh', 100, 'EUR', 'roter schuh');
INSERT INTO users VALUES (1, 'Ann', 'https://example.org/ann.png', 1, '2026-01-01 00:00:00');
INSERT INTO collages VALUES (1, 'de-DE', 1, 'Schuhe', 'schuhe', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00')
"""
"""What there is after the first revision, so that what fills rows has some, in each table that others refer to."""


def main() -> None:
    """Print a line for each change: what it does to the tables, or why it cannot be done."""
    folder, url, *names = sys.argv[1:]
    sys.path.insert(0, folder)
    for name in names:
        try:
            line: object = _run(url, name)
        except Exception as problem:  # noqa: BLE001  whatever the change raises
            line = f"{type(problem).__name__}: {problem}"
        print(json.dumps(line), flush=True)
        if isinstance(line, str):
            return


def _run(url: str, name: str) -> object:
    """Make one change; the operations that this is."""
    engine = importlib.import_module("ogrom.sources.database.engine").database_engine(url)
    changes = {each.name: each for each in importlib.import_module("ogrom.sources.schema.changes").CHANGES}
    with engine.connect() as connection:
        before = facts(connection)
    kind = changes[name].kind if name in changes else "expand"
    if kind == "backfill":
        importlib.import_module("ogrom.sources.schema.backfill").backfill(engine, changes[name])
    elif kind == "contract":
        importlib.import_module("ogrom.sources.schema.runner").contract(engine, changes[name])
    else:
        scripts = Path(importlib.import_module("ogrom.sources.migrations").__path__[0])
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, name[:4])
    with engine.begin() as connection:
        found = list(differences(before, facts(connection)))
        for statement in ROWS.split(";") if name == "0001" else ():
            connection.exec_driver_sql(statement)
    engine.dispose()
    return found


def differences(before: Facts, after: Facts) -> Iterator[Plain]:
    """The operations that make one database out of another."""
    for key in before | after:
        yield from _difference(before.get(key), after.get(key))


def _difference(before: Plain | None, after: Plain | None) -> Iterator[Plain]:
    """The operations that make one out of the other; None is what is not there."""
    if before == after:
        return
    if before is None or after is None or "column" not in after:
        if before:
            yield {**before, "does": before["does"].replace("add_", "drop_")}
        if after:
            yield after
        return
    if before["type"] != after["type"]:
        yield {**after, "does": "change_type", "before": before["type"]}
    if before["nullable"] != after["nullable"]:
        yield {**after, "does": "set_null" if after["nullable"] else "set_not_null"}
    if before["default"] != after["default"]:
        yield {**after, "does": "set_default" if after["default"] else "drop_default"}


def facts(connection: Connection) -> Facts:
    """What a database of MySQL or MariaDB has, each by its kind, table and name, as the operation that adds it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unknown schema content", exc.SAWarning)  # an index that is ignored
        found = _tables(connection)
    for table, name, columns, is_many, kind in connection.exec_driver_sql(_INDEXES):
        found["index", table, name] = {
            "does": "add_index",
            "table": table,
            "name": name,
            "columns": columns.split(","),
            "unique": not is_many,
            "full_text": kind == "FULLTEXT",
        }
    for table, name in connection.exec_driver_sql(_TRIGGERS):
        found["trigger", table, name] = {"does": "add_trigger", "table": table, "name": name}
    return found


def _tables(connection: Connection) -> Facts:
    inspector, found = inspect(connection), Facts()
    for table in sorted({*inspector.get_table_names()} - _OTHERS):
        found["table", table] = {"does": "add_table", "table": table}
        for column in inspector.get_columns(table):
            counted = "AUTO_INCREMENT" if column.get("autoincrement") is True else ""
            found["column", table, column["name"]] = {
                "does": "add_column",
                "table": table,
                "column": column["name"],
                "type": column["type"].compile(dialect=connection.dialect),
                "nullable": column["nullable"],
                "default": column["default"] or counted,
            }
        for key in inspector.get_foreign_keys(table):
            found["key", table, *key["constrained_columns"]] = {
                "does": "add_foreign_key",
                "table": table,
                "name": key["name"] or "",
                "columns": key["constrained_columns"],
                "to": key["referred_table"],
                "cascades": bool(
                    {"CASCADE", "SET NULL"} & {str(each).upper() for each in key.get("options", {}).values()}
                ),
            }
    return found


if __name__ == "__main__":
    main()
