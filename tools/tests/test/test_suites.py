"""What `./dev test` runs is all there is, once."""

import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.test.running import command
from ogrom_tools.test.suites import Suite, everything, is_document, quick, select, suites_of, wheels


@pytest.fixture
def workspace(tmp_path: Path, add_project: Callable[..., Path]) -> Workspace:
    """Two libraries, and tests that belong to no project."""
    for name in ("core", "http"):
        folder = add_project(f"libs/{name}")
        (folder / "tests" / "deep").mkdir(parents=True)
        for file in ("tests/test_it.py", "tests/deep/test_more.py", "tests/conftest.py", "README.md"):
            (folder / file).touch()
    (tmp_path / "README.md").touch()
    for path in ("docs/decisions/one.md", "bench/tests/test_pace.py"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
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


def files(suites: tuple[Suite, ...]) -> Counter[Path]:
    """The test files that they name, and how often."""
    words = (Path(word) for suite in suites for word in suite.command)
    return Counter(each for each in words if each.is_absolute() and each.is_relative_to(ROOT))


def test_every_test_file_is_run_once() -> None:
    """In one suite; none is forgotten."""
    known = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", "-z", "--", ":(glob)**/tests/**/test_*.py"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    modules = {ROOT / name for name in known.stdout.split("\0") if name and (ROOT / name).exists()}
    found = files(everything(discover()))
    assert modules <= found.keys()
    assert set(found.values()) == {1}
    assert ROOT / "README.md" in found


def test_the_longest_come_first_and_exist() -> None:
    """In the order of the root's pyproject.toml; what is apart is a path."""
    workspace = discover()
    longest = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ogrom"]["test"]["longest"]
    names = [each.name for each in suites_of(workspace, select(workspace).files)]
    assert names[: len(longest)] == longest
    assert {each for each in names if "/" not in each} == {*select(workspace).names}


def test_suites_have_names_and_reports_of_their_own() -> None:
    """Two that wrote the same file would hide each other."""
    suites = everything(discover())
    assert len({each.report for each in suites}) == len({each.log for each in suites}) == len(suites)


def test_a_check_runs_no_document_and_nothing_slow() -> None:
    """Of the projects that are named."""
    suites = quick(discover(), ["http"])
    assert all(file.is_relative_to(ROOT / "libs/http/tests") for file in files(suites))
    assert not any(map(is_document, files(suites)))
    assert "not slow" in next(each for each in suites if each.name == "http").command


def test_wheels_can_be_named() -> None:
    """None means all."""
    workspace = discover()
    assert wheels().command[-1] == "ogrom_tools.test.wheels"
    assert wheels(workspace["core"], workspace["http"]).command[-2:] == ("core", "http")


@pytest.mark.parametrize(
    "suite",
    [each for each in everything(discover()) if "pytest" not in each.command],
    ids=lambda each: str(each.name),
)
def test_programs_are_those_of_this_environment(suite: Suite) -> None:
    """And not what somebody has on the PATH."""
    assert Path(command(suite.command)[0]).exists()
