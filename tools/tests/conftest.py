from collections.abc import Callable
from pathlib import Path

import pytest

AddProject = Callable[..., Path]


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
