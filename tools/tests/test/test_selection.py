from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.projects import Workspace, discover
from ogrom_tools.test.selection import is_document, select


@pytest.fixture
def workspace(tmp_path: Path, add_project: Callable[..., Path]) -> Workspace:
    """Two libraries, and tests that belong to no project."""
    for name in ("core", "http"):
        folder = add_project(f"libs/{name}")
        (folder / "tests" / "deep").mkdir(parents=True)
        for file in ("tests/test_it.py", "tests/deep/test_more.py", "tests/conftest.py", "README.md"):
            (folder / file).touch()
    (tmp_path / "README.md").touch()
    for place in ("docs/decisions/one.md", "bench/tests/test_pace.py"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).touch()
    return discover(tmp_path)


def test_names_select_projects(tmp_path: Path, workspace: Workspace) -> None:
    """Their tests and their README; the rest goes to pytest, even where it looks like a name."""
    selection = select(workspace, ["http", "-k", "core"])
    assert selection.names == ("http",)
    names = ("README.md", "tests/deep/test_more.py", "tests/test_it.py")
    assert selection.files == tuple(tmp_path / "libs/http" / each for each in names)
    assert selection.options == ("-k", "core")


def test_no_name_selects_everything(tmp_path: Path, workspace: Workspace) -> None:
    """All projects, what belongs to none, and the documents."""
    selection = select(workspace, ["-x"])
    assert selection.names == ("core", "http", "bench", "docs")
    assert {tmp_path / "README.md", tmp_path / "docs/decisions/one.md"} < set(selection.files)
    assert len(selection.files) == 9
    assert selection.options == ("-x",)


def test_documents_can_be_named(tmp_path: Path, workspace: Workspace) -> None:
    """`docs` is the root's README and docs/."""
    selection = select(workspace, ["docs"])
    assert selection.files == (tmp_path / "README.md", tmp_path / "docs/decisions/one.md")
    assert all(map(is_document, selection.files))


def test_documents_can_be_left_out(workspace: Workspace) -> None:
    """They are told from test modules."""
    assert sum(map(is_document, select(workspace).files)) == 4


def test_what_measures_can_be_named(tmp_path: Path, workspace: Workspace) -> None:
    """`bench` is the tests in bench/, which belong to no project."""
    assert select(workspace, ["bench"]).files == (tmp_path / "bench/tests/test_pace.py",)
