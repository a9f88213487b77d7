from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.git import Repository

AddProject = Callable[..., Path]
Commit = Callable[..., str]


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
def commit(monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commits all that is in a folder, which becomes a repository if it is none; returns the commit's id."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Nobody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "nobody@example.org")

    def commit(root: Path, message: str = "Change", *, epoch: int = 1_750_000_000) -> str:
        monkeypatch.setenv("GIT_AUTHOR_DATE", f"@{epoch} +0000")
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"@{epoch} +0000")
        repository = Repository(root)
        if not (root / ".git").exists():
            repository("init", "--quiet", "--initial-branch=main")
        repository("add", "--all")
        repository("commit", "--quiet", "--allow-empty", f"--message={message}")
        return repository.commit()

    return commit
