import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.testing.checkout import commit_all, release_of_head, write_library

AddProject = Callable[..., Path]
Commit = Callable[..., str]

SERVICE = """\
[project]
name = "ogrom-shop"
version = "0.1.0"
dependencies = ["ogrom-protocols==1.0.0", "ogrom-core==1.0.0"]
"""


@pytest.fixture
def add_project(tmp_path: Path) -> AddProject:
    """Writes a project into a workspace at `tmp_path`."""

    def add(path: str, *dependencies: str, extra: str = "", deps: str = "") -> Path:
        folder = tmp_path / path
        package = folder / "src" / "ogrom" / folder.name
        package.mkdir(parents=True)
        (package / "py.typed").touch()
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "ogrom-{folder.name}"\nversion = "0.1.0"\n'
            f"dependencies = {list(dependencies)}\n"
            f"optional-dependencies.more = {[extra] if extra else []}\n"
        )
        (folder / "tox.ini").write_text(f"[testenv]\ndeps =\n    {deps}\n" if deps else "")
        return folder

    return add


@pytest.fixture
def commit() -> Commit:
    """Commits all that is in a folder, which becomes a repository if it is none; returns the commit's id."""
    return commit_all


@pytest.fixture(scope="session")
def _train(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("train") / "train"
    (root / "services" / "shop").mkdir(parents=True)
    (root / "services" / "shop" / "pyproject.toml").write_text(SERVICE)
    (root / ".gitignore").write_text(".ogrom/\n__pycache__/\n")
    ledger = Ledger()
    for day, (name, version, *needs) in enumerate(
        (
            ("protocols", "1.0.0"),
            ("core", "1.0.0", "ogrom-protocols>=1.0,<2"),
            ("core", "1.1.0", "ogrom-protocols>=1.0,<2"),
        )
    ):
        write_library(root / "libs" / name, version, *needs, code=f'"""Version {version}."""\n')
        epoch = 1_750_000_000 + day * 86_400
        commit_all(root, f"Release {name} {version}", epoch)
        ledger = ledger.adding(release_of_head(root, name))
        ledger.write(root)
        commit_all(root, f"Enter {name} {version} into the ledger", epoch + 1)
        Repository(root)("tag", "--annotate", "--message=Release", f"{name}-v{version}")
    return root


@pytest.fixture
def train(_train: Path, tmp_path: Path) -> Path:
    """A repository with releases: protocols 1.0.0, core 1.0.0 and 1.1.0; the service `shop` pins the first two."""
    return shutil.copytree(_train, tmp_path / "train")


@pytest.fixture
def release() -> Release:
    """What a line of the ledger holds."""
    return Release(
        project="core",
        version="1.2.3",
        tree="7" * 40,
        epoch=1_750_000_000,
        tool="poetry-core==2.5.0",
        artefact="ogrom_core-1.2.3-py3-none-any.whl",
        sha256="a" * 64,
        record_sha256="b" * 64,
        date="2026-11-25",
    )
