"""Tries a candidate's wheel: its own tests, and those of the libraries that depend on it.

Each is installed in a clean environment from an index made for this, on which the library has no other version
than the candidate: a resolver cannot fall back to one that works.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools import index, suite
from ogrom_tools.git import Repository
from ogrom_tools.index import Folder
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.wheelhouse import Wheel, Wheelhouse


@dataclass(frozen=True)
class Trial:
    """The index with the candidate on it, while it is served."""

    workspace: Workspace
    url: str
    wheel: Wheel
    """The candidate's."""
    release: Release

    def itself(self, *, quick: bool = False) -> str:
        """Run the candidate's own tests; their last line.

        Raises:
            Failed: some fail, or it cannot be installed.
        """
        return self._run(self.release, self.wheel.path, quick=quick)

    def dependent(self, release: Release, *, quick: bool = True) -> str:
        """Run the tests of a released library against the candidate; their last line.

        Raises:
            Failed: some fail, or it cannot be installed beside it.
        """
        return self._run(release, Wheelhouse(self.workspace).wheel(release), quick=quick)

    def _run(self, release: Release, wheel: Path, *, quick: bool) -> str:
        """The tests are those of the tree that the wheel was built from."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / release.project
            Repository(self.workspace.root).export(release.tree, folder)
            return suite.run(folder, wheel, self.url, quick=quick)


@contextmanager
def trial(workspace: Workspace, ledger: Ledger, release: Release, wheel: Wheel) -> Iterator[Trial]:
    """Serve an index of all releases, but of the candidate's library only the candidate.

    Args:
        workspace: the checkout.
        ledger: what was released before.
        release: what the ledger will say of the candidate.
        wheel: the candidate's.
    """
    others = tuple(each for each in ledger if each.project != release.project)
    with tempfile.TemporaryDirectory() as name:
        store = Folder(Path(name))
        for each, path in Wheelhouse(workspace).wheels(others).items():
            index.publish(store, each, path)
        index.publish(store, release, wheel.path)
        index.refresh(store, Ledger((*others, release)))
        with index.serving(store) as url:
            yield Trial(workspace, url, wheel, release)
