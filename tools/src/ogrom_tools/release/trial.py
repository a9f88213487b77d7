"""Tries new wheels: their own tests, and those of the released libraries that require them.

Each is installed in a clean environment from an index made for this, on which of what is released there are no other
versions than the new ones: a resolver cannot fall back to one that works. Who depends on them is there as released,
also where a new version of it is in the set, since users upgrade one at a time.
"""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools import index, tox
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.release.making import Made
from ogrom_tools.wheelhouse import Wheelhouse


@dataclass(frozen=True)
class Trial:
    """The index with the new wheels, while it is served."""

    workspace: Workspace
    url: str
    made: Made
    quick: bool
    """Whether the tests that take long are left out."""

    def run(self) -> Iterator[tuple[Release, str]]:
        """Run all tests, as many side by side as there are processors; the last line of each.

        Raises:
            Failed: some fail, or something cannot be installed.
        """
        wheelhouse = Wheelhouse(self.workspace)
        dependents = [each for each, excluded in self.made.plan.dependents.items() if not excluded]
        wheels = {**self.made.wheels, **wheelhouse.wheels(dependents)}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            running = {each: pool.submit(self._run, each, path) for each, path in wheels.items()}
            try:
                for each, tests in running.items():
                    yield each, tests.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _run(self, release: Release, wheel: Path) -> str:
        """The tests are those of the tree that the wheel was built from."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / release.project
            Repository(self.workspace.root).export(release.tree, folder)
            return tox.run(folder, wheel, self.url, quick=self.quick)


@contextmanager
def trial(workspace: Workspace, made: Made, *, quick: bool) -> Iterator[Trial]:
    """Serve an index of all releases, but of what is released only the new ones.

    Args:
        workspace: the checkout.
        made: what is released.
        quick: whether the tests that take long are left out.
    """
    others = [each for each in Ledger.read(workspace.root) if each.project not in made.plan.versions]
    wheels = {**Wheelhouse(workspace).wheels(others), **made.wheels}
    with tempfile.TemporaryDirectory() as name, index.serving(index.made(Path(name), wheels)) as url:
        yield Trial(workspace, url, made, quick)
