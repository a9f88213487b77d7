"""What tables a database has, and what makes others out of them, as the plain operations that the rules judge."""

import warnings
from collections.abc import Iterator
from typing import Any, TypeAlias

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
                "type": str(column["type"]),
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
