import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.version import Version

from ogrom_tools import tox
from ogrom_tools.command import Failed
from ogrom_tools.projects import Project, discover
from ogrom_tools.tox import ToxResult

LOWEST, HIGHEST = (
    f"py{sys.version_info.major}{sys.version_info.minor}-{name}" for name in ("lowest", "highest")
)

PASSED = {"success": True, "skipped": False}


@pytest.mark.slow
def test_each_environment_holds_what_it_should(big: Project, index: str) -> None:
    """The wheel is built of the work tree."""
    found = tox.run_environments(big, index, ["-e", f"{LOWEST},{HIGHEST}"])
    assert [each.environment for each in found] == [LOWEST, HIGHEST]
    assert all(each.summary.startswith("3 passed in ") for each in found)
    assert [str(each.installed["ogrom-small"]) for each in found] == ["1.0.0", "1.1.0"]
    assert all(str(each.installed["ogrom-big"]) == "0.3.0" for each in found)
    assert not tox.problems(big, found, index)


@pytest.mark.slow
def test_a_failing_environment_is_a_problem(big: Project, index: str) -> None:
    """With the last line of its tests."""
    (big.tests / "test_big.py").write_text("def test_it() -> None:\n    assert False\n")
    found = tox.run_environments(big, index, ["-e", LOWEST])
    (problem,) = tox.problems(big, found, index)
    assert problem.startswith(f"{LOWEST}: 1 failed in ")


@pytest.mark.slow
def test_the_command_shows_each_environment(big: Project, tmp_path: Path) -> None:
    """And needs nothing of our index for a project that runs on nothing of ours."""
    text = big.pyproject.read_text(encoding="utf-8")
    big.pyproject.write_text(text.replace('"ogrom-small>=1.0,<2"', ""), encoding="utf-8")
    (big.tests / "test_big.py").write_text("def test_it() -> None:\n    pass\n")
    done = CliRunner().invoke(tox.main, [f"--root={tmp_path}", "big", "-e", LOWEST, "--", "-k", "it"])
    assert done.exit_code == 0, done
    assert re.search(rf"{LOWEST}: 1 passed in .*, with pytest 9\.0\.0", done.output)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("big", "Our index lacks a release that fits"),
        ("bug", "No library or service is called 'bug'; there are big."),
    ],
)
def test_the_command_ends_with_what_is_wrong(big: Project, tmp_path: Path, name: str, problem: str) -> None:
    """Here, with a name that nobody has released, and with one that nobody has."""
    done = CliRunner().invoke(tox.main, [f"--root={tmp_path}", name])
    assert done.exit_code == 1
    assert problem in done.output


def test_what_tox_refuses_is_a_failure(big: Project, index: str) -> None:
    """There is nothing to show."""
    with pytest.raises(Failed, match=r"tox exited with \d+ before"):
        tox.run_environments(big, index, ["--no-such-option"])


def test_no_python_at_all_is_a_failure(big: Project, index: str) -> None:
    """Otherwise a run that tests nothing would look fine."""
    file = big.folder / "tox.ini"
    file.write_text(file.read_text(encoding="utf-8").replace("314", "399"), encoding="utf-8")
    with pytest.raises(Failed, match="none of these Pythons is installed"):
        tox.run_environments(big, index, ["-e", "py399-lowest"])


def test_nothing_is_made_where_our_index_lacks_a_release(big: Project, index: str) -> None:
    """It could come from a stranger."""
    with pytest.raises(Failed, match="Our index lacks a release that fits"):
        tox.run_environments(big, f"{index}nothing/")
    assert not (big.folder / ".tox").exists()


def test_other_versions_than_the_intended_ones_are_problems(big: Project, index: str) -> None:
    """Ours and others' alike."""
    installed = {"ogrom-small": Version("1.1.0"), "pytest": Version("9.1")}
    small, pytest_ = tox.problems(big, [outcome("py313-lowest", installed)], index)
    assert small.startswith("py313-lowest: ogrom-small: 1.1.0 is installed, and 1.0.0 should be")
    assert pytest_.startswith("py313-lowest: pytest: 9.1 is installed, and 9.0.0 should be")


def test_an_untrue_lower_bound_is_a_problem(big: Project, index: str) -> None:
    """Nobody has tested the versions from there to the lowest release."""
    text = big.pyproject.read_text(encoding="utf-8")
    big.pyproject.write_text(text.replace("ogrom-small>=1.0", "ogrom-small>=0.9"), encoding="utf-8")
    installed = {"ogrom-small": Version("1.0.0"), "pytest": Version("9.0.0")}
    (problem,) = tox.problems(Project(big.folder), [outcome("py313-lowest", installed)], index)
    assert problem.endswith("its lower bound is not a release; the lowest is 1.0.0; write >=1.0.0")


def test_a_python_that_is_not_here_is_told(big: Project, tmp_path: Path, index: str) -> None:
    """And is no problem."""
    journal = tmp_path / "journal.json"
    results = {"py314-lowest": {"result": PASSED | {"skipped": True}}, ".pkg": {}, "py313-lowest": {}}
    journal.write_text(json.dumps({"testenvs": results}))
    (skipped,) = tox.results(journal)
    assert not tox.problems(big, [skipped], index)
    assert [*tox.lines(big, [skipped])] == ["py314-lowest: this Python is not installed"]


def test_a_line_has_the_direct_dependencies(big: Project) -> None:
    """With their versions."""
    installed = {name: Version("1.5") for name in ("pytest", "ogrom-small", "pluggy", "ogrom-big")}
    (line,) = tox.lines(big, [outcome("py313-lowest", installed)])
    assert line == "py313-lowest: 3 passed in 1s, with ogrom-small 1.5, pytest 1.5"


def test_all_projects_are_tested_in_one_way() -> None:
    """Each tox.ini works by itself, so each has a copy, and only extras and packages of its tests are its own."""
    copies = {common(project): project.name for project in discover().released}
    assert len(copies) == 1, copies


def outcome(environment: str, installed: Mapping[str, Version]) -> ToxResult:
    return ToxResult(environment, installed, "3 passed in 1s", failed=False, skipped=False)


def common(project: Project) -> str:
    text = (project.folder / "tox.ini").read_text(encoding="utf-8")
    head, _, rest = text.partition("deps =\n")
    lines = [line for line in head.splitlines() if not line.startswith("extras =")]
    return "\n".join([*lines, rest[rest.index("commands =") :]])
