"""Filling a store: `load(engine, batches)`."""

from collections.abc import Callable, Iterable

from sqlalchemy import Connection, Engine, Table, insert, select

from ogrom.protocols.catalogue import Catalogue
from ogrom.protocols.context import Context

from .calls import reading, writing
from .records import Rows, rows_of
from .tables import products, users

_NAME = "database"
_NOBODY = Context(locale="")

# Rows of one INSERT; so many stay well below MySQL's max_allowed_packet of 16 MB.
_CHUNK = 1000


def load(
    engine: Engine,
    batches: Iterable[Catalogue],
    progress: Callable[[int], None] | None = None,
) -> int:
    """Store every batch, each in a transaction of its own.

    Args:
        batches: what a record refers to stands in the same batch or an earlier one, or in the store.
        progress: called after each batch with the number of records stored so far.

    Returns:
        How many records were stored.

    Raises:
        Conflict: a record is there already, or refers to nothing; its batch is not stored.
        Unavailable: the database cannot be reached.
    """
    stored = 0
    for batch in batches:
        with writing(engine, _NAME, _NOBODY) as connection:
            for table, rows in rows_of(batch):
                _insert(connection, table, rows)
        stored += _size(batch)
        if progress is not None:
            progress(stored)
    return stored


def is_empty(engine: Engine) -> bool:
    """Whether the store has no user and no product yet.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with reading(engine, _NAME, _NOBODY) as connection:
        return not any(connection.execute(select(table.c.id).limit(1)).first() for table in (users, products))


def _insert(connection: Connection, table: Table, rows: Rows) -> None:
    statement = insert(table)
    for start in range(0, len(rows), _CHUNK):
        connection.execute(statement, rows[start : start + _CHUNK])


def _size(batch: Catalogue) -> int:
    goods = len(batch.categories) + len(batch.products) + len(batch.offer_ids)
    return goods + len(batch.users) + len(batch.collages) + len(batch.comments) + len(batch.likes)
