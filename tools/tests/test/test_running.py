"""Suites side by side."""

import os
import sys
from pathlib import Path

import pytest

from ogrom_tools.test import running
from ogrom_tools.test.running import Outcome, run
from ogrom_tools.test.suites import REPORTS, Suite

MEETS = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
end = time.monotonic() + 60
while not other.exists():
    assert time.monotonic() < end
    time.sleep(0.01)  # between two looks
print("met")
"""


def suite(name: str, code: str, *arguments: str) -> Suite:
    return Suite(name, (Path(sys.executable).name, "-c", code, *arguments))


def ignore(outcome: Outcome) -> None:
    """Whoever asks for the outcomes needs not be told of each."""


@pytest.mark.slow
def test_two_run_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits until the other has begun."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    one = suite("one", MEETS, str(tmp_path / "1"), str(tmp_path / "2"))
    two = suite("two", MEETS, str(tmp_path / "2"), str(tmp_path / "1"))
    assert [(each.suite, each.code, each.output) for each in run(tmp_path, (one, two), ignore)] == [
        (one, 0, "met\n"),
        (two, 0, "met\n"),
    ]


def test_all_are_run_though_one_fails(tmp_path: Path) -> None:
    """Each is told as it ends, with what it printed on both streams."""
    told: list[Outcome] = []
    bad = suite("bad", "import sys; print('this', flush=True); sys.exit('that')")
    outcomes = run(tmp_path, (bad, suite("good", "print('well')")), told.append)
    assert [(each.code, each.output) for each in outcomes] == [(1, "this\nthat\n"), (0, "well\n")]
    assert set(told) == set(outcomes)


def test_what_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite that waits for ever would let everybody wait."""
    monkeypatch.setattr(running, "DEADLINE", 0.1)
    (outcome,) = run(tmp_path, (suite("stuck", "import time; time.sleep(600)"),), ignore)
    assert outcome.code == -9


def test_processor_time_counts_children(tmp_path: Path) -> None:
    """Most of what a suite uses is used by the programs that it starts."""
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}], check=True)"
    (outcome,) = run(tmp_path, (suite("busy", code),), ignore)
    assert (outcome.code, outcome.processor >= 0.3) == (0, True)


def test_the_last_run_leaves_nothing(tmp_path: Path) -> None:
    """A suite that is gone has no report that could be taken for a new one."""
    run(tmp_path, (suite("one", ""),), ignore)
    run(tmp_path, (suite("two", ""),), ignore)
    assert [each.name for each in (tmp_path / REPORTS).iterdir()] == ["two.log"]
