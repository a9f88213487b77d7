"""What a change can touch."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ogrom_tools.git import Repository
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.test.affected import Affected
from ogrom_tools.test.suites import everything, select

FILES = {
    "libs/a/src/ogrom/a/one.py": "",
    "libs/a/src/ogrom/a/two.py": "",
    "libs/a/src/ogrom/a/alone.py": "",
    "libs/a/tests/conftest.py": "",
    "libs/a/tests/test_one.py": "from ogrom.a import one\n",
    "libs/a/tests/test_two.py": "from ogrom.a import two\n",
    "libs/a/tests/test_program.py": "import subprocess\n",
    "libs/a/README.md": "",
    "libs/b/tests/test_b.py": "from ogrom.a.one import x\n",
    "libs/b/tests/test_program.py": "import subprocess\n",
    "libs/c/tests/test_c.py": "",
    "tools/tests/test_house.py": "from ogrom_tools.projects import ROOT\n",
    "tools/tests/test_prose.py": "from ogrom_tools.projects import ROOT\nGUIDE = ROOT / 'docs'\n",
    "tools/tests/test_small.py": "",
    "bench/tests/test_bench.py": "import ogrom.a.two\n",
    "docs/guide.md": "",
    "README.md": "",
    "noxfile.py": "",
    "pyproject.toml": "[tool.ogrom.test]\nlongest = []\n",
}


@pytest.fixture
def workspace(tmp_path: Path, add_project: Callable[..., Path], commit: Callable[..., str]) -> Workspace:
    """`b` needs `a`, and `c` needs nobody."""
    for path, *needs in (("libs/a",), ("libs/b", "ogrom-a"), ("libs/c",), ("tools",)):
        add_project(path, *needs)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    commit(tmp_path, "First")
    return discover(tmp_path)


@pytest.fixture
def after(workspace: Workspace) -> Callable[..., Affected]:
    """What is affected once a line was added to each of these files."""

    def after(*names: str) -> Affected:
        for name in names:
            with (workspace.root / name).open("a") as file:
                file.write("# changed\n")
        return Affected.since(workspace, "HEAD")

    return after


def chosen(affected: Affected) -> set[str]:
    return {str(each.relative_to(affected.workspace.root)) for each in affected.selection.files}


HOUSE = {"tools/tests/test_house.py", "tools/tests/test_prose.py"}
ALWAYS = {*HOUSE, "docs/guide.md", "README.md"}
"""What looks at the whole checkout, when it is no test that has changed."""

PROGRAMS = {"libs/a/tests/test_program.py", "libs/b/tests/test_program.py", "libs/a/README.md"}
"""What starts programs, when something in `a` has changed."""


def test_imports_choose(after: Callable[..., Affected]) -> None:
    """In the project and in those that need it; what starts programs follows."""
    found = chosen(after("libs/a/src/ogrom/a/one.py"))
    assert found == {"libs/a/tests/test_one.py", "libs/b/tests/test_b.py"} | PROGRAMS | ALWAYS


def test_a_measure_is_chosen_by_its_imports(after: Callable[..., Affected]) -> None:
    """bench is no project, and imports all of them."""
    assert "bench/tests/test_bench.py" in chosen(after("libs/a/src/ogrom/a/two.py"))


@pytest.mark.parametrize("name", ["libs/a/src/ogrom/a/alone.py", "libs/a/pyproject.toml"])
def test_what_nobody_imports_concerns_its_project(after: Callable[..., Affected], name: str) -> None:
    """It is read or started in a way that imports do not show; by those who need the project, too."""
    tests = {"libs/a/tests/test_one.py", "libs/a/tests/test_two.py", "libs/b/tests/test_b.py"}
    assert chosen(after(name)) >= tests | PROGRAMS


def test_a_test_concerns_itself(after: Callable[..., Affected]) -> None:
    """And who looks at the whole checkout."""
    found = chosen(after("libs/a/tests/test_one.py"))
    assert found == {"libs/a/tests/test_one.py", *HOUSE}


def test_a_conftest_concerns_the_tests_below_it(after: Callable[..., Affected]) -> None:
    """pytest imports it for them."""
    names = {"test_one.py", "test_two.py", "test_program.py"}
    assert chosen(after("libs/a/tests/conftest.py")) >= {f"libs/a/tests/{name}" for name in names}


def test_a_document_concerns_itself(after: Callable[..., Affected]) -> None:
    """And who looks at the documents of the whole checkout."""
    assert chosen(after("docs/guide.md")) == {"docs/guide.md", "tools/tests/test_prose.py"}


@pytest.mark.parametrize("name", ["noxfile.py", "pyproject.toml"])
def test_what_concerns_all_runs_everything(after: Callable[..., Affected], name: str) -> None:
    """The files of the root."""
    affected = after(name)
    assert affected.suites == everything(affected.workspace)
    assert affected.selection == select(affected.workspace)
    assert any("everything is run" in line for line in affected.lines())


def test_nothing_is_run_where_nothing_has_changed(after: Callable[..., Affected]) -> None:
    """It says so."""
    affected = after()
    assert affected.suites == ()
    assert next(affected.lines()) == "Nothing differs from HEAD, so nothing is run."


def test_it_says_what_is_left_out_and_why(after: Callable[..., Affected]) -> None:
    """By project."""
    lines = {
        line.split()[0]: " ".join(line.split()[1:]) for line in after("libs/a/src/ogrom/a/one.py").lines()
    }
    assert lines["c"] == "left out: it needs nothing that has changed (1 test file)"
    assert lines["a"] == "3 of 4 test files: the others do not import, start or read what has changed"
    assert lines["b"] == "all of 2 test files"
    assert lines["bench"].startswith("left out: nothing in it imports")


def test_wheels_and_types_follow_what_they_are_made_of(after: Callable[..., Affected]) -> None:
    """Wheels of the projects that have changed; types wherever Python has."""
    suites = {each.name: each.command for each in after("libs/a/src/ogrom/a/one.py").suites}
    assert suites["wheels"][-1] == "a"
    assert {"mypy", "pyright", "ruff check"} <= suites.keys()


def test_a_document_needs_no_types(after: Callable[..., Affected]) -> None:
    """Nor wheels, where it is in no project."""
    affected = after("docs/guide.md")
    assert {"mypy", "pyright", "wheels"}.isdisjoint(each.name for each in affected.suites)
    assert any("types" in line and "left out" in line for line in affected.lines())


CHANGES: Mapping[str, str] = {
    "libs/http/src/ogrom/http/graph.py": "libs/http/tests/test_plan.py",
    "libs/core/src/ogrom/core/products.py": "libs/core/tests/test_products.py",
    "tools/src/ogrom_tools/changelog.py": "tools/tests/test_changelog.py",
    "services/api-run/src/ogrom/run/composition.py": "services/api-run/tests/test_composition.py",
}


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "test"), CHANGES.items())
def test_in_this_repository_a_modules_own_tests_are_chosen(changed: str, test: str) -> None:
    """And others of the same project are left out, unless they start programs or read data."""
    workspace = discover()
    assert (ROOT / changed).exists()
    affected = Affected(workspace, Repository(ROOT).commit(), frozenset({ROOT / changed}))
    assert ROOT / test in affected.selection.files
    assert len(affected.selection.files) < len(select(workspace).files)
