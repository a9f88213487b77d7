"""Exporting: every record of the store as JSON Lines, in an order in which an import can read them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, select

from ogrom.sources.database.transactions import snapshot
from ogrom.sources.sql.categories import CATEGORIES
from ogrom.sources.sql.loading import ENTITIES
from ogrom.sources.sql.rows import AnyRow, keyset_after, rows_by
from ogrom.sources.sql.tables import categories

from .files import atomic_write
from .jsonlines import Record, line_of

__all__ = ["export"]

_PAGE = 1000


def export(engine: Engine, path: Path, progress: Callable[[int, int], None]) -> int:
    """Write every record of the store as it is at one moment; the same store gives the same bytes.

    Args:
        path: of the file, which appears when it is complete; compressed if its name ends with `.gz`.
        progress: called from time to time with the number of records written, and of all.

    Returns:
        How many records there were.

    Raises:
        Unavailable: the database cannot be reached, or went away.
        OSError: the file cannot be written.
    """
    written = 0
    with snapshot(engine) as connection, atomic_write(path) as file:
        wanted = total(connection)
        for record in records(connection):
            file.write(line_of(record))
            written += 1
            if written % _PAGE == 0:
                progress(written, wanted)
    progress(written, wanted)
    return written


def total(connection: Connection) -> int:
    counts = (select(func.count()).select_from(entity.table) for entity in ENTITIES)
    return sum(connection.scalar(each) or 0 for each in counts)


def records(connection: Connection) -> Iterator[Record]:
    """All of them, by a thousand at a time; the same store gives the same order.

    Args:
        connection: of `ogrom.sources.database.transactions.snapshot`, so that what is read belongs together.
    """
    yield from _categories(connection)
    for entity in ENTITIES:
        if entity is not CATEGORIES:
            for rows in _pages(connection, entity.table):
                yield from entity.records(connection, rows)


def _pages(connection: Connection, table: Table) -> Iterator[Sequence[AnyRow]]:
    page = select(table).order_by(*table.primary_key).limit(_PAGE)
    rows = connection.execute(page).all()
    while rows:
        yield rows
        key = ((column, getattr(rows[-1], column.name)) for column in table.primary_key)
        rows = connection.execute(page.where(keyset_after(*key))).all()


def _categories(connection: Connection) -> Iterator[Record]:
    """Parents before their children; where categories form a circle, at least none is left out."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for id, parent_id in connection.execute(select(categories.c.id, categories.c.parent_id)):
        children[parent_id].append(id)
    order = sorted(children.pop(None, []))
    for id in order:
        order.extend(sorted(children.pop(id, [])))
    order.extend(sorted(id for lost in children.values() for id in lost))
    for start in range(0, len(order), _PAGE):
        ids = order[start : start + _PAGE]
        place = {id: position for position, id in enumerate(ids)}
        rows = sorted(rows_by(connection, categories, ("id",), ids), key=lambda row: place[row.id])
        yield from CATEGORIES.records(connection, rows)
