"""A store in a folder, for several programs on one machine."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from .ports import Conflict


@dataclass(frozen=True)
class FolderStore:
    """Records as files of a folder.

    A reader sees a record as it was before a write or after it, also where the writer was killed. Writers go
    one after the other, by a lock on the folder that the system takes back from a process that dies.
    """

    folder: Path

    def read(self, name: str) -> tuple[bytes, str] | None:
        try:
            content = self._file(name).read_bytes()
        except FileNotFoundError:
            return None
        serial, _, record = content.partition(b"\n")
        return record, _tag(serial, record)

    def write(self, name: str, content: bytes, *, tag: str | None) -> str:
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
        with self._alone():
            self._expect(name, tag)
            self._file(name).unlink()

    def names(self, prefix: str) -> Iterator[str]:
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
