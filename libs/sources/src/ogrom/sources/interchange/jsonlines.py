"""JSON Lines of Ogrom's own records: one object a line, whose one member says what it is.

`{"product": {"id": 7, ...}}`; what a record refers to stands in a line above it.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Like, OfferId, ProductRecord
from ogrom.protocols.models import Collage, Comment, User

from .entries import Entry, Fault, Rejected
from .lines import LONGEST, numbered_lines
from .opened import OpenedFile

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
        return _rejected(number, f"one of {', '.join(Line.__struct_fields__)} is wanted, not {len(records)}")
    return Entry(number, records[0])


def _rejected(number: int, reason: str) -> Rejected:
    return Rejected(number, "", (Fault("", reason),))
