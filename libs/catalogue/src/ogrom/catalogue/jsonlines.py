"""JSON Lines of Ogrom's own records: one object a line, whose one member says what it is.

`{"product": {"id": 7, ...}}`; what a record refers to stands in a line above it.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import BigInteger, Integer, String, Table
from sqlalchemy.types import TypeEngine

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Like, OfferId, ProductRecord
from ogrom.protocols.models import Collage, Comment, User
from ogrom.sources.sql.loading import rows_of
from ogrom.sources.sql.tables import UtcDateTime

from .entries import Entry, Fault, Rejected
from .files import LONGEST, OpenedFile, numbered_lines

Record: TypeAlias = CategoryRecord | ProductRecord | OfferId | User | Collage | Comment | Like


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line; exactly one of its members is there."""

    category: CategoryRecord | UnsetType = UNSET
    product: ProductRecord | UnsetType = UNSET
    offer_id: OfferId | UnsetType = UNSET
    user: User | UnsetType = UNSET
    collage: Collage | UnsetType = UNSET
    comment: Comment | UnsetType = UNSET
    like: Like | UnsetType = UNSET


_DECODER = msgspec.json.Decoder(Line)
_ENCODER = msgspec.json.Encoder()

# By the type of a record: its member in a Line, and the records of its type in a Catalogue.
_MEMBERS: dict[type[Record], tuple[str, str]] = {
    CategoryRecord: ("category", "categories"),
    ProductRecord: ("product", "products"),
    OfferId: ("offer_id", "offer_ids"),
    User: ("user", "users"),
    Collage: ("collage", "collages"),
    Comment: ("comment", "comments"),
    Like: ("like", "likes"),
}


def line_of(record: Record) -> bytes:
    """The line that holds a record, with its end."""
    return _ENCODER.encode({_MEMBERS[type(record)][0]: record}) + b"\n"


def batch_of(records: list[Record]) -> Catalogue:
    """Records of one type as a Catalogue."""
    members: dict[str, Any] = {_MEMBERS[type(records[0])][1]: tuple(records)}
    return Catalogue(**members)


def json_entries(file: OpenedFile) -> Iterator[Entry[Record] | Rejected]:
    """The records.

    Raises:
        BrokenFile: the file cannot be read on.
    """
    for number, line in numbered_lines(file):
        if line is None:
            yield _rejected(number, f"the line is longer than {LONGEST} bytes")
        elif line.strip():
            yield _entry(number, line)


def _entry(number: int, line: bytes) -> Entry[Record] | Rejected:
    try:
        decoded = _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _rejected(number, str(error))
    members = (getattr(decoded, name) for name in Line.__struct_fields__)
    records = [each for each in members if each is not UNSET]
    if len(records) != 1:
        return _rejected(
            number, f"has {len(records)} of {', '.join(Line.__struct_fields__)}; it must have one"
        )
    return Entry(number, records[0])


def _rejected(number: int, reason: str) -> Rejected:
    return Rejected(number, "", (Fault("", reason),))


MOST_ROWS = 200
"""How many rows a record may have in a table: a collage has 100 placements at most, and there are fewer markets."""

_Check = Callable[[Any], str | None]

# The years of MySQL's DATETIME.
_YEARS = range(1000, 10_000)


def faults_of(record: Catalogue) -> Iterator[Fault]:
    """Everything in a record that some database would not take, or that would fill the memory."""
    for table, rows in rows_of(record):
        if len(rows) > MOST_ROWS:
            yield Fault(table.name, f"has {len(rows)} entries; at most {MOST_ROWS} are allowed")
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
        return f"has {len(text)} characters; at most {longest} are allowed" if len(text) > longest else None

    return check


def _within(bits: int) -> _Check:
    def check(number: int) -> str | None:
        return None if -(2**bits) <= number < 2**bits else f"does not fit in {bits} bits"

    return check


def _moment(moment: datetime) -> str | None:
    try:
        return None if moment.astimezone(UTC).year in _YEARS else "is before the year 1000"
    except OverflowError:
        return "is after the year 9999"
