"""Exporting: every record of the store as JSON Lines, in an order in which an import can take them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, func, select

from ogrom.protocols.catalogue import Like, OfferId
from ogrom.protocols.models import Comment, User

from ..snapshot import snapshot
from ..tables import categories, collages, comments, likes, offer_ids, products, users
from .jsonlines import Record, line_of
from .stored import AnyRow, category_records, collage_records, product_records, rows_by
from .whole import whole_file

_PAGE = 1000

_Build = Callable[[Connection, Sequence[AnyRow]], Sequence[Record]]


def _plain(record: Callable[..., Record]) -> _Build:
    """Records whose members are the columns of their rows."""
    return lambda _, rows: [record(**row._asdict()) for row in rows]


# In the order in which each refers to earlier ones only, behind the categories.
_TABLES: dict[Table, _Build] = {
    products: product_records,
    offer_ids: _plain(OfferId),
    users: _plain(User),
    collages: collage_records,
    comments: _plain(Comment),
    likes: _plain(Like),
}


def export(engine: Engine, path: Path, progress: Callable[[int, int], None]) -> int:
    """Write every record of the store, as it is at one moment; the same store gives the same bytes.

    Args:
        path: of the file, which is there when it is whole; compressed if its name ends with `.gz`.
        progress: called from time to time with how many records are written, and of how many.

    Returns:
        How many records there were.

    Raises:
        Unavailable: the database cannot be reached, or went away.
        OSError: the file cannot be written.
    """
    written = 0
    with snapshot(engine) as connection, whole_file(path) as file:
        wanted = total(connection)
        for record in records(connection):
            file.write(line_of(record))
            written += 1
            if written % _PAGE == 0:
                progress(written, wanted)
    progress(written, wanted)
    return written


def total(connection: Connection) -> int:
    """How many records there are."""
    tables = (categories, *_TABLES)
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def records(connection: Connection) -> Iterator[Record]:
    """All of them, by a thousand at a time; the same store gives the same order.

    Args:
        connection: of `ogrom.sources.snapshot`, so that what is read belongs together.
    """
    yield from _categories(connection)
    for table, build in _TABLES.items():
        for rows in _pages(connection, table):
            yield from build(connection, rows)


def _pages(connection: Connection, table: Table) -> Iterator[Sequence[AnyRow]]:
    page = select(table).order_by(*table.primary_key).limit(_PAGE)
    rows = connection.execute(page).all()
    while rows:
        yield rows
        rows = connection.execute(page.where(_behind(rows[-1], *table.primary_key))).all()


def _behind(row: AnyRow, first: ColumnElement[Any], *others: ColumnElement[Any]) -> ColumnElement[bool]:
    """The rows whose key is greater, in a form for which both databases use the index."""
    value = getattr(row, first.key or "")
    behind: ColumnElement[bool] = first > value
    return (first >= value) & (behind | _behind(row, *others)) if others else behind


def _categories(connection: Connection) -> Iterator[Record]:
    """Parents before their children; where a tree bites its own tail, at least nothing is left out."""
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
        yield from category_records(connection, rows)
