"""Builds a candidate's wheel in two ways, which must give the same bytes."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ogrom_tools import wheelhouse
from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Release
from ogrom_tools.projects import ROOT
from ogrom_tools.release import history
from ogrom_tools.release.candidate import Candidate
from ogrom_tools.wheelhouse import Wheel

POETRY = ROOT / ".venv" / "bin" / "poetry"
"""The workbench's."""


def build(candidate: Candidate, folder: Path) -> Wheel:
    """Build the wheel by Poetry, and as everybody will build it again from history.

    Raises:
        Failed: it could not be built, or the two differ: then nobody could check the release later.
    """
    repository, tree, epoch = candidate.repository, candidate.tree, candidate.epoch
    with ThreadPoolExecutor() as pool:
        first = pool.submit(build_by_poetry, repository, tree, epoch, folder / "poetry")
        wheel = wheelhouse.build(repository, tree, epoch, folder / "again")
        by_poetry = first.result()
    if by_poetry.sha256 == wheel.sha256:
        return wheel
    same = by_poetry.record_sha256 == wheel.record_sha256
    what = "the same files, packed in another way" if same else "other files"
    raise Failed(
        f"Poetry's {by_poetry.path.name} and the one built from history have {what} in them: "
        f"sha256 {by_poetry.sha256} and {wheel.sha256}. Nothing was published. Look at [build-system] in "
        f"{candidate.place}/pyproject.toml: it must pin poetry-core, and nothing may be generated while building."
    )


def build_by_poetry(repository: Repository, tree: str, epoch: int, folder: Path) -> Wheel:
    """Build the wheel of a project from what git keeps of its folder, by Poetry.

    Raises:
        Failed: Poetry could not.
    """
    with tempfile.TemporaryDirectory() as name:
        repository.export(tree, Path(name))
        command = (str(POETRY), "--no-interaction", "build", "--format=wheel", f"--output={folder}")
        run("env", f"SOURCE_DATE_EPOCH={epoch}", *command, f"--directory={name}")
    (path,) = folder.glob("*.whl")
    return Wheel.read(path)


def entry(candidate: Candidate, wheel: Wheel) -> Release:
    """What the ledger will say of the release.

    Raises:
        Failed: the project does not pin poetry-core.
    """
    return Release(
        project=Path(candidate.place).name,
        version=str(candidate.version),
        tree=candidate.tree,
        commit=candidate.commit,
        epoch=candidate.epoch,
        poetry_core=_poetry_core(candidate),
        wheel=wheel.path.name,
        sha256=wheel.sha256,
        record_sha256=wheel.record_sha256,
        date=candidate.date,
    )


def _poetry_core(candidate: Candidate) -> str:
    """The pinned version of the build backend."""
    for requirement in history.pyproject(candidate.repository, candidate.tree)["build-system"]["requires"]:
        name, _, version = str(requirement).partition("==")
        if name == "poetry-core" and version:
            return version
    raise Failed(f'{candidate.place}/pyproject.toml must pin its backend: requires = ["poetry-core==..."].')
