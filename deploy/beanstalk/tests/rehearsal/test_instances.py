"""What instances say of themselves."""

import json
from pathlib import Path

import pytest

from ogrom_deploy.model import Version
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.rehearsal.instances import Processes, Said, said


@pytest.mark.parametrize(
    ("status", "members", "expected"),
    [
        (200, {"status": "ready", "release": "v1"}, Said("ready", "v1")),
        (503, {"state": "warming", "release": "v1"}, Said("warming", "v1")),
        (503, {"state": "draining", "release": "v1"}, Said("draining", "v1")),
        (503, {"state": "failing"}, Said("failing")),
        (503, {"state": "asleep"}, Said("failing")),
        (503, ["?"], Said("failing")),
        (404, {}, Said("failing")),
    ],
)
def test_readiness_is_read_from_the_answer(status: int, members: object, expected: Said) -> None:
    """By the status, and for what is not ready by its state."""
    assert said(status, json.dumps(members).encode()) == expected


def test_an_answer_that_is_no_json_says_only_its_status() -> None:
    """It may come from anybody."""
    assert said(502, b"<html>") == Said("failing")
    assert said(200, b"\xff") == Said("ready")


def test_what_is_not_installed_is_not_started(tmp_path: Path) -> None:
    """The error names the program that is missing."""
    with pytest.raises(PlatformError, match="bin/ogrom-api"):
        Processes(tmp_path, {})("a", Version("v1", str(tmp_path)), {})


@pytest.mark.slow
def test_a_process_has_only_our_settings(
    tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its release, what all have and what its version has; none of the variables of whoever started it."""
    monkeypatch.setenv("OGROM_DRAIN_GRACE", "99")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    start = Processes(tmp_path, {"OGROM_ALL": "1", "OGROM_BOTH": "all"})
    instance = start("a", Version("v1", str(installed)), {"OGROM_BOTH": "own"})
    try:
        content = Path(f"/proc/{instance.process.pid}/environ").read_bytes().decode().split("\0")
    finally:
        instance.kill()
    ours = {each for each in content if each.startswith(("OGROM_", "PYTHONPATH"))}
    assert ours == {"OGROM_ALL=1", "OGROM_BOTH=own", "OGROM_RELEASE=v1"}
    assert instance.exit_code == -9
