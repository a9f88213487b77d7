"""Which installed releases stay."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ogrom_tools.image.installation import NEWEST, REST, make_room

Installation = Callable[[str, float], Path]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """Makes one that was used so many seconds ago."""

    def installation(name: str, ago: float) -> Path:
        folder = tmp_path / name
        (folder / "bin").mkdir(parents=True)
        (folder / "stamp").touch()
        used = time.time() - ago
        os.utime(folder / "stamp", (used, used))
        return folder

    return installation


@pytest.fixture
def aged(installation: Installation) -> list[Path]:
    """As many as stay in any case, and two more; none of them used of late; the newest first."""
    return [installation(f"{number}", REST * (number + 2)) for number in range(NEWEST + 2)]


def left(tmp_path: Path) -> set[str]:
    return {each.name for each in tmp_path.iterdir()}


def test_the_newest_stay(tmp_path: Path, aged: list[Path]) -> None:
    """The others make room, and are named."""
    assert make_room(tmp_path, "stamp") == aged[NEWEST:]
    assert left(tmp_path) == {each.name for each in aged[:NEWEST]}
    assert make_room(tmp_path, "stamp") == []


def test_what_was_used_of_late_stays(tmp_path: Path, aged: list[Path], installation: Installation) -> None:
    """However many there are: somebody may not be done with it."""
    late = [installation(f"late-{number}", REST / 2) for number in range(NEWEST + 1)]
    assert set(make_room(tmp_path, "stamp")) == set(aged)
    assert left(tmp_path) == {each.name for each in late}


def test_what_is_no_installation_is_left_alone(tmp_path: Path, aged: list[Path]) -> None:
    """Such as the file of a lock."""
    (tmp_path / ".lock").touch()
    assert len(make_room(tmp_path, "stamp")) == len(aged) - NEWEST
    assert (tmp_path / ".lock").exists()


def test_what_was_never_whole_goes_first(
    tmp_path: Path, aged: list[Path], installation: Installation
) -> None:
    """It was interrupted, and has to be made again anyway."""
    half = installation("half", 0)
    (half / "stamp").unlink()
    assert half in make_room(tmp_path, "stamp")


@pytest.fixture
def running(aged: list[Path]) -> Iterator[Path]:
    """The oldest one; a process runs on its Python, and says so by a line."""
    python = aged[-1] / "bin" / "python"
    python.symlink_to(sys.executable)
    code = "import sys; print(flush=True); sys.stdin.read()"
    command = (str(python), "-c", code)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield aged[-1]
        process.kill()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc to tell what runs")
def test_what_runs_stays(tmp_path: Path, aged: list[Path], running: Path) -> None:
    """However old it is: what is imported late would be missing."""
    assert make_room(tmp_path, "stamp") == aged[NEWEST:-1]
    assert running.exists()
