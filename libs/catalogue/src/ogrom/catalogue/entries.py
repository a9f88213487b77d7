"""What a file holds, one by one: entries that can be read, and rejected ones with every reason."""

import re
from pathlib import Path
from types import TracebackType
from typing import IO, Generic, Self, TypeVar

from msgspec import Struct

__all__ = ["BrokenFile", "Entry", "Fault", "Rejected", "Report"]

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
    """An entry that cannot be loaded; `id` is what it calls itself, empty if unknown."""

    line: int
    id: str
    faults: tuple[Fault, ...]


class BrokenFile(Exception):
    """The rest of the file cannot be read; what came before may be good."""


_HEADER = "line\tid\tfield\treason\n"
_BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LONGEST = 500


class Report:
    """A file that is made with the first rejected entry; that of an earlier run is removed.

    Attributes:
        path: where it is.
        rejected: how many entries it tells of.
    """

    def __init__(self, path: Path) -> None:
        """Write to this path, in a `with` block."""
        self.path = path
        self.rejected = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Remove the report of an earlier run."""
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, rejected: Rejected) -> None:
        """Write a line for each fault."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8")
            self._file.write(_HEADER)
        self.rejected += 1
        for fault in rejected.faults:
            cells = (str(rejected.line), rejected.id, fault.field, fault.reason)
            self._file.write("\t".join(map(_cell, cells)) + "\n")

    def flush(self) -> None:
        """Let others read what there is so far."""
        if self._file is not None:
            self._file.flush()


def _cell(text: str) -> str:
    """The text on one line, and not more of it than a person reads."""
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    return _BREAKING.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)
