"""What holds for every run: skips in CI, and the examples of property tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

def test_skipped():
    pytest.skip("no server")

@pytest.mark.xfail
def test_expected_failure():
    assert False
"""
MODULE = "import pytest\npytest.skip('no driver', allow_module_level=True)\n"


def outcome(folder: Path, text: str, ci: str) -> tuple[int, str]:
    (folder / "test_it.py").write_text(text)
    command = [
        "env",
        f"CI={ci}",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1",  # other plugins take two seconds to import
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "ogrom_tools.pytest_plugins.policy",
        "-c/dev/null",
        ".",
    ]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout


@pytest.mark.slow
def test_a_skip_fails_where_ci_is_true(tmp_path: Path) -> None:
    """It says why; an expected failure stays expected."""
    code, printed = outcome(tmp_path, TESTS, "true")
    assert code == 1
    assert "Nothing may be skipped where CI=true" in printed
    assert "no server" in printed
    assert "1 failed, 1 xfailed" in printed


@pytest.mark.slow
def test_a_skipped_module_fails_where_ci_is_true(tmp_path: Path) -> None:
    """It would hide all its tests."""
    code, printed = outcome(tmp_path, MODULE, "true")
    assert code == 2
    assert "no driver" in printed


@pytest.mark.parametrize("ci", ["", "false"])
@pytest.mark.slow
def test_elsewhere_a_skip_is_a_skip(tmp_path: Path, ci: str) -> None:
    """A person may lack what CI has."""
    code, printed = outcome(tmp_path, TESTS, ci)
    assert code == 0
    assert "1 skipped, 1 xfailed" in printed


PROPERTIES = """
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
    (tmp_path / "test_it.py").write_text(PROPERTIES)
    return tmp_path


def seen(folder: Path, ci: str, *options: str) -> str:
    """Which examples there were, once all tests have passed."""
    plugins = ("-p", "ogrom_tools.pytest_plugins.policy", "-p", "_hypothesis_pytestplugin")
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
