import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.wheelhouse import build

AddProject = Callable[..., Path]
Commit = Callable[..., str]

LIBRARY = """\
[build-system]
requires = ["poetry-core==2.5.0"]
build-backend = "poetry.core.masonry.api"

[project]
name = "ogrom-{name}"
version = "{version}"
requires-python = ">=3.11"
dependencies = {dependencies}

[tool.poetry]
packages = [{{ include = "ogrom", from = "src" }}]
"""

SERVICE = """\
[project]
name = "ogrom-shop"
version = "0.1.0"
dependencies = ["ogrom-protocols==1.0.0", "ogrom-core==1.0.0"]
"""


@pytest.fixture
def add_project(tmp_path: Path) -> AddProject:
    """Writes a project into a workspace at `tmp_path`."""

    def add(place: str, *dependencies: str, extra: str = "", deps: str = "") -> Path:
        folder = tmp_path / place
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


def commit_all(root: Path, message: str = "Change", epoch: int = 1_750_000_000) -> str:
    repository = Repository(root)
    if not (root / ".git").exists():
        repository("init", "--quiet", "--initial-branch=main")
        for key, value in {"name": "Nobody", "email": "nobody@example.org"}.items():
            repository("config", f"user.{key}", value)
    repository("add", "--all")
    dates = (f"GIT_{who}_DATE=@{epoch} +0000" for who in ("AUTHOR", "COMMITTER"))
    run("env", *dates, "git", "-C", str(root), "commit", "--quiet", "--allow-empty", f"--message={message}")
    return repository.commit()


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
        _write_library(root / "libs" / name, version, needs)
        epoch = 1_750_000_000 + day * 86_400
        commit_all(root, f"Release {name} {version}", epoch)
        ledger = ledger.adding(_release(root, name, version, epoch))
        ledger.write(root)
        commit_all(root, f"Enter {name} {version} into the ledger", epoch + 1)
        Repository(root)("tag", "--annotate", "--message=Release", f"{name}-v{version}")
    return root


def _write_library(folder: Path, version: str, needs: list[str]) -> None:
    package = folder / "src" / "ogrom" / folder.name
    package.mkdir(parents=True, exist_ok=True)
    (package / "py.typed").touch()
    (package / "__init__.py").write_text(f'"""Version {version}."""\n')
    (folder / "pyproject.toml").write_text(
        LIBRARY.format(name=folder.name, version=version, dependencies=list(needs))
    )


def _release(root: Path, name: str, version: str, epoch: int) -> Release:
    repository = Repository(root)
    tree = repository.tree("HEAD", f"libs/{name}")
    wheel = build(repository, tree, epoch, root.parent / "wheels")
    return Release(
        project=name,
        version=version,
        tree=tree,
        commit=repository.commit(),
        epoch=epoch,
        poetry_core="2.5.0",
        wheel=wheel.path.name,
        sha256=wheel.sha256,
        record_sha256=wheel.record_sha256,
        date=f"2026-11-{epoch // 86_400 % 28 + 1:02}",
    )


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
        commit="c" * 40,
        epoch=1_750_000_000,
        poetry_core="2.5.0",
        wheel="ogrom_core-1.2.3-py3-none-any.whl",
        sha256="a" * 64,
        record_sha256="b" * 64,
        date="2026-11-25",
    )
