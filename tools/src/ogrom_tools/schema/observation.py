"""What happens to the tables of a database, as the plain operations that the rules judge."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection, event, inspect

Plain: TypeAlias = dict[str, Any]

WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+[`\"]?(\w+)", re.IGNORECASE)
TRIGGER = re.compile(
    r"\s*CREATE TRIGGER\s+(?:IF NOT EXISTS\s+)?[`\"]?(\w+).*?\sON\s+[`\"]?(\w+)", re.IGNORECASE | re.DOTALL
)
CLAUSE = re.compile(r"ALGORITHM\s*=\s*\w+(?:, LOCK\s*=\s*\w+)?$", re.IGNORECASE)


@contextmanager
def observed(connection: Connection) -> Iterator[list[Plain]]:
    """What a block of code does by this connection; the list has it once the block has ended."""
    operations: list[Plain] = []
    statements: list[str] = []

    def keep(_: object, __: object, statement: str, *___: object) -> None:
        statements.append(statement)

    before = facts(connection)
    event.listen(connection, "before_cursor_execute", keep)
    yield operations
    event.remove(connection, "before_cursor_execute", keep)
    after = facts(connection)
    for key in before | after:
        operations += difference(before.get(key), after.get(key))
    for each in operations:
        if sent := clause(each, statements):
            each["clauses"] = {"mariadb": sent}
    made = filter(None, map(TRIGGER.match, statements))
    operations += [{"does": "add_trigger", "table": each[2], "name": each[1]} for each in made]
    filled = {found[1]: None for each in statements if (found := WRITES.match(each))}
    operations += [{"does": "fill", "table": each} for each in filled if not is_kept_by_others(each)]


def difference(before: Plain | None, after: Plain | None) -> Iterator[Plain]:
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


def facts(connection: Connection) -> dict[tuple[str, ...], Plain]:
    """What a database has, each by its kind, table and name, as the operation that adds it."""
    inspector, found = inspect(connection), dict[tuple[str, ...], Plain]()
    inspector.clear_cache()
    for table in sorted(filter(lambda each: not is_kept_by_others(each), inspector.get_table_names())):
        found["table", table] = {"does": "add_table", "table": table}
        for column in inspector.get_columns(table):
            default = column["default"] or ("AUTO_INCREMENT" if column.get("autoincrement") is True else "")
            found["column", table, column["name"]] = {
                "does": "add_column",
                "table": table,
                "column": column["name"],
                "type": str(column["type"]),
                "nullable": column["nullable"],
                "default": default,
            }
        for index in inspector.get_indexes(table):
            found["index", table, str(index["name"])] = {
                "does": "add_index",
                "table": table,
                "name": index["name"],
                "columns": index["column_names"],
                "unique": bool(index["unique"]),
                "full_text": "FULLTEXT" in str(index.get("dialect_options")),
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


def clause(operation: Plain, statements: list[str]) -> str:
    """What ended the first statement about an operation's table and column, index or key."""
    names = (operation["table"], operation.get("column") or operation.get("name", ""))
    about = (each for each in statements if all(re.search(rf"\b{re.escape(name)}\b", each) for name in names))
    return next((found[0] for each in about if (found := CLAUSE.search(each.rstrip()))), "")


def is_kept_by_others(table: str) -> bool:
    """Whether Alembic or SQLite's full text search keeps the table for itself."""
    return table == "alembic_version" or table.startswith(("sqlite_", "texts_fts"))
