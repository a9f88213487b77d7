"""The watchdog cuts what is late, and nothing else."""

import subprocess
import sys
import threading
import time

import pytest

from ogrom.sources.watchdog import GRACE, Watchdog

# What a busy machine may take to wake a thread, in seconds.
SLACK = 0.2

# Time is measured, and others may have the processor meanwhile: what holds must be seen in one of three runs.
pytestmark = pytest.mark.flaky(reruns=2)


class Watched:
    """Remembers when it was cut."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.done = threading.Event()

    def cut(self) -> None:
        self.times.append(time.monotonic())
        self.done.set()


class Stubborn(Watched):
    """Cannot be cut."""

    def cut(self) -> None:
        super().cut()
        raise RuntimeError("stubborn")


class Slow(Watched):
    """Takes its time, and tells when it begins."""

    begun = threading.Event()

    def cut(self) -> None:
        self.begun.set()
        time.sleep(0.2)  # this is what it is for
        super().cut()


def test_what_is_late_is_cut_once_and_soon() -> None:
    """Not before its deadline, which the database keeps first."""
    watchdog, late = Watchdog(), Watched()
    deadline = time.monotonic() + 0.05
    watchdog.watch(late, deadline)
    assert late.done.wait(5)
    watchdog.watch(Watched(), deadline)
    assert len(late.times) == 1
    assert GRACE <= late.times[0] - deadline < GRACE + SLACK


def test_what_has_left_is_not_cut() -> None:
    """Nor does it trouble the watchdog to leave twice."""
    watchdog, punctual, late = Watchdog(), Watched(), Watched()
    deadline = time.monotonic()
    watchdog.watch(punctual, deadline)
    watchdog.watch(late, deadline + 0.1)
    watchdog.leave(punctual)
    watchdog.leave(punctual)
    assert late.done.wait(5)
    assert punctual.times == []


def test_a_new_deadline_replaces_the_old_one() -> None:
    """A connection serves one call after the other."""
    watchdog, watched = Watchdog(), Watched()
    watchdog.watch(watched, time.monotonic())
    deadline = time.monotonic() + 0.2
    watchdog.watch(watched, deadline)
    assert watched.done.wait(5)
    assert watched.times[0] >= deadline


def sleeps_until(watchdog: Watchdog, moment: float) -> bool:
    """Whether its thread has come to sleep until then, within five seconds."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        # Its thread holds the lock whenever it does not sleep.
        with watchdog._changed:
            if watchdog._wakes == moment:
                return True
    return False


def test_a_nearer_deadline_wakes_it() -> None:
    """It does not sleep until the first one it was told."""
    watchdog, far, near = Watchdog(), Watched(), Watched()
    deadline = time.monotonic() + 60
    watchdog.watch(far, deadline)
    assert sleeps_until(watchdog, deadline + GRACE)
    watchdog.watch(near, time.monotonic())
    assert near.done.wait(5)
    assert sleeps_until(watchdog, deadline + GRACE)
    idle = Watched()
    watchdog.leave(far)
    watchdog.watch(idle, time.monotonic())
    assert idle.done.wait(5)


def test_many_are_cut_each_in_its_time() -> None:
    """From many threads at once."""
    watchdog = Watchdog()
    all_of_them = [Watched() for _ in range(200)]
    # To start so many threads takes a moment itself.
    first = time.monotonic() + 0.5
    deadlines = [first + n % 20 / 50 for n in range(200)]
    for watched, deadline in zip(all_of_them, deadlines, strict=True):
        threading.Thread(target=watchdog.watch, args=(watched, deadline)).start()
    for watched, deadline in zip(all_of_them, deadlines, strict=True):
        assert watched.done.wait(5)
        assert GRACE <= watched.times[0] - deadline < GRACE + SLACK


def test_one_that_cannot_be_cut_is_told_and_spares_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """The thread outlives it."""
    watchdog, stubborn, late = Watchdog(), Stubborn(), Watched()
    watchdog.watch(stubborn, time.monotonic())
    assert stubborn.done.wait(5)
    watchdog.watch(late, time.monotonic())
    assert late.done.wait(5)
    assert "could not be cut" in caplog.text


def test_who_has_left_is_not_in_the_middle_of_a_cut() -> None:
    """Otherwise the next call would lose the connection that it has just been lent."""
    watchdog, slow = Watchdog(), Slow()
    watchdog.watch(slow, time.monotonic())
    assert slow.begun.wait(5)
    watchdog.leave(slow)
    assert len(slow.times) == 1


FORKING = """
import os, sys, threading, time
from ogrom.sources.watchdog import Watchdog

class Watched:
    done = None
    def __init__(self): self.done = threading.Event()
    def cut(self): self.done.set()

watchdog, parents = Watchdog(), Watched()
watchdog.watch(parents, time.monotonic() + 0.3)
watchdog._changed.acquire()  # as another thread may at the moment of the fork
child = os.fork()
if child == 0:
    mine = Watched()
    watchdog.watch(mine, time.monotonic() + 0.4)
    os._exit(0 if mine.done.wait(5) and not parents.done.is_set() else 1)
watchdog._changed.release()
assert parents.done.wait(5)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_has_a_watchdog_of_its_own() -> None:
    """It cuts what the child watches, and leaves alone what is the parent's."""
    run = [sys.executable, "-W", "ignore", "-c", FORKING]
    assert subprocess.run(run, timeout=20, check=False).returncode == 0
