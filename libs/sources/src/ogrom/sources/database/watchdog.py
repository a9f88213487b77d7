"""Watchdog: one thread that cuts connections which are still busy when their deadline has passed."""

import logging
import os
import threading
import time
from typing import Protocol

_log = logging.getLogger("ogrom.sources")

# The database's own limit comes first and keeps the connection in order; then the socket is cut, in seconds.
GRACE = 0.05


class Cuttable(Protocol):
    """Something that another thread can end."""

    def cut(self) -> None:
        """End it at once, without waiting; a caller that waits on it gets an error. Must not call the Watchdog."""


class Watchdog:
    """Cuts what it watches at its deadline; the thread starts with the first one.

    Only connections in use are watched, so looking through them all is cheap, and calls that end in time hardly ever
    wake the thread. It lives as long as the process; a forked process starts with a thread of its own, and watches
    nothing at first.
    """

    def __init__(self) -> None:
        self._begin()
        # What the parent watches is not ours, and a thread that the fork did not copy may hold the lock.
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._watched: dict[Cuttable, float] = {}
        self._changed = threading.Condition(threading.Lock())
        self._wakes: float | None = None
        self._thread: threading.Thread | None = None

    def watch(self, what: Cuttable, deadline: float) -> None:
        """Cut it soon after the deadline, on `time.monotonic()`'s clock, unless it is left before."""
        with self._changed:
            self._watched[what] = deadline + GRACE
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="ogrom-watchdog", daemon=True)
                thread.start()
                self._thread = thread
            elif self._wakes is None or deadline + GRACE < self._wakes:
                self._changed.notify()

    def leave(self, what: Cuttable) -> None:
        """Stop watching it; once this has returned, it is not cut."""
        with self._changed:
            self._watched.pop(what, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for what in [what for what, end in self._watched.items() if end <= now]:
                    del self._watched[what]
                    try:
                        what.cut()
                    except Exception:  # noqa: BLE001 - it is logged
                        # The others rely on this thread.
                        _log.exception("a connection could not be cut at its deadline")
                self._wakes = min(self._watched.values(), default=None)
                self._changed.wait(None if self._wakes is None else self._wakes - now)
