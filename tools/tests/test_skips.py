import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each starts programs

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
        "ogrom_tools.skips",
        "-c/dev/null",
        ".",
    ]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_a_skip_fails_where_ci_is_true(tmp_path: Path) -> None:
    """It says why; an expected failure stays expected."""
    code, printed = outcome(tmp_path, TESTS, "true")
    assert code == 1
    assert "Nothing may be skipped where CI=true" in printed
    assert "no server" in printed
    assert "1 failed, 1 xfailed" in printed


def test_a_skipped_module_fails_where_ci_is_true(tmp_path: Path) -> None:
    """It would hide all its tests."""
    code, printed = outcome(tmp_path, MODULE, "true")
    assert code == 2
    assert "no driver" in printed


@pytest.mark.parametrize("ci", ["", "false"])
def test_elsewhere_a_skip_is_a_skip(tmp_path: Path, ci: str) -> None:
    """A person may lack what CI has."""
    code, printed = outcome(tmp_path, TESTS, ci)
    assert code == 0
    assert "1 skipped, 1 xfailed" in printed
