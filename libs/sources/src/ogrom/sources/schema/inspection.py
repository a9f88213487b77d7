"""Questions about the tables as they are, for `Step.is_done`. Each is asked anew: nothing is kept."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Dialect, Inspector, exc, inspect, text

__all__ = [
    "column",
    "has_column",
    "has_foreign_key",
    "has_index",
    "has_table",
    "has_trigger",
    "index_is_ignored",
    "inspecting",
    "is_mariadb",
    "lacks",
]

Question = Callable[[Connection], bool]

_TRIGGERS = {
    "mysql": "SELECT count(*) FROM information_schema.triggers"
    " WHERE trigger_schema = database() AND trigger_name = :name",
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name = :name",
}
_INDEX = (
    "SELECT count(*) FROM information_schema.statistics"
    " WHERE table_schema = database() AND table_name = :table AND index_name = :name"
)


@contextmanager
def inspecting(connection: Connection) -> Iterator[Inspector]:
    """SQLAlchemy's Inspector, which warns of each index that is ignored, since it has no word for that."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unknown schema content", exc.SAWarning)
        yield inspect(connection)


def lacks(question: Question) -> Question:
    """The opposite."""
    return lambda connection: not question(connection)


def has_table(name: str) -> Question:
    """Whether there is the table."""
    return lambda connection: inspect(connection).has_table(name)


def column(connection: Connection, table: str, name: str) -> Mapping[str, Any] | None:
    """The column as SQLAlchemy describes it; None if there is none, or no table."""
    with inspecting(connection) as inspector:
        columns = inspector.get_columns(table) if inspector.has_table(table) else []
    return next((found for found in columns if found["name"] == name), None)


def has_column(table: str, name: str) -> Question:
    """Whether the table has the column."""
    return lambda connection: column(connection, table, name) is not None


def has_index(table: str, name: str) -> Question:
    """Whether the table has the index."""

    def ask(connection: Connection) -> bool:
        if connection.dialect.name == "sqlite":
            query = "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND name = :name"
        else:
            query = _INDEX
        return bool(connection.scalar(text(query), {"table": table, "name": name}))

    return ask


def index_is_ignored(table: str, name: str) -> Question:
    """Whether the optimizer passes the index over. SQLite has no such thing: there every index counts as ignored."""

    def ask(connection: Connection) -> bool:
        if connection.dialect.name == "sqlite":
            return True
        ignored = " AND ignored = 'YES'" if is_mariadb(connection.dialect) else " AND is_visible = 'NO'"
        return bool(connection.scalar(text(_INDEX + ignored), {"table": table, "name": name}))

    return ask


def has_foreign_key(table: str, name: str) -> Question:
    """Whether the table has the foreign key."""

    def ask(connection: Connection) -> bool:
        with inspecting(connection) as inspector:
            return any(found["name"] == name for found in inspector.get_foreign_keys(table))

    return ask


def has_trigger(name: str) -> Question:
    """Whether there is the trigger."""
    return lambda connection: bool(
        connection.scalar(text(_TRIGGERS[connection.dialect.name]), {"name": name})
    )


def is_mariadb(dialect: Dialect) -> bool:
    """Whether it is MariaDB; MySQL and SQLite are not."""
    return bool(getattr(dialect, "is_mariadb", False))
