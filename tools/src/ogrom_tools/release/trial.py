"""Tries new wheels: their own tests, and those of the released libraries that require them.

Each is installed in a clean environment from an index made for this, on which of what is released there are no other
versions than the new ones: a resolver cannot fall back to one that works. Who depends on them is there as released,
also where a new version of it is in the set, since users upgrade one at a time.
"""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ogrom_tools import index, suite
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.release.making import Made
from ogrom_tools.wheelhouse import Wheelhouse


def tested(workspace: Workspace, made: Made, *, quick: bool) -> Iterator[tuple[Release, str]]:
    """Run all tests, as many side by side as there are processors; the last line of each.

    Args:
        workspace: the checkout.
        made: what is released.
        quick: whether the tests that take long are left out.

    Raises:
        Failed: some fail, or something cannot be installed.
    """
    wheelhouse, repository = Wheelhouse(workspace), Repository(workspace.root)
    others = [each for each in Ledger.read(workspace.root) if each.project not in made.plan.versions]
    dependents = [each for each, excluded in made.plan.dependents.items() if not excluded]
    served = {**wheelhouse.wheels(others), **made.wheels}

    def run(release: Release, wheel: Path, url: str) -> str:
        """The tests are those of the tree that the wheel was built from."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / release.project
            repository.export(release.tree, folder)
            return suite.run(folder, wheel, url, quick=quick)

    with (
        tempfile.TemporaryDirectory() as name,
        index.serving(index.made(Path(name), served)) as url,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        tried = {**made.wheels, **wheelhouse.wheels(dependents)}
        running = {each: pool.submit(run, each, wheel, url) for each, wheel in tried.items()}
        try:
            for each, tests in running.items():
                yield each, tests.result()
        finally:
            pool.shutdown(cancel_futures=True)
