"""How property tests are run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import time
from hypothesis import given, settings, strategies as st

@settings(max_examples=3)
@given(st.integers())
def test_slow(number):
    time.sleep(0.3)  # beyond hypothesis's own deadline

SEEN = []

@settings(max_examples=30)
@given(st.integers())
def test_seen(number):
    SEEN.append(number)

def test_tell():
    print(f"seen {hash(tuple(SEEN))}")
"""


@pytest.fixture
def play(tmp_path: Path) -> Path:
    (tmp_path / "test_it.py").write_text(TESTS)
    return tmp_path


def seen(folder: Path, ci: str, *options: str) -> str:
    """Which examples there were, once all tests have passed."""
    plugins = ("-p", "ogrom_tools.properties", "-p", "_hypothesis_pytestplugin")
    command = (sys.executable, "-m", "pytest", *plugins, "-c/dev/null", "-s", *options, ".")
    # Other plugins take two seconds to import.
    env = {**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stdout
    return next(line for line in done.stdout.splitlines() if "seen" in line)


@pytest.mark.slow
def test_in_ci_examples_are_the_same_each_time(play: Path) -> None:
    """A slow machine fails none of them; and a proof may ask for others."""
    first = seen(play, "true")
    assert seen(play, "true") == first
    assert seen(play, "true", "--hypothesis-profile=fresh") != first


@pytest.mark.slow
def test_elsewhere_examples_are_others_each_time(play: Path) -> None:
    """Many runs of many people find more than one."""
    assert seen(play, "") != seen(play, "")
