"""What `./dev test` runs is all there is, once."""

import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT, discover
from ogrom_tools.test.running import command
from ogrom_tools.test.selection import is_document, select
from ogrom_tools.test.suites import Suite, everything, quick, suites_of, wheels


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
    assert wheels().command[-1] == "ogrom_tools.wheels"
    assert wheels(workspace["core"], workspace["http"]).command[-2:] == ("core", "http")


@pytest.mark.parametrize(
    "suite",
    [each for each in everything(discover()) if "pytest" not in each.command],
    ids=lambda each: str(each.name),
)
def test_programs_are_those_of_this_environment(suite: Suite) -> None:
    """And not what somebody has on the PATH."""
    assert Path(command(suite.command)[0]).exists()
