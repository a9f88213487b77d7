"""A pytest plugin: a thread or process that outlives what started it is an error.

It might draw from `random`, take a port or hold a lock during another test. What a test starts must end with the test,
what a fixture starts with the fixture, and what a document starts with the document.
"""

import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Started: TypeAlias = threading.Thread | int
"""A thread, or the id of a process."""

SECONDS = 30.0
"""How long something that was told to stop may take, on a slow machine."""

KEPT = frozenset({"ogrom-watchdog"})
"""Threads that live as long as the process on purpose: the watchdog of ogrom.sources, one for all connections to MySQL,
which sleeps while there is no call."""

KEPT_PROCESS = "multiprocessing.resource_tracker"
"""Part of the command line of a process that Python starts once and stops at its own end."""

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_TASKS = Path("/proc/self/task")


class Leftovers:
    """Looks for leftovers after each test; knows who started what."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._known: set[Started] = set()
        self._owned: dict[object, set[Started]] = {}
        self._programs: dict[Started, Path | None] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Note what pytest, its plugins and imports have started."""
        self._known = _present()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Let a fixture with a wider scope than one test own what it starts."""
        if fixturedef.scope == "function":
            return (yield)
        before = _present()
        try:
            return (yield)
        finally:
            self._owned[fixturedef] = _present() - before
            self._programs |= {each: _program(each) for each in self._owned[fixturedef]}

    def pytest_fixture_post_finalizer(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """End a fixture's ownership."""
        self._owned.pop(fixturedef, None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, None, None]:
        """Look for leftovers once everything that ends with this test is torn down."""
        try:
            yield
        finally:
            if not isinstance(item, pytest.Function) and nextitem and nextitem.parent is item.parent:
                self._owned[item.parent] = _present()  # the blocks of a document share what they start
            else:
                self._owned.pop(item.parent, None)
                self._refuse_leftovers()

    def _refuse_leftovers(self) -> None:
        deadline = time.monotonic() + SECONDS
        while (left := self._left()) and time.monotonic() < deadline:
            _reap(left)
            time.sleep(0.01)
        if left:
            self._known |= left
            described = "\n".join(map(_describe, left))
            _kill(left)
            pytest.fail(f"Left behind:\n{described}", pytrace=False)

    def _left(self) -> set[Started]:
        owned: set[Started] = set().union(*self._owned.values())
        present = _present()
        left = present - self._known - owned
        # A server that a fixture started and a test restarted belongs to the fixture.
        ended = {self._programs.get(each) for each in owned - present} - {None}
        return {each for each in left if _program(each) not in ended}


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin, and become the parent of processes whose own parent has ended."""
    if _TASKS.exists():
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    config.pluginmanager.register(Leftovers())


def _present() -> set[Started]:
    present: set[Started] = {each for each in threading.enumerate() if each.name not in KEPT}
    with suppress(ChildProcessError):  # mostly there is none, and this check is cheap
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        present.update(_children())
    return present


def _children() -> Iterator[int]:
    for task in _TASKS.iterdir():
        with suppress(OSError):  # the thread has ended
            children = map(int, (task / "children").read_text().split())
            yield from (each for each in children if KEPT_PROCESS not in _command(each))


def _reap(left: set[Started]) -> None:
    """Reap processes that have ended and that nobody else waits for."""
    for each in left:
        if isinstance(each, int):
            with suppress(ChildProcessError):
                os.waitpid(each, os.WNOHANG)


def _kill(left: set[Started]) -> None:
    """Kill processes, or whoever reads our output waits for them, too."""
    for each in left:
        if isinstance(each, int):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)


def _program(started: Started) -> Path | None:
    with suppress(OSError):  # it has ended
        return Path(f"/proc/{started}/exe").readlink() if isinstance(started, int) else None
    return None


def _command(process: int) -> str:
    with suppress(OSError):  # it has ended
        return Path(f"/proc/{process}/cmdline").read_text(errors="replace").replace("\0", " ")
    return ""


def _describe(started: Started) -> str:
    if isinstance(started, int):
        return f"process {started}: {_command(started)}"
    frame = sys._current_frames().get(started.ident or 0)  # noqa: SLF001  # the only way to know
    return f"{started!r}, which is at:\n{''.join(traceback.format_stack(frame)) if frame else ''}"
