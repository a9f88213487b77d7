"""The short rehearsal: the work tree is deployed over the last version, under load, and nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
SECONDS = 600


@pytest.mark.slow
def test_a_deploy_and_a_rollback_lose_nothing_and_a_naive_kill_does(tmp_path: Path) -> None:
    """What `./dev rehearse --short` does: with real versions, a real balancer, a real database, and a control."""
    command = (sys.executable, "-m", "ogrom_deploy.rehearsal", "--short", f"--output={tmp_path}")
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    scenarios = {
        each["name"]: each for each in json.loads((tmp_path / "rehearsal.json").read_text())["scenarios"]
    }
    assert {name: bool(each["failed"]) for name, each in scenarios.items()} == {
        "blue-green": False,
        "rollback": False,
        "naive-kill": True,
    }
    assert all(len(set(each["releases"]) - {""}) == 2 for each in scenarios.values())
    assert "3 of 3 scenarios hold" in done.stdout
