"""Filling a store: `load(engine, batches)`."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from msgspec import Struct
from sqlalchemy import Engine, Table, select

from ogrom.protocols.catalogue import Catalogue
from ogrom.protocols.context import Context

from .ahead import ahead
from .bulk import Rows, insert_rows
from .calls import reading, writing
from .records import rows_of, texts_of
from .tables import category_names, products, texts, users

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

    While one is stored, the next is made on another thread.

    Args:
        batches: what a record refers to stands in the same batch or an earlier one, or in the store.
        progress: called after each batch with the number of records stored so far.
        whole: all batches are stored or none is.

    Raises:
        Conflict: a record is there already, or refers to nothing; its transaction is undone.
        Unavailable: the database cannot be reached.
    """
    loaded = Loaded()
    made = _made(batches, _category_names(engine))
    with ahead(made) as ready, writing(engine, _NAME, _NOBODY) if whole else nullcontext() as only:
        for batch in ready:
            with nullcontext(only) if only else writing(engine, _NAME, _NOBODY) as connection:
                for table, rows in batch.tables:
                    insert_rows(connection, table, rows)
            loaded = Loaded(records=loaded.records + batch.records, rows=loaded.rows + batch.rows)
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


@dataclass(frozen=True)
class _Batch:
    """A batch as the rows of all tables, in the order in which they may be stored."""

    records: int
    tables: list[tuple[Table, Rows]]

    @property
    def rows(self) -> int:
        return sum(len(rows) for _, rows in self.tables)


def _made(batches: Iterable[Catalogue], names: dict[tuple[str, int], str]) -> Iterator[_Batch]:
    """The rows of each batch; `names` are those of the categories that are there, by locale and id."""
    for batch in batches:
        for category in batch.categories:
            names.update(((locale, category.id), name) for locale, name in category.names.items())
        yield _Batch(_size(batch), [*rows_of(batch), (texts, texts_of(batch, names))])


def _category_names(engine: Engine) -> dict[tuple[str, int], str]:
    with reading(engine, _NAME, _NOBODY) as connection:
        return {(row.locale, row.category_id): row.name for row in connection.execute(select(category_names))}


def _size(batch: Catalogue) -> int:
    goods = len(batch.categories) + len(batch.products) + len(batch.offer_ids)
    return goods + len(batch.users) + len(batch.collages) + len(batch.comments) + len(batch.likes)
