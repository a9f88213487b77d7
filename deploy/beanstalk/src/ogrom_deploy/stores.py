"""Two stores that need nothing but this machine: one in memory, one in a folder."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from .ports import Conflict


def _nothing() -> None:
    pass


@dataclass
class MemoryStore:
    """Records in memory; owns them.

    Attributes:
        enter: is called before everything else; what it raises becomes of the call.
    """

    enter: Callable[[], None] = _nothing
    _records: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    _writes: int = 0

    def read(self, name: str) -> tuple[bytes, str] | None:
        """The record and its tag; None where there is none."""
        self.enter()
        return self._records.get(name)

    def write(self, name: str, content: bytes, *, tag: str | None) -> str:
        """Write a record and give its new tag."""
        self.enter()
        self._expect(name, tag)
        self._writes += 1
        self._records[name] = content, str(self._writes)
        return str(self._writes)

    def delete(self, name: str, *, tag: str) -> None:
        """Remove a record."""
        self.enter()
        self._expect(name, tag)
        del self._records[name]

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so, in ascending order."""
        self.enter()
        return iter(sorted(each for each in self._records if each.startswith(prefix)))

    def _expect(self, name: str, tag: str | None) -> None:
        _, current = self._records.get(name, (b"", None))
        if current != tag:
            raise Conflict(name)


@dataclass(frozen=True)
class FolderStore:
    """Records as files of a folder, for several programs on one machine.

    A reader sees a record as it was before a write or after it, also where the writer was killed. Writers go
    one after the other, by a lock on the folder that the system takes back from a process that dies.
    """

    folder: Path

    def read(self, name: str) -> tuple[bytes, str] | None:
        """The record and its tag; None where there is none."""
        try:
            content = self._file(name).read_bytes()
        except FileNotFoundError:
            return None
        serial, _, record = content.partition(b"\n")
        return record, _tag(serial, record)

    def write(self, name: str, content: bytes, *, tag: str | None) -> str:
        """Write a record and give its new tag."""
        file = self._file(name)
        with self._alone():
            self._expect(name, tag)
            # Two records with the same content are two: whoever has read the first must not replace the second.
            serial = os.urandom(8).hex().encode()
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as part:
                part.write(serial + b"\n" + content)
                part.flush()
                os.fsync(part.fileno())
            Path(part.name).replace(file)
        return _tag(serial, content)

    def delete(self, name: str, *, tag: str) -> None:
        """Remove a record."""
        with self._alone():
            self._expect(name, tag)
            self._file(name).unlink()

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so, in ascending order."""
        files = (each for each in self.folder.rglob("*") if each.is_file() and not each.name.startswith("."))
        names = (each.relative_to(self.folder).as_posix() for each in files)
        return iter(sorted(each for each in names if each.startswith(prefix)))

    def _file(self, name: str) -> Path:
        if not name or any(not part or part.startswith(".") for part in name.split("/")):
            raise ValueError(f"No record can be called {name!r}.")
        return self.folder / name

    def _expect(self, name: str, tag: str | None) -> None:
        found = self.read(name)
        if (found and found[1]) != tag:
            raise Conflict(name)

    def _alone(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / ".lock")


def _tag(serial: bytes, record: bytes) -> str:
    return hashlib.sha256(serial + b"\n" + record).hexdigest()[:16]
