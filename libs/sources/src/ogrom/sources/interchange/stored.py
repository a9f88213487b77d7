"""Rows that are stored, read by their keys, and the records that they are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Table, select, tuple_

from ogrom.protocols.catalogue import CategoryRecord, Offer, ProductRecord
from ogrom.protocols.models import Collage, Money, Placement

from ..tables import categories, category_names, collages, offers, placements, products

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

PARTS: Mapping[Table, tuple[Table, str]] = {
    categories: (category_names, "category_id"),
    products: (offers, "product_id"),
    collages: (placements, "collage_id"),
}
"""By table, where the rest of its records stands, and which column says whose it is."""


# MariaDB makes a temporary table of a thousand keys or more.
_KEYS = 500


def rows_by(
    connection: Connection, table: Table, columns: Sequence[str], keys: Collection[Any], *, lock: bool = False
) -> Sequence[AnyRow]:
    """The rows whose `columns` are among `keys`, in the order of the primary key.

    Args:
        lock: let nobody else change them before the transaction ends.
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


def parts_of(connection: Connection, table: Table, ids: Collection[int]) -> dict[int, list[AnyRow]]:
    """The rest of records, by their ids."""
    parts, owner = PARTS[table]
    whose = attrgetter(owner)
    rows = sorted(rows_by(connection, parts, (owner,), ids), key=whose)
    return {id: list(group) for id, group in groupby(rows, key=whose)}


def category_records(connection: Connection, rows: Sequence[AnyRow]) -> list[CategoryRecord]:
    """The categories of rows of their table."""
    names = parts_of(connection, categories, [row.id for row in rows])
    return [
        CategoryRecord(
            id=row.id,
            parent_id=row.parent_id,
            names={each.locale: each.name for each in names.get(row.id, ())},
            updated_at=row.updated_at,
            revision=row.revision,
        )
        for row in rows
    ]


def product_records(connection: Connection, rows: Sequence[AnyRow]) -> list[ProductRecord]:
    """The products of rows of their table, with the offers of all markets."""
    sold = parts_of(connection, products, [row.id for row in rows])
    return [
        ProductRecord(
            id=row.id,
            brand=row.brand,
            category_id=row.category_id,
            image_url=row.image_url,
            offers=_offers(sold.get(row.id, ())),
            updated_at=row.updated_at,
            revision=row.revision,
        )
        for row in rows
    ]


def _offers(rows: Iterable[AnyRow]) -> dict[str, Offer]:
    return {
        row.locale: Offer(title=row.title, price=Money(amount=row.amount, currency=row.currency))
        for row in rows
    }


def collage_records(connection: Connection, rows: Sequence[AnyRow]) -> list[Collage]:
    """The collages of rows of their table."""
    placed = parts_of(connection, collages, [row.id for row in rows])
    return [
        Collage(
            id=row.id,
            locale=row.locale,
            author_id=row.author_id,
            title=row.title,
            placements=tuple(_placement(each) for each in placed.get(row.id, ())),
            revision=row.revision,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _placement(row: AnyRow) -> Placement:
    return Placement(**{name: getattr(row, name) for name in Placement.__struct_fields__})
