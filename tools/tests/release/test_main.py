"""The command, with nothing replaced where it releases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_rules import Finding, Level
from ogrom_tools.api.comparison import cache
from ogrom_tools.projects import discover
from ogrom_tools.release.__main__ import main
from ogrom_tools.testing.workshop import Script, Workshop


def invoke(workshop: Workshop, *arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(workshop.root)], input=answer)


def words_of(result: Result) -> str:
    return " ".join(result.output.replace("│", "").split())


def test_a_dry_run_shows_the_plan_and_does_nothing(workshop: Workshop, script: Script) -> None:
    """What changed, the changelog, the ranges, who joins and why, the tests, what does not fit, what will be made."""
    workshop.enter("plates", "1.0.0")
    workshop.enter("cups", "1.0.0")
    script.findings = (Finding("removed", Level.MAJOR, "ogrom.plates.size", "It is gone."),)
    before = workshop.repository("for-each-ref")
    result = invoke(workshop, "plates", "--dry-run")
    assert result.exit_code == 0, result.output
    for words in (
        "plates 2.0.0, after plates 1.0.0 major ogrom.plates.size: It is gone.",
        "| - All of plates.",
        "cups 2.0.0, after cups 1.0.0, since it requires ogrom-plates<2,>=0.1 requires plates >=2.0.0,<3",
        "Tests: their own",
        "not those of cups 1.0.0: cups 1.0.0 requires ogrom-plates<2,>=0.1",
        "The service's pins stay; --pin moves them.",
        "One commit on main, and the tags; nothing is pushed.",
    ):
        assert words in words_of(result)
    assert workshop.repository("for-each-ref") == before
    assert script.suites == []


def test_no_is_no(workshop: Workshop, script: Script) -> None:
    """So is no answer at all, where there is nobody to ask."""
    before = workshop.repository("for-each-ref")
    for answer in ("n\n", ""):
        result = invoke(workshop, "plates", answer=answer)
        assert result.exit_code == 1
        assert "Release plates 0.1.0? [y/N]" in result.output
    assert workshop.repository("for-each-ref") == before


@pytest.mark.slow
def test_yes_releases(workshop: Workshop, script: Script) -> None:
    """With the time of each step, and what became of it."""
    result = invoke(workshop, "plates=minor", "--quick", answer="y\n")
    assert result.exit_code == 0, result.output
    assert "plates 0.2.0: 1 passed\n" in result.output
    assert "plates 0.2.0: nobody has it yet: the same command pushes it.\n" in result.output
    assert invoke(workshop, "plates").exit_code == 1


def test_a_refusal_is_a_sentence(workshop: Workshop, script: Script) -> None:
    """And a failure, so that a script stops."""
    workshop.repository("switch", "--quiet", "--create", "feature")
    for arguments, words in (
        (("forks",), "no library 'forks' to release; the libraries: cups, plates."),
        ((), "Name what to release, such as `core` or `core=minor`; or say --changed."),
        (("plates=huge",), "'huge' is neither patch, minor or major"),
    ):
        result = invoke(workshop, *arguments, "--branch=feature")
        assert result.exit_code != 0
        assert words in result.output
    assert "This is feature, and releases go to main" in invoke(workshop, "plates").output


@pytest.mark.slow
def test_whatever_has_changed_can_be_released(released: Workshop, script: Script) -> None:
    """And where nothing has, nothing is."""
    released.change("cups")
    result = invoke(released, "--changed", "--yes")
    assert "plates 0.1.1, cups 0.1.1: nobody has it yet" in result.output
    script.findings = ()
    assert invoke(released, "--changed").output == "There is nothing to release.\n"


@pytest.mark.slow
def test_a_library_is_released_by_poetry_tox_and_the_api_diff(workshop: Workshop) -> None:
    """First releases of both; then the one that breaks nothing, with the other's tests against it."""
    kept = cache(discover())  # what mypy has read of Python
    kept.mkdir(parents=True, exist_ok=True)
    (workshop.root / ".ogrom").mkdir(exist_ok=True)
    (workshop.root / ".ogrom" / "api-diff").symlink_to(kept)
    (workshop.root / "services/kitchen/pyproject.toml").unlink()
    workshop.commit("No service")

    def release(*arguments: str) -> str:
        command = (
            *(sys.executable, "-m", "ogrom_tools.release", *arguments),
            *("--yes", f"--root={workshop.root}"),
        )
        environment = {**os.environ, "COLUMNS": "140"}
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=1200, env=environment
        )
        return done.stdout + done.stderr if done.returncode == 0 else f"FAILED {done.stdout}{done.stderr}"

    told = release("plates=major", "cups=major")
    assert "plates 1.0.0: 1 passed" in told
    assert "cups 1.0.0: 1 passed" in told
    workshop.edit("libs/plates/CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n- Colours.\n")
    package = Path("libs/plates/src/ogrom/plates/__init__.py")
    file = workshop.root / package
    file.write_text(file.read_text() + "\n\ndef colour() -> str:\n    return 'white'\n")
    workshop.commit()
    assert "these changes need a minor release" in release("plates=patch")
    told = release("plates")
    assert "plates 1.1.0: 1 passed" in told
    assert "cups 1.0.0: 1 passed" in told
    file.write_text("def colour() -> str:\n    return 'white'\n")
    workshop.edit("libs/plates/CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n- No size.\n")
    workshop.commit()
    assert "Run: ./dev release plates=major" in release("plates=minor")
