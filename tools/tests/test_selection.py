from collections.abc import Callable
from pathlib import Path

from ogrom_tools.projects import Workspace, discover
from ogrom_tools.selection import select


def make_workspace(root: Path, add_project: Callable[..., Path]) -> Workspace:
    for name in ("core", "http"):
        folder = add_project(f"libs/{name}")
        (folder / "tests").mkdir()
        (folder / "README.md").touch()
    (root / "README.md").touch()
    (root / "docs").mkdir()
    return discover(root)


def test_names_select_projects(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """Their tests and their README; the rest goes to pytest, even where it looks like a name."""
    workspace = make_workspace(tmp_path, add_project)
    selection = select(workspace, ["http", "-k", "core"])
    assert selection.projects == (workspace["http"],)
    assert selection.paths == (tmp_path / "libs/http/tests", tmp_path / "libs/http/README.md")
    assert selection.options == ("-k", "core")


def test_no_name_selects_everything(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """All projects and the documents, as far as they exist."""
    workspace = make_workspace(tmp_path, add_project)
    selection = select(workspace, ["-x"])
    assert selection.projects == workspace.projects
    assert {tmp_path / "README.md", tmp_path / "docs"} < set(selection.paths)
    assert selection.options == ("-x",)


def test_documents_can_be_named(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """`docs` is the root's README and docs/."""
    selection = select(make_workspace(tmp_path, add_project), ["docs"])
    assert selection.projects == ()
    assert selection.paths == (tmp_path / "README.md", tmp_path / "docs")


def test_documents_can_be_left_out(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """For who waits: what is left are the tests of the same projects, with the same options."""
    workspace = make_workspace(tmp_path, add_project)
    selection = select(workspace, ["-x"]).without_documents
    assert selection.paths == tuple(each.tests for each in workspace)
    assert (selection.projects, selection.options) == (workspace.projects, ("-x",))


def test_what_measures_can_be_named(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """`bench` is the tests in bench/, which belong to no project; who names nothing runs them too."""
    workspace = make_workspace(tmp_path, add_project)
    tests = tmp_path / "bench" / "tests"
    tests.mkdir(parents=True)
    assert (select(workspace, ["bench"]).projects, select(workspace, ["bench"]).paths) == ((), (tests,))
    assert tests in select(workspace, []).without_documents.paths
