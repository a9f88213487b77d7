"""The command, with nothing replaced where it releases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.api.last import cache
from ogrom_tools.projects import discover
from ogrom_tools.release.__main__ import main
from ogrom_tools.release.landing import Landing
from ogrom_tools.release.testing import Script, Workshop


def invoke(workshop: Workshop, *arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(workshop.root)], input=answer)


def test_a_dry_run_shows_the_plan_and_does_nothing(workshop: Workshop, script: Script) -> None:
    """What changed, the changelog, the tests, what does not fit, what will be made."""
    workshop.enter("plates", "1.0.0")
    workshop.enter("cups", "1.0.0")
    before = workshop.repository("for-each-ref")
    result = invoke(workshop, "plates", "2.0.0", "--dry-run")
    assert result.exit_code == 0
    told = " ".join(result.output.replace("│", "").split())
    for words in (
        "Release plates 2.0.0",
        "since plates 1.0.0: minor ogrom.plates.size: It is new.",
        "• All of plates.",
        "its own not those of cups 1.0.0: cups 1.0.0 requires ogrom-plates<2,>=0.1",
        "cups requires ogrom-plates<2,>=0.1: `>=2.0,<3` in its pyproject.toml",
        "two commits on main and the tag plates-v2.0.0; pushes nothing",
    ):
        assert words in told
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
def test_yes_releases_and_tells_how_to_push(workshop: Workshop, script: Script) -> None:
    """With the time of each step."""
    result = invoke(workshop, "plates", "minor", answer="y\n")
    assert result.exit_code == 0
    assert " s  Test plates 0.2.0: 1 passed\n" in result.output
    assert "plates 0.2.0 is released: ogrom_plates-0.2.0-py3-none-any.whl" in result.output
    assert result.output.splitlines()[-1].endswith("git push --atomic origin main plates-v0.2.0")


def test_a_refusal_is_a_sentence(workshop: Workshop, script: Script) -> None:
    """And a failure, so that a script stops."""
    for arguments, words in (
        (("forks",), "no library 'forks' to release; the libraries: plates, cups."),
        (("plates", "huge"), "'huge' is neither patch, minor or major"),
    ):
        result = invoke(workshop, *arguments)
        assert result.exit_code != 0
        assert words in result.output


def test_what_is_prepared_can_be_dropped(workshop: Workshop, script: Script) -> None:
    """It is said what it was."""
    script.broken = "plates"
    assert invoke(workshop, "plates", "--yes").exit_code == 1
    assert invoke(workshop, "plates", "--abandon").output == "Dropped: Release ogrom-plates 0.1.0.\n"
    assert workshop.repository("for-each-ref", "refs/ogrom") == ""


@pytest.mark.slow
def test_a_stopped_release_is_finished_without_asking(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was yes already, and all is tested and published."""
    with monkeypatch.context() as patch:
        patch.setattr(Landing, "land", lambda landing: sys.exit("no power"))
        assert "no power" in invoke(released, "plates", "--yes").output
    script.suites.clear()
    result = invoke(released, "plates")
    assert result.exit_code == 0
    assert result.output.startswith("Finishing the release of plates 0.1.1, which was stopped.\n")
    assert "git push --atomic origin main plates-v0.1.1" in result.output
    assert script.suites == []


@pytest.mark.slow
def test_dependents_can_be_left_out(released: Workshop, script: Script) -> None:
    """Their tests may need what is not here."""
    assert invoke(released, "plates", "--yes", "--no-dependents").exit_code == 0
    assert script.suites == ["ogrom_plates-0.1.1"]


@pytest.mark.slow
def test_a_library_is_released_by_poetry_tox_and_the_api_diff(workshop: Workshop) -> None:
    """First releases of both; then the one that breaks nothing, with the other's tests against it."""

    kept = cache(discover())  # what mypy has read of Python
    kept.mkdir(parents=True, exist_ok=True)
    (workshop.root / ".ogrom").mkdir()
    (workshop.root / ".ogrom" / "api-diff").symlink_to(kept)

    def release(*arguments: str) -> str:
        command = (
            sys.executable,
            "-m",
            "ogrom_tools.release",
            *arguments,
            "--yes",
            f"--root={workshop.root}",
        )
        environment = {**os.environ, "COLUMNS": "140"}
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=1200, env=environment
        )
        return done.stdout + done.stderr if done.returncode == 0 else f"FAILED {done.stdout}{done.stderr}"

    assert "Test plates 1.0.0: 1 passed" in release("plates", "major")
    assert "Test cups 1.0.0: 1 passed" in release("cups", "major")
    workshop.edit("libs/plates/CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n- Colours.\n")
    package = Path("libs/plates/src/ogrom/plates/__init__.py")
    file = workshop.root / package
    file.write_text(file.read_text() + "\n\ndef colour() -> str:\n    return 'white'\n")
    workshop.commit()
    assert "these changes need a minor release" in release("plates", "patch")
    told = release("plates")
    assert "Test plates 1.1.0: 1 passed" in told
    assert "Test cups 1.0.0 with it: 1 passed" in told
    file.write_text("def colour() -> str:\n    return 'white'\n")
    workshop.edit("libs/plates/CHANGELOG.md", "[Unreleased]\n", "[Unreleased]\n\n- No size.\n")
    workshop.commit()
    assert "Run: ./dev release plates major" in release("plates", "minor")
