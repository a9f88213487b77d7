"""Storing records: `load` fills an empty store in bulk; `store` puts records beside those that are there."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec import Struct
from sqlalchemy import Connection, Engine, Table, bindparam, delete, select, update

from ogrom.protocols.catalogue import Catalogue, ProductRecord
from ogrom.protocols.context import Context

from ..database.transactions import reading, writing
from ..search.indexing import index_collages, index_products
from ..search.tokens import text_of_collage, text_of_offer
from .categories import CATEGORIES
from .category_offers import list_in_categories, products_below
from .collages import COLLAGES
from .comments import COMMENTS
from .likes import LIKES
from .products import OFFER_IDS, PRODUCTS
from .rows import Entity, Rows, insert_rows, rows_by
from .tables import categories, category_names, collages, offers, products, texts, users
from .users import USERS

__all__ = ["ENTITIES", "Loaded", "Stored", "is_empty", "load", "remove_products", "rows_of", "store"]

T = TypeVar("T")

ENTITIES: tuple[Entity[Any], ...] = (CATEGORIES, PRODUCTS, OFFER_IDS, USERS, COLLAGES, COMMENTS, LIKES)
"""All that a Catalogue holds, in an order in which each refers to earlier ones only."""

_NAME = "database"
_NOBODY = Context(locale="")
_END = object()


def rows_of(batch: Catalogue) -> Iterator[tuple[Table, Rows]]:
    """The rows of a batch by table, in an order in which each refers to earlier ones only."""
    for entity in ENTITIES:
        records = getattr(batch, entity.name)
        yield entity.table, [entity.row(record) for record in records]
        if entity.parts is not None:
            yield entity.parts.table, [row for record in records for row in entity.parts.rows(record)]


def _size(batch: Catalogue) -> int:
    return sum(len(getattr(batch, entity.name)) for entity in ENTITIES)


class Loaded(Struct, frozen=True, kw_only=True):
    """How much was stored: records of the catalogue, and the rows of all tables that hold them."""

    records: int = 0
    rows: int = 0


def load(
    engine: Engine,
    batches: Iterable[Catalogue],
    progress: Callable[[int], None] | None = None,
    *,
    whole: bool = False,
) -> Loaded:
    """Store every batch, each in a transaction of its own, or all of them in one.

    While one is stored, the next is made on another thread.

    Args:
        batches: what a record refers to is in the same batch or an earlier one, or in the store.
        progress: called after each batch with the number of records stored so far.
        whole: store all batches or none.

    Raises:
        Conflict: a record exists already, or refers to nothing; its transaction is undone.
        Unavailable: the database cannot be reached.
    """
    loaded = Loaded()
    made = _made(batches, _category_names(engine))
    with prefetch(made) as ready, writing(engine, _NAME, _NOBODY) if whole else nullcontext() as only:
        for batch in ready:
            with nullcontext(only) if only else writing(engine, _NAME, _NOBODY) as connection:
                for table, rows in batch.tables:
                    insert_rows(connection, table, rows)
                listed = list_in_categories(connection, batch.products)
            loaded = Loaded(records=loaded.records + batch.records, rows=loaded.rows + batch.rows + listed)
            if progress is not None:
                progress(loaded.records)
    return loaded


def is_empty(engine: Engine) -> bool:
    """Whether the store has no user and no product yet.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with reading(engine, _NAME, _NOBODY) as connection:
        return not any(connection.execute(select(table.c.id).limit(1)).first() for table in (users, products))


@contextmanager
def prefetch(items: Iterable[T]) -> Iterator[Iterator[T]]:
    """The items in their order, each made on another thread while the one before it is used.

    This pays where the user waits for something that is not Python, such as a database. An error in making an item
    is raised where the item would have been used. The thread ends with the block, and first finishes the item that
    it has begun.
    """
    source = iter(items)
    with ThreadPoolExecutor(1, "ogrom-prefetch") as thread:

        def used() -> Iterator[T]:
            coming = thread.submit(next, source, _END)
            while (item := coming.result()) is not _END:
                coming = thread.submit(next, source, _END)
                yield item  # type: ignore[misc]

        yield used()


@dataclass(frozen=True)
class _Batch:
    """A batch as the rows of all tables, in the order in which they may be stored."""

    records: int
    tables: list[tuple[Table, Rows]]
    products: list[int]

    @property
    def rows(self) -> int:
        return sum(len(rows) for _, rows in self.tables)


def _made(batches: Iterable[Catalogue], names: dict[tuple[str, int], str]) -> Iterator[_Batch]:
    """The rows of each batch; `names` are those of the stored categories, by locale and id."""
    for batch in batches:
        for category in batch.categories:
            names.update(((locale, category.id), name) for locale, name in category.names.items())
        tables = [*rows_of(batch), (texts, _texts_of(batch, names))]
        yield _Batch(_size(batch), tables, [record.id for record in batch.products])


def _category_names(engine: Engine) -> dict[tuple[str, int], str]:
    with reading(engine, _NAME, _NOBODY) as connection:
        return {(row.locale, row.category_id): row.name for row in connection.execute(select(category_names))}


def _texts_of(batch: Catalogue, names: Mapping[tuple[str, int], str]) -> Rows:
    """The rows of `texts` by which search finds a batch."""
    return [
        *(row for record in batch.products for row in _texts_of_offers(record, names)),
        *(text_of_collage(collage.locale, collage.id, collage.title) for collage in batch.collages),
    ]


def _texts_of_offers(record: ProductRecord, names: Mapping[tuple[str, int], str]) -> Rows:
    return [
        text_of_offer(
            locale, record.id, offer.title, record.brand, names.get((locale, record.category_id), "")
        )
        for locale, offer in record.offers.items()
    ]


class Stored(Struct, frozen=True):
    """How many records were new, had changed, or stayed as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)


class _Changes(Struct, frozen=True):
    """What turns the rows of a table into those that are wanted.

    Attributes:
        replaced: the rows that those of `updated` take the place of, in the same order.
        owners: the keys of the records concerned.
    """

    table: Table
    deleted: Rows
    updated: Rows
    replaced: Rows
    inserted: Rows
    owners: frozenset[Any]


_OWNERS = {each.parts.table: (each.table, each.parts.owner) for each in ENTITIES if each.parts is not None}


def store(connection: Connection, batch: Catalogue) -> Stored:
    """Store the records of a batch, each in the place of the one with its id; only what differs is written.

    Search and the lists of categories follow in the same transaction: what the changed records are found by, and the
    lists of all products of the batch, since a release before revision 0004 may have written one meanwhile.

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
    _list(connection, batch, changes)
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
    changed = {key: row for key, row in wanted.items() if key in found and found[key] != row}
    deleted = [row for key, row in found.items() if key not in wanted]
    updated, replaced = list(changed.values()), [found[key] for key in changed]
    owners = {tuple(row[name] for name in columns) for row in (*inserted, *updated, *deleted)}
    return _Changes(table, deleted, updated, replaced, inserted, frozenset(owners))


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
    """Bring up to date what search finds the changed products and collages by."""
    touched = {each.table: [key[0] for key in each.owners] for each in changes}
    changed = {*touched.get(products, ()), *touched.get(offers, ())}
    if renamed := touched.get(category_names):
        changed |= set(connection.scalars(select(products.c.id).where(products.c.category_id.in_(renamed))))
    index_products(connection, sorted(changed))
    index_collages(connection, sorted(touched.get(collages, ())))


def _list(connection: Connection, batch: Catalogue, changes: list[_Changes]) -> None:
    """Bring up to date the lists of categories that the products of the batch and those of moved categories are on."""
    listed = {record.id for record in batch.products}
    if moved := [id for each in changes if each.table is categories for id in _moved(each)]:
        listed.update(products_below(connection, moved))
    list_in_categories(connection, sorted(listed))


def _moved(changes: _Changes) -> Iterator[int]:
    for new, old in zip(changes.updated, changes.replaced, strict=True):
        if new["parent_id"] != old["parent_id"]:
            yield new["id"]


def _is_named(table: Table) -> list[Any]:
    return [column == bindparam(f"key_{column.name}") for column in table.primary_key]


def _named(table: Table, rows: Rows) -> Rows:
    return [{f"key_{name}": row[name] for name in _primary(table)} for row in rows]


def _counted(batch: Catalogue, changes: list[_Changes]) -> Stored:
    touched: dict[Table, set[Any]] = {}
    for each in changes:
        table = _OWNERS[each.table][0] if each.table in _OWNERS else each.table
        touched.setdefault(table, set()).update(each.owners)
    new = sum(len(each.inserted) for each in changes if each.table not in _OWNERS)
    changed = sum(map(len, touched.values())) - new
    return Stored(new, changed, _size(batch) - new - changed)
