"""An index's files in a folder."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .store import expect_name, expect_same, is_name


@dataclass(frozen=True)
class Folder:
    """A store in a folder. Stopped at any point, even by a power cut, it holds no half a file.

    Bytes are written beside their place, under a name with a dot, and then linked to it: the file system does
    that at one stroke, and refuses where the name is taken.
    """

    path: Path

    def read(self, name: str) -> bytes | None:
        """The bytes of this name, if there are any."""
        if not is_name(name):
            return None
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def create(self, name: str, data: bytes) -> None:
        """Keep bytes under a new name.

        Raises:
            Conflict: other bytes are there.
        """
        place = self._place(name)
        with _written(place.parent, data) as written:
            try:
                os.link(written, place)
            except FileExistsError:
                expect_same(name, place.read_bytes(), data)

    def replace(self, name: str, data: bytes) -> None:
        """Keep bytes under a name, whatever was there."""
        place = self._place(name)
        with _written(place.parent, data) as written:
            written.replace(place)

    def remove(self, name: str) -> None:
        """Keep nothing under a name. Only the local index, which can be made again, is cleared of anything."""
        self._place(name).unlink(missing_ok=True)

    def names(self, prefix: str) -> Sequence[str]:
        """All names that begin so, in order."""
        files = (path for path in self.path.rglob("*") if path.is_file())
        names = (path.relative_to(self.path).as_posix() for path in files)
        return sorted(name for name in names if name.startswith(prefix) and is_name(name))

    def _place(self, name: str) -> Path:
        expect_name(name)
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


@contextmanager
def _written(folder: Path, data: bytes) -> Iterator[Path]:
    """A file with these bytes, on the disk, to be given its name; and its name on the disk too at the end."""
    handle, name = tempfile.mkstemp(prefix=".", dir=folder)
    written = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle has no path
            file.write(data)
            file.flush()
            # mkstemp lets nobody else read, but a web server may run as somebody else.
            os.fchmod(handle, 0o644)
            os.fsync(handle)
        yield written
        _sync(folder)
    finally:
        written.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
