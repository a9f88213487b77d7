"""Rows: the mapping between records and rows, and statements about many rows."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    Row,
    Select,
    Table,
    bindparam,
    insert,
    select,
    tuple_,
)

from .tables import ID, UtcDateTime

__all__ = ["AnyRow", "Entity", "Parts", "Rows", "insert_rows", "keyset_after", "rows_by"]

R = TypeVar("R", bound=Struct)
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]
Rows: TypeAlias = list[dict[str, Any]]

# Rows of one INSERT; so many stay well below MySQL's max_allowed_packet of 16 MB.
_CHUNK = 1000

# MariaDB makes a temporary table of a thousand keys or more.
_KEYS = 500


@dataclass(frozen=True)
class Parts(Generic[R]):
    """Rows of another table that belong to a record.

    Attributes:
        table: where they are.
        owner: the column that holds the record's id.
        rows: gives the rows of a record.
        fields: gives the fields of the record that its rows stand for.
    """

    table: Table
    owner: str
    rows: Callable[[R], Rows]
    fields: Callable[[Sequence[AnyRow]], dict[str, Any]]


def _nothing(_: object) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Entity(Generic[R]):
    """How records of one type are stored. A field and a column of the same name hold the same value.

    Attributes:
        name: the field of a Catalogue that holds such records.
        record: their type.
        table: has a row for each.
        parts: the rows of another table that belong to them.
        computed: gives the columns that no field holds.
    """

    name: str
    record: type[R]
    table: Table
    parts: Parts[R] | None = None
    computed: Callable[[R], dict[str, Any]] = _nothing

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that are columns."""
        return tuple(name for name in self.record.__struct_fields__ if name in self.table.c)

    @property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns that are fields, in the order of `from_row`."""
        return tuple(self.table.c[name] for name in self.fields)

    def row(self, record: R) -> dict[str, Any]:
        return {**{name: getattr(record, name) for name in self.fields}, **self.computed(record)}

    def from_row(self, row: Sequence[Any]) -> R:
        """The record of a row that holds `columns` and nothing else; one without parts."""
        return self.record(**dict(zip(self.fields, row)))  # noqa: B905 - a check that costs time in each row

    def records(self, connection: Connection, rows: Sequence[AnyRow]) -> list[R]:
        """The records of whole rows, with their parts."""
        parts = self._parts(connection, [row.id for row in rows]) if self.parts else {}
        return [self._record(row, parts.get(row.id, ()) if self.parts else ()) for row in rows]

    def _record(self, row: AnyRow, parts: Sequence[AnyRow]) -> R:
        fields = self.parts.fields(parts) if self.parts else {}
        return self.record(**{name: getattr(row, name) for name in self.fields}, **fields)

    def _parts(self, connection: Connection, ids: Collection[int]) -> dict[int, list[AnyRow]]:
        assert self.parts is not None
        owner = attrgetter(self.parts.owner)
        rows = sorted(rows_by(connection, self.parts.table, (self.parts.owner,), ids), key=owner)
        return {id: list(group) for id, group in groupby(rows, key=owner)}


def rows_by(
    connection: Connection, table: Table, columns: Sequence[str], keys: Collection[Any], *, lock: bool = False
) -> Sequence[AnyRow]:
    """The rows whose `columns` are among `keys`, in the order of the primary key.

    Args:
        lock: keep others from changing them until the transaction ends.
    """
    key: ColumnElement[Any] = tuple_(*(table.c[name] for name in columns))
    if len(columns) == 1:
        key = table.c[columns[0]]
    wanted = list(dict.fromkeys(keys))
    rows: list[AnyRow] = []
    for start in range(0, len(wanted), _KEYS):
        statement = select(table).where(key.in_(wanted[start : start + _KEYS]))
        rows += connection.execute(statement.with_for_update() if lock else statement)
    # Sorted here, because the databases would write the texts into a temporary table to sort them.
    return sorted(rows, key=attrgetter(*(column.name for column in table.primary_key)))


def keyset_after(*keys: tuple[ColumnElement[Any], Any], descending: bool = False) -> ColumnElement[bool]:
    """The condition that a row comes after a key, in a form for which both databases use the index.

    Args:
        keys: each column of the key with its value, in the order of the index.
        descending: whether the rows are read from the highest key down.
    """
    (column, value), *others = keys
    after: ColumnElement[bool] = column < value if descending else column > value
    if not others:
        return after
    not_before: ColumnElement[bool] = column <= value if descending else column >= value
    return not_before & (after | keyset_after(*others, descending=descending))


def after_age_key(table: FromClause) -> ColumnElement[bool]:
    """The condition that a row is older than an AgeKey, whose fields are parameters of the statement."""
    created_at, id = bindparam("created_at", type_=UtcDateTime), bindparam("id", type_=ID)
    return keyset_after((table.c.created_at, created_at), (table.c.id, id), descending=True)


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
            statement = _insert(table, columns, len(chunk), connection.dialect)
            connection.exec_driver_sql(statement, tuple(_values(columns, chunk, connection.dialect)))


def _insert(table: Table, columns: Collection[Column[Any]], rows: int, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer.quote
    row = f"({', '.join(['%s'] * len(columns))})"
    names = ", ".join(quote(column.name) for column in columns)
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES {', '.join([row] * rows)}"  # noqa: S608


def _values(
    columns: Sequence[Column[Any]], rows: Sequence[dict[str, Any]], dialect: Dialect
) -> Iterator[Any]:
    """The values row by row, gathered column by column, so that Python touches only those to be converted."""
    gathered = (_column(column, rows, dialect) for column in columns)
    return chain.from_iterable(zip(*gathered, strict=True))


def _column(column: Column[Any], rows: Sequence[dict[str, Any]], dialect: Dialect) -> Iterator[Any]:
    values = map(itemgetter(column.name), rows)
    # What SQLAlchemy does with a value of the column before the driver gets it, if anything.
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if convert is None else map(convert, values)
