"""What a row must be to fit its table on every database: SQLite would take more than MySQL."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Table
from sqlalchemy.types import TypeEngine

from ogrom.protocols.catalogue import Catalogue

from ..columns import UtcDateTime
from ..records import rows_of
from .entries import Fault

MOST_ROWS = 200
"""How many rows a record may have in a table: a collage has 100 placements at most, and there are fewer markets."""

_Check = Callable[[Any], str | None]

# The years of MySQL's DATETIME.
_YEARS = range(1000, 10_000)


def faults_of(record: Catalogue) -> Iterator[Fault]:
    """Everything in a record that some database would not take, or that would fill the memory."""
    for table, rows in rows_of(record):
        if len(rows) > MOST_ROWS:
            yield Fault(table.name, f"are {len(rows)}; {MOST_ROWS} is the most")
            return
        for row in rows:
            for column, check in _checks(table).items():
                reason = None if row.get(column) is None else check(row[column])
                if reason:
                    yield Fault(f"{table.name}.{column}", reason)


@cache
def _checks(table: Table) -> Mapping[str, _Check]:
    found = {column.name: _check(column.type) for column in table.columns}
    return {name: check for name, check in found.items() if check is not None}


def _check(kind: TypeEngine[Any]) -> _Check | None:
    if isinstance(kind, UtcDateTime):
        return _moment
    if isinstance(kind, String) and kind.length is not None:
        return _shorter(kind.length)
    if isinstance(kind, BigInteger | Integer):
        return _within(63 if isinstance(kind, BigInteger) else 31)
    return None


def _shorter(longest: int) -> _Check:
    def check(text: str) -> str | None:
        return f"has {len(text)} characters; {longest} is the most" if len(text) > longest else None

    return check


def _within(bits: int) -> _Check:
    def check(number: int) -> str | None:
        return None if -(2**bits) <= number < 2**bits else f"has more than {bits} bits"

    return check


def _moment(moment: datetime) -> str | None:
    try:
        return None if moment.astimezone(UTC).year in _YEARS else "is before the year 1000"
    except OverflowError:
        return "is after the year 9999"
