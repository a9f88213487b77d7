"""Storing records beside those that are there: only what differs is written, and search follows.

Every write of an import goes through `store` and `remove_products`.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, bindparam, delete, select, update

from ogrom.protocols.catalogue import Catalogue

from ..bulk import Rows, insert_rows
from ..indexing import index_collages, index_products
from ..records import rows_of
from ..tables import category_names, collages, offers, products
from .stored import PARTS, rows_by

_OWNERS = {parts: (table, owner) for table, (parts, owner) in PARTS.items()}


class Stored(Struct, frozen=True):
    """How many records were new, had changed, or were as they are."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        """Returns both together."""
        return Stored(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


class _Changes(Struct, frozen=True):
    """What makes the rows of a table what they shall be; `owners` are the keys of the records concerned."""

    table: Table
    deleted: Rows
    updated: Rows
    inserted: Rows
    owners: frozenset[Any]


def store(connection: Connection, batch: Catalogue) -> Stored:
    """Make the stored records those of the batch; they are put in the place of others with their ids.

    Args:
        connection: in a transaction.
        batch: some thousand records at most.
    """
    changes = list(_changes(connection, batch))
    for each in changes:
        _delete(connection, each)
    for each in changes:
        insert_rows(connection, each.table, each.inserted)
        _update(connection, each)
    _index(connection, changes)
    return _counted(batch, changes)


def remove_products(connection: Connection, ids: Collection[int]) -> None:
    """Delete products with their offers; nothing may refer to them."""
    connection.execute(delete(offers).where(offers.c.product_id.in_(list(ids))))
    connection.execute(delete(products).where(products.c.id.in_(list(ids))))


def _changes(connection: Connection, batch: Catalogue) -> Iterator[_Changes]:
    keys: dict[Table, list[Any]] = {}
    for table, rows in rows_of(batch):
        if table in _OWNERS:
            owned_by, owner = _OWNERS[table]
            if keys[owned_by]:
                yield _difference(connection, table, (owner,), keys[owned_by], rows)
        else:
            keys[table] = [_key(table, row) for row in rows]
            if rows:
                yield _difference(connection, table, _primary(table), keys[table], rows)


def _difference(
    connection: Connection, table: Table, columns: Sequence[str], keys: Collection[Any], rows: Rows
) -> _Changes:
    primary = _primary(table)
    wanted = {tuple(row[name] for name in primary): row for row in rows}
    found = {
        tuple(row[name] for name in primary): row
        for row in (each._asdict() for each in rows_by(connection, table, columns, keys, lock=True))
    }
    inserted = [row for key, row in wanted.items() if key not in found]
    updated = [row for key, row in wanted.items() if key in found and found[key] != row]
    deleted = [row for key, row in found.items() if key not in wanted]
    owners = {tuple(row[name] for name in columns) for row in (*inserted, *updated, *deleted)}
    return _Changes(table, deleted, updated, inserted, frozenset(owners))


def _primary(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _key(table: Table, row: dict[str, Any]) -> Any:
    key = tuple(row[name] for name in _primary(table))
    return key[0] if len(key) == 1 else key


def _delete(connection: Connection, changes: _Changes) -> None:
    if changes.deleted:
        table = changes.table
        connection.execute(delete(table).where(*_is_named(table)), _named(table, changes.deleted))


def _update(connection: Connection, changes: _Changes) -> None:
    if changes.updated:
        table, primary = changes.table, _primary(changes.table)
        names = [name for name in changes.updated[0] if name not in primary]
        statement = update(table).where(*_is_named(table)).values({name: bindparam(name) for name in names})
        keys = _named(table, changes.updated)
        rows = zip(changes.updated, keys, strict=True)
        connection.execute(statement, [{name: row[name] for name in names} | key for row, key in rows])


def _index(connection: Connection, changes: list[_Changes]) -> None:
    """Have the products and collages found by what they, and their categories, are called now."""
    touched = {each.table: [key[0] for key in each.owners] for each in changes}
    changed = {*touched.get(products, ()), *touched.get(offers, ())}
    if renamed := touched.get(category_names):
        changed |= set(connection.scalars(select(products.c.id).where(products.c.category_id.in_(renamed))))
    index_products(connection, sorted(changed))
    index_collages(connection, sorted(touched.get(collages, ())))


def _is_named(table: Table) -> list[Any]:
    return [column == bindparam(f"key_{column.name}") for column in table.primary_key]


def _named(table: Table, rows: Rows) -> Rows:
    return [{f"key_{name}": row[name] for name in _primary(table)} for row in rows]


def _counted(batch: Catalogue, changes: list[_Changes]) -> Stored:
    total = sum(len(getattr(batch, name)) for name in batch.__struct_fields__)
    touched: dict[Table, set[Any]] = {}
    for each in changes:
        table = _OWNERS[each.table][0] if each.table in _OWNERS else each.table
        touched.setdefault(table, set()).update(each.owners)
    new = sum(len(each.inserted) for each in changes if each.table not in _OWNERS)
    changed = sum(map(len, touched.values())) - new
    return Stored(new, changed, total - new - changed)
