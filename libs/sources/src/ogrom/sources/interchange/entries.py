"""What a file holds, one by one: entries that can be read, and rejected ones with every reason."""

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Fault(Struct, frozen=True):
    """What is wrong with an entry.

    Attributes:
        field: the attribute; empty where it is the whole entry.
        reason: what is wrong and what would be right.
    """

    field: str
    reason: str


class Entry(Struct, Generic[T], frozen=True):
    """A thing that was read, and the line where it begins, counted from 1."""

    line: int
    value: T


class Rejected(Struct, frozen=True):
    """An entry that cannot be loaded; `id` is what it calls itself, empty where nobody knows."""

    line: int
    id: str
    faults: tuple[Fault, ...]


class BrokenFile(Exception):
    """From here on nothing of the file can be read; what came before may be good."""
