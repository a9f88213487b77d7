"""Inserting many rows by few statements: `insert_rows(connection, table, rows)`."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table, insert

Rows = list[dict[str, Any]]

# Rows of one INSERT; so many stay well below MySQL's max_allowed_packet of 16 MB.
_CHUNK = 1000


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows that have the same columns.

    On MySQL a thousand of them are one INSERT whose parameters the driver converts in one call. Its own
    executemany takes every row and every value by itself, which is three times the work.
    """
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        if connection.dialect.name == "sqlite":
            connection.execute(insert(table), chunk)
        else:
            columns = [table.c[name] for name in chunk[0]]
            statement = _statement(table, columns, len(chunk), connection.dialect)
            connection.exec_driver_sql(statement, tuple(_values(columns, chunk, connection.dialect)))


def _statement(table: Table, columns: Collection[Column[Any]], rows: int, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    row = f"({', '.join(['%s'] * len(columns))})"
    names = ", ".join(quote(column.name) for column in columns)
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES {', '.join([row] * rows)}"  # noqa: S608


def _values(
    columns: Sequence[Column[Any]], rows: Sequence[dict[str, Any]], dialect: Dialect
) -> Iterator[Any]:
    """The values row by row, gathered column by column, which needs no Python for a value as it is."""
    gathered = (_column(column, rows, dialect) for column in columns)
    return chain.from_iterable(zip(*gathered, strict=True))


def _column(column: Column[Any], rows: Sequence[dict[str, Any]], dialect: Dialect) -> Iterator[Any]:
    values = map(itemgetter(column.name), rows)
    # What SQLAlchemy does with a value of the column before the driver gets it, if anything.
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if convert is None else map(convert, values)
