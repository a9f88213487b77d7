"""Showing what a session prints in a job's summary."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.github import main


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "summary.md"
    file.write_text("before\n\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    return file


def run(folder: Path, *arguments: str) -> Result:
    """Run it with a `dev` that prints its arguments, complains and ends with 3."""
    dev = folder / "dev"
    dev.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\necho "no luck" >&2\nexit 3\n', encoding="utf-8")
    dev.chmod(0o755)
    return CliRunner().invoke(main, [f"--dev={dev}", *arguments])


def test_what_a_session_prints_is_shown_in_both_places(tmp_path: Path, summary: Path) -> None:
    """With what it complains of, under a title; and it ends as the session does."""
    done = run(tmp_path, "The plan", "deploy", "plan", "abc", "--artefact", "x@y", "--json")
    printed = "deploy\nplan\nabc\n--artefact\nx@y\n--json\nno luck\n"
    assert (done.output, done.exit_code) == (printed, 3)
    assert summary.read_text(encoding="utf-8") == f"before\n\n### The plan\n\n````text\n{printed}````\n\n"


def test_elsewhere_it_is_just_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine without such a file."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    done = run(tmp_path, "The plan", "status")
    assert (done.output, done.exit_code) == ("status\nno luck\n", 3)


def test_without_a_session_it_says_so(tmp_path: Path, summary: Path) -> None:
    """And shows nothing."""
    done = run(tmp_path, "The plan")
    assert done.exit_code == 2
    assert "Missing argument 'SESSION...'" in done.output
    assert summary.read_text(encoding="utf-8") == "before\n\n"
