"""The rows of a table in batches, by its primary key."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, text

from .expressions import quoted

__all__ = ["Place", "batches", "last_of_batch", "rows_of_batch"]

Place = Sequence[Any]
"""The values of a primary key, behind which a batch begins; empty at the beginning."""


def last_of_batch(
    connection: Connection, table: str, key: Sequence[str], place: Place, size: int
) -> list[Any] | None:
    """The last key of the batch behind a place; None if there is no row behind it."""
    (name, *columns) = quoted(connection.dialect, table, *key)
    condition, parameters = rows_of_batch(connection.dialect, key, place, ())
    listed = ", ".join(columns)
    rows = connection.execute(
        text(f"SELECT {listed} FROM {name} WHERE {condition} ORDER BY {listed} LIMIT {size}"), parameters
    ).all()
    return list(rows[-1]) if rows else None


def rows_of_batch(
    dialect: Dialect, key: Sequence[str], place: Place, last: Place
) -> tuple[str, dict[str, Any]]:
    """The condition, with its parameters, that a row is behind `place` and not behind `last`."""
    columns = quoted(dialect, *key)
    behind = _compared(columns, "place", ">", ">", len(place))
    until = _compared(columns, "last", "<", "<=", len(last))
    values = {
        f"{name}_{n}": value for name, of in (("place", place), ("last", last)) for n, value in enumerate(of)
    }
    return f"{behind} AND {until}", values


def batches(
    connection: Connection, table: str, key: Sequence[str], size: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The condition of each batch; what is added behind the last one meanwhile comes too."""
    place: Place = ()
    while last := last_of_batch(connection, table, key, place, size):
        yield rows_of_batch(connection.dialect, key, place, last)
        place = last


def _compared(columns: Sequence[str], name: str, sign: str, last_sign: str, count: int) -> str:
    # Written out, since MySQL finds no range in (a, b) > (1, 2); and with the first column alone, by which it can.
    if not count:
        return "1 = 1"
    parts = []
    for n in range(count):
        equal = [f"{columns[m]} = :{name}_{m}" for m in range(n)]
        own = last_sign if n == count - 1 else sign
        parts.append("(" + " AND ".join((*equal, f"{columns[n]} {own} :{name}_{n}")) + ")")
    return f"{columns[0]} {sign}= :{name}_0 AND (" + " OR ".join(parts) + ")"
