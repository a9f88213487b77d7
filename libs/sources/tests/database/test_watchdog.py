"""The watchdog cuts what is late, and nothing else."""

import subprocess
import sys
import threading
import time

import pytest

from ogrom.sources.database import watchdog as module
from ogrom.sources.database.watchdog import GRACE, Watchdog

# What the slowest machine may take to wake a thread, in seconds.
FAR = 60.0


class Clock:
    """Time that passes when it is told to; the watchdog's thread looks at it every few hundredths of a second."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The watchdog's."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


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
    watchdog, late, other = Watchdog(), Watched(), Watched()
    deadline = time.monotonic() + 0.05
    watchdog.watch(late, deadline)
    assert late.done.wait(FAR)
    watchdog.watch(other, deadline)
    assert other.done.wait(FAR)
    assert len(late.times) == 1
    assert late.times[0] >= deadline + GRACE


def test_what_has_left_is_not_cut(clock: Clock) -> None:
    """Nor does it trouble the watchdog to leave twice."""
    watchdog, punctual, late = Watchdog(), Watched(), Watched()
    watchdog.watch(punctual, clock.now)
    watchdog.watch(late, clock.now)
    watchdog.leave(punctual)
    watchdog.leave(punctual)
    clock.now += GRACE
    assert late.done.wait(FAR)
    assert punctual.times == []


def test_a_new_deadline_replaces_the_old_one(clock: Clock) -> None:
    """A connection serves one call after the other."""
    watchdog, watched, other = Watchdog(), Watched(), Watched()
    watchdog.watch(watched, clock.now)
    watchdog.watch(other, clock.now)
    watchdog.watch(watched, clock.now + 0.1)
    clock.now += GRACE
    assert other.done.wait(FAR)
    assert watched.times == []
    clock.now += 0.1
    watchdog.watch(other, clock.now)
    assert watched.done.wait(FAR)


def sleeps_until(watchdog: Watchdog, moment: float) -> bool:
    """Whether its thread comes to sleep until then."""
    end = time.monotonic() + FAR
    while time.monotonic() < end:
        # Its thread holds the lock whenever it does not sleep.
        with watchdog._changed:
            if watchdog._wakes == moment:
                return True
    return False


def test_a_nearer_deadline_wakes_it() -> None:
    """It does not sleep until the first one it was told."""
    watchdog, far, near = Watchdog(), Watched(), Watched()
    deadline = time.monotonic() + 3600
    watchdog.watch(far, deadline)
    assert sleeps_until(watchdog, deadline + GRACE)
    watchdog.watch(near, time.monotonic())
    assert near.done.wait(FAR)
    assert sleeps_until(watchdog, deadline + GRACE)
    idle = Watched()
    watchdog.leave(far)
    watchdog.watch(idle, time.monotonic())
    assert idle.done.wait(FAR)


def test_many_are_cut_each_in_its_time() -> None:
    """From many threads at once; and then it sleeps until the last one's time."""
    watchdog, last = Watchdog(), Watched()
    all_of_them = [Watched() for _ in range(200)]
    first = time.monotonic() + 0.3
    deadlines = [first + n % 20 / 50 for n in range(200)]
    calls = [*zip(all_of_them, deadlines, strict=True), (last, first + 3600)]
    threads = [threading.Thread(target=watchdog.watch, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for watched, deadline in zip(all_of_them, deadlines, strict=True):
        assert watched.done.wait(FAR)
        assert [moment >= deadline + GRACE for moment in watched.times] == [True]
    assert sleeps_until(watchdog, first + 3600 + GRACE)
    assert last.times == []


def test_one_that_cannot_be_cut_is_told_and_spares_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """The thread outlives it."""
    watchdog, stubborn, late = Watchdog(), Stubborn(), Watched()
    watchdog.watch(stubborn, time.monotonic())
    assert stubborn.done.wait(FAR)
    watchdog.watch(late, time.monotonic())
    assert late.done.wait(FAR)
    assert "could not be cut" in caplog.text


def test_who_has_left_is_not_in_the_middle_of_a_cut() -> None:
    """Otherwise the next call would lose the connection that it has just been lent."""
    watchdog, slow = Watchdog(), Slow()
    watchdog.watch(slow, time.monotonic())
    assert slow.begun.wait(FAR)
    watchdog.leave(slow)
    assert len(slow.times) == 1


# What the parent watches is long due by the child's clock, and then by the parent's.
FORKING = """
import os, sys, threading, time
from types import SimpleNamespace
from ogrom.sources.database import watchdog as module
from ogrom.sources.database.watchdog import Watchdog

class Watched:
    done = None
    def __init__(self): self.done = threading.Event()
    def cut(self): self.done.set()

watchdog, parents = Watchdog(), Watched()
watchdog.watch(parents, time.monotonic() + 3600)
watchdog._changed.acquire()  # as another thread may at the moment of the fork
child = os.fork()
if child == 0:
    mine = Watched()
    module.time = SimpleNamespace(monotonic=lambda: time.monotonic() + 7200)
    watchdog.watch(mine, 0)
    os._exit(0 if mine.done.wait(60) and not parents.done.is_set() else 1)
watchdog._changed.release()
watchdog.watch(parents, 0)
assert parents.done.wait(60)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_has_a_watchdog_of_its_own() -> None:
    """It cuts what the child watches, and leaves alone what is the parent's."""
    run = [sys.executable, "-W", "ignore", "-c", FORKING]
    assert subprocess.run(run, timeout=3 * FAR, check=False).returncode == 0
