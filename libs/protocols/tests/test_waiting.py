"""Waiting where nobody else is served: the caller's thread blocks."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from ogrom.protocols.waiting import BLOCKING, settled

SECONDS = 60.0


def in_a_moment(call: Callable[[], object]) -> threading.Thread:
    """Have another thread do it, most likely when it is waited for."""

    def run() -> None:
        time.sleep(0.01)  # the moment
        call()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_call_is_run_here() -> None:
    """And what it raises is raised."""
    assert not BLOCKING.parks
    assert BLOCKING.run(threading.get_ident) == threading.get_ident()
    with pytest.raises(LookupError):
        BLOCKING.run(lambda: os.environ["OGROM_NOTHING"])


def test_a_wait_ends_when_somebody_says_so() -> None:
    """Before it has begun, or after; the first one counts."""
    wait = BLOCKING.wait()
    wait.end("first")
    wait.end("second")
    assert wait.until(None) == "first"
    later = BLOCKING.wait()
    thread = in_a_moment(lambda: later.end("later"))
    assert later.until(time.monotonic() + SECONDS) == "later"
    thread.join(SECONDS)


def test_a_wait_ends_at_its_deadline() -> None:
    wait = BLOCKING.wait()
    with pytest.raises(TimeoutError):
        wait.until(time.monotonic() + 0.01)
    with pytest.raises(TimeoutError):
        wait.until(time.monotonic() - 1.0)


def test_what_is_spawned_runs_at_once() -> None:
    said: list[str] = []
    BLOCKING.spawn(lambda: said.append("spawned"))
    assert said == ["spawned"]


def test_a_descriptor_is_waited_for() -> None:
    reads, writes = os.pipe()
    with pytest.raises(TimeoutError):
        BLOCKING.readable(reads, time.monotonic() + 0.01)
    thread = in_a_moment(lambda: os.write(writes, b"x"))
    BLOCKING.readable(reads, None)
    assert os.read(reads, 1) == b"x"
    thread.join(SECONDS)
    os.close(reads)
    os.close(writes)


def test_a_future_is_waited_for() -> None:
    """However it ends, and no longer than the deadline."""
    future: Future[int] = Future()
    assert not settled(future, BLOCKING, time.monotonic() + 0.01)
    thread = in_a_moment(lambda: future.set_exception(LookupError()))
    assert settled(future, BLOCKING, None)
    assert settled(future, BLOCKING, None)
    assert isinstance(future.exception(), LookupError)
    thread.join(SECONDS)
