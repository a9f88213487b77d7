"""Parts that start together, and programs that Debian packages."""

import subprocess
import sys
from contextlib import ExitStack

import pytest

from ogrom_rehearsal import programs
from ogrom_rehearsal.programs import Lifecycle


class Pair(Lifecycle):
    """Two parts, the second of which may not begin."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.fails = fails
        self.ended: list[str] = []

    def start_parts(self, parts: ExitStack) -> None:
        parts.callback(self.ended.append, "first")
        if self.fails:
            raise OSError
        parts.callback(self.ended.append, "second")


def test_parts_end_with_the_block() -> None:
    """The last one first."""
    with Pair() as pair:
        assert pair.ended == []
    assert pair.ended == ["second", "first"]


def test_a_part_that_does_not_begin_ends_the_others() -> None:
    """Nothing is left behind."""
    pair = Pair(fails=True)
    with pytest.raises(OSError), pair:
        pass
    assert pair.ended == ["first"]


STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"


def test_a_program_is_ended() -> None:
    """By SIGTERM; one that does not hear it, by SIGKILL."""
    with subprocess.Popen(("sleep", "60")) as willing:
        programs.end(willing, 30.0)
        assert willing.returncode == -15
    with subprocess.Popen((sys.executable, "-c", STUBBORN), stdout=subprocess.PIPE) as stubborn:
        assert stubborn.stdout
        stubborn.stdout.readline()
        programs.end(stubborn, 0.1)
        assert stubborn.returncode == -9


def test_the_end_of_what_was_said_is_kept() -> None:
    """It is as long as a person reads, and of no encoding for sure."""
    assert programs.last_words(b"x" * 5000 + b"why\xff \n").endswith("xwhy\ufffd")
    assert len(programs.last_words(b"x" * 5000)) == 2000
