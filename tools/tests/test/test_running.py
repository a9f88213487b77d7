"""Suites side by side."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ogrom_tools.test import running
from ogrom_tools.test.running import SuiteResult, cases, ended, run, table
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


def ignore(outcome: SuiteResult) -> None:
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
    told: list[SuiteResult] = []
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


TESTS = """
import pytest

def test_good():
    assert True

def test_bad():
    assert False

@pytest.fixture
def broken():
    yield
    raise OSError

def test_with_a_bad_end(broken):
    assert True

@pytest.mark.skip
def test_skipped():
    pass
"""

SUITE = Suite("some", ())


def outcome(suite: Suite = SUITE, code: int = 0, output: str = "", seconds: float = 1.0) -> SuiteResult:
    return SuiteResult(suite, code, output, seconds, processor=0.5)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a report that pytest has written."""
    folder = tmp_path_factory.mktemp("reported")
    (folder / "test_it.py").write_text(TESTS)
    (folder / SUITE.report).parent.mkdir(parents=True)
    options = ("-ojunit_family=xunit1", f"--junitxml={SUITE.report}", "-c/dev/null", "--rootdir=.", ".")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=folder, check=False, capture_output=True
    )
    assert done.returncode == 1, done.stdout
    return folder


def test_a_report_of_pytest_is_read(reported: Path) -> None:
    """What fails at its end has failed, too."""
    states = {(each.name, each.state) for each in cases(reported, outcome())}
    assert states == {
        ("test_it.py::test_good", "passed"),
        ("test_it.py::test_bad", "failed"),
        ("test_it.py::test_with_a_bad_end", "failed"),
        ("test_it.py::test_skipped", "skipped"),
    }


def test_a_suite_without_a_report_has_no_tests(tmp_path: Path) -> None:
    """A type checker writes none, nor does a pytest that could not begin."""
    assert cases(tmp_path, outcome()) == ()


def test_one_line_tells_of_what_is_well() -> None:
    """The last that it printed."""
    assert ended(outcome(output="...\n3 passed in 0.1s\n")) == "ok        1.0 s  some: 3 passed in 0.1s"
    assert ended(outcome()) == "ok        1.0 s  some"


def test_all_is_shown_of_what_is_not() -> None:
    """Nobody has to look for the log."""
    assert ended(outcome(code=2, output="why\nso")) == "failed    1.0 s  some: exited with 2\nwhy\nso"


def test_the_table_has_the_longest_first_and_counts(reported: Path) -> None:
    """A suite that fails without a failed test counts as one; the last line is what CI looks for."""
    types = outcome(Suite("types", ()), code=1, seconds=3.0)
    lines = list(table(reported, (outcome(code=1), types)))
    assert [line.split()[-1] for line in lines[1:3]] == ["failed", "failed"]
    assert [line.split()[-2] for line in lines[1:3]] == ["types,", "some,"]
    assert lines[-1].strip() == "1 passed, 2 failed, 1 skipped"
    assert list(table(reported, (types,)))[-1].strip() == "0 passed, 1 failed"


def test_the_slowest_tests_are_named(reported: Path) -> None:
    """Ten at most."""
    lines = list(table(reported, (outcome(),)))
    begin = next(number for number, line in enumerate(lines) if "slowest" in line)
    shown = {line.split()[-1] for line in lines[begin + 1 : -1]}
    assert shown == {each.name for each in cases(reported, outcome())}
