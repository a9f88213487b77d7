"""Looks for rows whose two forms differ, in batches: before new code reads the new form, and before a contract."""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import Connection, Dialect, text

from .batches import batches
from .expressions import quoted

__all__ = ["TwoForms", "differences"]


class TwoForms(Protocol):
    """An operation that gives the rows of a table a second form."""

    @property
    def table(self) -> str: ...

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key's columns."""
        ...

    @property
    def triggers(self) -> tuple[str, ...]:
        """What keeps the forms in step."""
        ...

    def out_of_step(self, dialect: Dialect) -> str:
        """The condition that a row's forms differ, in SQL."""
        ...


def differences(
    connection: Connection,
    operation: TwoForms,
    *,
    size: int = 1000,
    most: int = 10,
    between: Callable[[], None] = lambda: None,
) -> list[tuple[Any, ...]]:
    """The keys of the first rows whose forms differ; none if all are in step.

    Args:
        connection: in autocommit mode, so that each batch is a read of its own and no transaction stays open.
        size: how many rows a statement looks at.
        most: how many keys are enough.
        between: called between two statements, to slow down for the load.
    """
    found: list[tuple[Any, ...]] = []
    (table, *key) = quoted(connection.dialect, operation.table, *operation.key)
    for rows, values in batches(connection, operation.table, operation.key, size):
        query = f"SELECT {', '.join(key)} FROM {table} WHERE {rows} AND {operation.out_of_step(connection.dialect)}"
        found += map(tuple, connection.execute(text(query), values))
        if len(found) >= most:
            return found[:most]
        between()
    return found
