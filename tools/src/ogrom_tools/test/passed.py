"""Remembers the last commit whose whole test has passed in this checkout."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository


@dataclass(frozen=True)
class Passed:
    """A note in a checkout's .nox, which is no part of its history."""

    root: Path

    @property
    def _note(self) -> Path:
        return self.root / ".nox" / "passed"

    def commit(self) -> str | None:
        """The id of the commit; None where there is none, or where history no longer has it."""
        if not self._note.exists():
            return None
        try:
            return Repository(self.root).commit(self._note.read_text(encoding="ascii"))
        except Failed:
            return None

    @contextmanager
    def when_done(self) -> Iterator[None]:
        """Note the commit if the block ends well, and the work tree was that commit all the while."""
        before = self._state()
        yield
        if before is not None and self._state() == before:
            self._note.write_text(before, encoding="ascii")

    def _state(self) -> str | None:
        repository = Repository(self.root)
        return None if repository.is_dirty else repository.commit()
