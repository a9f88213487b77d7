"""Small repositories for tests: writing a library, committing everything, and the ledger's line for a release."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace, discover
from ogrom_tools.wheelhouse import build

PYPROJECT = """\
[build-system]
requires = ["poetry-core==2.5.0"]
build-backend = "poetry.core.masonry.api"

[project]
name = "ogrom-{name}"
version = "{version}"
description = "For a test."
requires-python = ">=3.11,<3.15"
dependencies = {dependencies}

[tool.poetry]
packages = [{{ include = "ogrom", from = "src" }}]
"""
"""A template of a library's pyproject.toml."""


@dataclass(frozen=True)
class Checkout:
    """A repository that a test works in."""

    root: Path

    @property
    def repository(self) -> Repository:
        """Its git."""
        return Repository(self.root)

    @property
    def workspace(self) -> Workspace:
        """Its projects, as they are now."""
        return discover(self.root)

    @property
    def ledger(self) -> Ledger:
        """Its releases, as they are now."""
        return Ledger.read(self.root)


def write_library(folder: Path, version: str, *dependencies: str, code: str = "") -> None:
    """Write, or overwrite, a library of one package with this code."""
    package = folder / "src" / "ogrom" / folder.name
    package.mkdir(parents=True, exist_ok=True)
    (package / "py.typed").touch()
    (package / "__init__.py").write_text(code)
    text = PYPROJECT.format(name=folder.name, version=version, dependencies=list(dependencies))
    (folder / "pyproject.toml").write_text(text)


def new_repository(root: Path) -> Repository:
    """An empty repository in an existing folder."""
    repository = Repository(root)
    repository("init", "--quiet", "--initial-branch=main", "--template=")
    # No maintenance in the background while a test copies the folder.
    settings = {"commit.gpgsign": "false", "maintenance.auto": "false"}
    for key, value in {"user.name": "Nobody", "user.email": "nobody@example.org", **settings}.items():
        repository("config", key, value)
    return repository


def commit_all(root: Path, message: str = "Change", epoch: int = 1_750_000_000) -> str:
    """Commit everything in a folder, which becomes a repository if needed, and return the commit's id.

    Args:
        root: the folder.
        message: the commit's message.
        epoch: its time, in seconds since 1970.
    """
    repository = Repository(root) if (root / ".git").exists() else new_repository(root)
    repository("add", "--all")
    dates = (f"GIT_{who}_DATE=@{epoch} +0000" for who in ("AUTHOR", "COMMITTER"))
    run("env", *dates, "git", "-C", str(root), "commit", "--quiet", "--allow-empty", f"--message={message}")
    return repository.commit()


def release_of_head(root: Path, name: str) -> Release:
    """The ledger's line for a library at HEAD; its wheel is built beside the repository."""
    repository, project = Repository(root), discover(root)[name]
    tree = repository.tree("HEAD", project.folder.relative_to(root).as_posix())
    epoch = repository.epoch("HEAD")
    wheel = build(repository, tree, epoch, root.parent / "built")
    return Release(
        project=name,
        version=project.version,
        tree=tree,
        epoch=epoch,
        tool="poetry-core==2.5.0",
        artefact=wheel.path.name,
        sha256=wheel.sha256,
        record_sha256=wheel.record_sha256,
        date=dt.datetime.fromtimestamp(epoch, dt.UTC).date().isoformat(),
    )
