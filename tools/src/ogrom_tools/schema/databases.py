"""Where releases are tried: databases of a phase, on SQLite for the quick form, on MariaDB for the proof."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ogrom.sources.testing import MariaDB, fill
from ogrom_tools.schema.phases import Phase


class Databases(Protocol):
    """Databases of one kind; a URL each."""

    @property
    def name(self) -> str:
        """`sqlite` or `mariadb`."""
        ...

    def filled(self, phase: Phase) -> str:
        """A database at a phase, with the contracts' CATALOGUE in it."""
        ...

    def copy(self, filled: str, phase: Phase) -> str:
        """Another one like it."""
        ...


@dataclass(frozen=True)
class SQLiteFiles:
    """Files in a folder."""

    folder: Path
    name: str = "sqlite"

    def filled(self, phase: Phase) -> str:
        """A new file."""
        url = self._new()
        fill(url, str(phase))
        return url

    def copy(self, filled: str, phase: Phase) -> str:
        """A copy of the file."""
        url = self._new()
        shutil.copyfile(*(each.removeprefix("sqlite:///") for each in (filled, url)))
        return url

    def _new(self) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".db", delete=False) as file:
            return f"sqlite:///{file.name}"


@dataclass(frozen=True)
class OnServer:
    """Databases of a MariaDB server."""

    server: MariaDB
    name: str = "mariadb"

    def filled(self, phase: Phase) -> str:
        """A new database."""
        url = self.server.database()
        fill(url, str(phase))
        return url

    def copy(self, filled: str, phase: Phase) -> str:
        """Another one that was filled in the same way."""
        return self.filled(phase)


@contextmanager
def databases(name: str, folder: Path) -> Iterator[Databases]:
    """Databases of the kind with this name, until the block is left.

    Args:
        name: `sqlite` or `mariadb`.
        folder: for files.

    Raises:
        MariaDBMissing: it is not installed.
    """
    if name == "sqlite":
        yield SQLiteFiles(folder)
    else:
        with MariaDB(in_memory=True) as server:
            yield OnServer(server)
