"""The small benches run, and measure what they should."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"), [("access", "verify a token, HS256"), ("http", "GET 304"), ("watching", "metrics")]
)
def test_it_runs_to_its_end(name: str, told: str) -> None:
    """It prints a table and no error."""
    command = (sys.executable, "-m", f"bench.{name}")
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout
