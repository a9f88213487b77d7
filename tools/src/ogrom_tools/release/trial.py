"""Tries new releases: their own tests, those of the released libraries that require them, and the service's.

Each library is installed in a clean environment from an index made for this, on which of what is released there are
no other versions than the new ones: a resolver cannot fall back to one that works. Who depends on them is there as
released, also where a new version of it is in the set, since users upgrade one at a time.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ogrom_tools import index, tox
from ogrom_tools.git import Repository
from ogrom_tools.ledger import NPM, WHEEL, Ledger, Release
from ogrom_tools.npm.trial import run_tests
from ogrom_tools.pins import pinning as pins
from ogrom_tools.pins.clients import clients
from ogrom_tools.pins.pinning import Pinning, served
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import Project, Workspace, discover
from ogrom_tools.release.making import Made
from ogrom_tools.release.ranges import Versions
from ogrom_tools.wheelhouse import Wheelhouse


def tested(workspace: Workspace, made: Made, *, quick: bool) -> Iterator[tuple[Release, str]]:
    """Run all tests, or the quick ones, as many side by side as there are processors; the last line of each.

    Raises:
        Failed: some fail, or something cannot be installed.
    """
    wheelhouse, repository = Wheelhouse(workspace), Repository(workspace.root)
    others = [each for each in Ledger.read(workspace.root) if each.project not in made.plan.versions]
    dependents = [each for each, excluded in made.plan.dependents.items() if not excluded]
    served = {
        **wheelhouse.wheels(each for each in others if each.kind == WHEEL),
        **{each: path for each, path in made.wheels.items() if each.kind == WHEEL},
    }

    def run(release: Release, wheel: Path, url: str) -> str:
        """The tests are those of the tree that it was built from."""
        if release.kind == NPM:
            return run_tests(repository, release)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / release.project
            repository.export(release.tree, folder)
            return tox.run(folder, wheel, url, quick=quick)

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


def services(workspace: Workspace) -> tuple[Project, ...]:
    """Those that pin releases."""
    return tuple(each for each in workspace.released if not each.is_library and read(each))


def moved(
    workspace: Workspace, service: Project, commit: str, versions: Versions
) -> tuple[Mapping[str, str], str]:
    """The service's files with these releases pinned, and the last line of its tests.

    Clients use it as they were released before, and as they are released now.

    A work tree of the commit is used, whose ledger has them.

    Raises:
        Failed: they do not fit the other pins, Poetry finds nothing that fits, or a test fails.
    """
    with Repository(workspace.root).worktree(commit) as root:
        (root / ".ogrom").mkdir()
        (root / ".ogrom" / "wheels").symlink_to(workspace.root / ".ogrom" / "wheels")
        clone = discover(root)
        pinning = Pinning(clone, clone[service.name], Ledger.read(root))
        before = clients(Repository(workspace.root), Ledger.read(workspace.root), ())
        if names := sorted(versions.keys() & read(pinning.service).keys()):
            with served(clone, pinning.service, pinning.ledger):
                wanted = [word for name in names for word in (name, str(versions[name]))]
                pinning.write(pinning.wanted(wanted))
        files = {
            each.relative_to(root).as_posix(): each.read_text(encoding="utf-8") for each in pinning.files
        }
        return files, pins.tested(pinning, *before)
