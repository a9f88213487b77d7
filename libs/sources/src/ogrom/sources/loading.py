"""Filling a store: `load(engine, batches)`."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext

from msgspec import Struct
from sqlalchemy import Connection, Engine, select

from ogrom.protocols.catalogue import Catalogue
from ogrom.protocols.context import Context

from .bulk import insert_rows
from .calls import reading, writing
from .indexing import category_names_of
from .records import rows_of, texts_of
from .tables import products, texts, users

__all__ = ["Loaded", "is_empty", "load"]

_NAME = "database"
_NOBODY = Context(locale="")


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

    Args:
        batches: what a record refers to stands in the same batch or an earlier one, or in the store.
        progress: called after each batch with the number of records stored so far.
        whole: all batches are stored or none is.

    Raises:
        Conflict: a record is there already, or refers to nothing; its transaction is undone.
        Unavailable: the database cannot be reached.
    """
    loaded = Loaded()
    with writing(engine, _NAME, _NOBODY) if whole else nullcontext() as only:
        for batch in batches:
            with nullcontext(only) if only else writing(engine, _NAME, _NOBODY) as connection:
                rows = _store(connection, batch)
            loaded = Loaded(records=loaded.records + _size(batch), rows=loaded.rows + rows)
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


def _store(connection: Connection, batch: Catalogue) -> int:
    """Insert what the batch holds; gives back how many rows that are."""
    stored = 0
    for table, rows in rows_of(batch):
        insert_rows(connection, table, rows)
        stored += len(rows)
    names = category_names_of(connection, {product.category_id for product in batch.products})
    found_by = texts_of(batch, names)
    insert_rows(connection, texts, found_by)
    return stored + len(found_by)


def _size(batch: Catalogue) -> int:
    goods = len(batch.categories) + len(batch.products) + len(batch.offer_ids)
    return goods + len(batch.users) + len(batch.collages) + len(batch.comments) + len(batch.likes)
