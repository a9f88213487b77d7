import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogrom_tools.command import run
from ogrom_tools.progress import counted, timed
from ogrom_tools.projects import ROOT


def test_a_step_is_told_before_and_timed_after(capsys: pytest.CaptureFixture[str]) -> None:
    """On the standard error stream: a result that is piped on has none of it."""
    told: list[str] = []
    with timed("Building [it]", told.append):
        assert capsys.readouterr() == ("", "Building [it] ...\n")
    assert capsys.readouterr() == ("", "")
    assert re.fullmatch(r" +\d+\.\d s  Building \[it\]", told[0])


def test_a_loop_tells_how_far_it_is_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at each turn, and not when all is done."""
    clock = [100.0]
    monkeypatch.setattr("ogrom_tools.progress.time.monotonic", lambda: clock[0])

    def turns() -> Iterator[int]:
        for turn in range(12):
            clock[0] += 1.0
            yield turn

    assert list(counted(turns(), 12, "wheels")) == list(range(12))
    assert capsys.readouterr() == ("", "5 of 12 wheels\n10 of 12 wheels\n")


@pytest.mark.slow
def test_a_program_that_takes_seconds_is_not_silent_in_a_pipe(train: Path) -> None:
    """What it does comes before its result, and on another stream."""
    command = (sys.executable, "-m", "ogrom_tools.index", "--refresh", f"--root={train}")
    first, second, *_, result = run(*command).splitlines()
    assert first == "Building what is missing ..."
    assert second.startswith("Building from history: ")
    assert result == f"{train / '.ogrom' / 'index'} holds every release: 3"
    again = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (again.stderr, again.stdout) == ("Building what is missing ...\n", f"{result}\n")


@pytest.mark.slow
def test_a_session_leaves_stdout_to_its_result() -> None:
    """A program reads it from `./dev`, while a person reads what goes on."""
    command = (ROOT / "dev", "api-diff", "protocols", "--json")
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["project"] == "protocols"
    assert "Comparing protocols with its release ..." in done.stderr
