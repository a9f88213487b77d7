"""The short rehearsal: the work tree is deployed over the last version, under load, and nothing is lost."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ogrom_rehearsal.programs import end

ROOT = Path(__file__).resolve().parents[3]
SECONDS = 1200.0
STOP_SECONDS = 60.0


@pytest.mark.slow
def test_a_deploy_and_a_rollback_lose_nothing_and_the_controls_do(tmp_path: Path) -> None:
    """What `./dev rehearse --short` does: with real versions, a real balancer, a real database, and controls."""
    scenarios, lines = rehearsed(tmp_path, "processes")
    careless = scenarios.pop("careless-writes")
    assert careless["passed"]
    assert {name: bool(each["failed"]) for name, each in scenarios.items()} == {
        "blue-green": False,
        "rollback": False,
        "naive-kill": True,
        "no-drain": True,
    }
    assert all(len(set(each["releases"]) - {""}) == 2 for each in scenarios.values())
    assert all(each["figures"]["writes acknowledged"] for each in scenarios.values())
    assert "5 of 5 scenarios hold" in lines[-1]


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("podman") or shutil.which("docker")), reason="there is no engine")
def test_a_deploy_loses_nothing_in_containers_either(tmp_path: Path) -> None:
    """Of images that are built for it, and gone after it."""
    scenarios, lines = rehearsed(tmp_path, "containers", "--in=containers", "--scenario=blue-green")
    assert {name: each["failed"] for name, each in scenarios.items()} == {"blue-green": 0}
    assert len(scenarios["blue-green"]["releases"]) == 2
    assert scenarios["blue-green"]["figures"]["writes acknowledged"]
    assert "1 of 1 scenarios hold" in lines[-1]


def rehearsed(folder: Path, kind: str, *options: str) -> tuple[dict[str, Any], list[str]]:
    """What a short rehearsal writes into a folder, by scenario, and prints; its instances are of this kind."""
    command = (sys.executable, "-m", "ogrom_rehearsal", "--short", f"--output={folder}", *options)
    said, errors = folder / "said", folder / "errors"
    with said.open("wb") as output, errors.open("wb") as complaints:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=complaints)
        try:
            process.wait(SECONDS)
        finally:
            end(process, STOP_SECONDS)  # not at once, so that it ends what it has started
    assert process.returncode == 0, f"{said.read_text()}\n{errors.read_text()}"
    document = json.loads((folder / "rehearsal.json").read_text())
    lines = said.read_text().splitlines()
    assert lines[0] == f"instances: {document['facts']['instances']}"
    assert document["facts"]["instances"].startswith(kind)
    return {each["name"]: each for each in document["scenarios"]}, lines
