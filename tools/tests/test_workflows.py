import re
from pathlib import Path

import pytest

from ogrom_tools.projects import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
every_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: str(file.name))


@every_workflow
def test_actions_are_pinned(workflow: Path) -> None:
    """By commit, with the version in a comment: a tag can be moved."""
    uses = re.findall(r"uses: (.*)", workflow.read_text())
    assert uses
    assert all(re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in uses)


@every_workflow
def test_each_step_is_one_session(workflow: Path) -> None:
    """What CI does, anybody can do."""
    runs = re.findall(r"run: (.*)", workflow.read_text())
    assert runs
    assert all(re.fullmatch(r"\./dev [a-z].*", run) for run in runs)


@every_workflow
def test_nothing_is_granted_for_all_jobs(workflow: Path) -> None:
    """Each job says what it may do and how long it may take."""
    text = workflow.read_text()
    assert "\npermissions: {}\n" in text
    assert text.count("timeout-minutes:") == text.count("runs-on:") == text.count("    permissions:\n")
