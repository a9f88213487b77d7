"""The standby: a thread that notices a loop that is held up, tells by what, and polls in its place meanwhile.

It runs no code of the application: health has threads of its own, and whoever finds too many requests is refused. What
holds the GIL stops every thread, this one too; the parent finds that by the heartbeat.
"""

import logging
import sys
import time
import traceback
from collections.abc import Callable
from threading import Event, Thread

from .signals import held

log = logging.getLogger("ogrom.server")

LAG_SECONDS = 0.05
_SECONDS_BETWEEN_LOOKS = 0.02
_SECONDS_BETWEEN_STACKS = 1.0


class Standby:
    """Watches a loop from a thread of its own."""

    def __init__(self, busy_since: Callable[[], float], stand_in: Callable[[float], None]) -> None:
        """Watch nothing yet.

        Args:
            busy_since: when the loop's thread has last come from its poll, of `time.monotonic()`; 0.0 while it polls.
            stand_in: polls in its place until it comes back; given what `busy_since` has told.
        """
        self._busy_since = busy_since
        self._stand_in = stand_in
        self._ends = Event()
        self._told = -_SECONDS_BETWEEN_STACKS
        self._thread = Thread(target=self._run, name="ogrom-server-standby", daemon=True)

    def watch(self, thread: int) -> None:
        """Begin.

        Args:
            thread: the loop's.
        """
        self._watched = thread
        with held():  # signals are for the main thread
            self._thread.start()

    def end(self) -> None:
        """Watch no more."""
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.wait(_SECONDS_BETWEEN_LOOKS):
            since = self._busy_since()
            if since and time.monotonic() - since >= LAG_SECONDS:
                stack = self._stack()
                try:
                    self._stand_in(since)
                except Exception:
                    log.exception("the standby failed")
                self._tell(since, stack)  # last: it may be the log that holds the loop up

    def _stack(self) -> str:
        """What the loop's thread is at; "" where that was told a moment ago."""
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - there is no other way
        if frame is None or time.monotonic() < self._told + _SECONDS_BETWEEN_STACKS:
            return ""
        return "".join(traceback.format_stack(frame))

    def _tell(self, since: float, stack: str) -> None:
        if stack:
            self._told = time.monotonic()
            held_up = 1000 * (self._told - since)
            log.warning(
                "the loop was blocked for %.0f ms; have a Waiter run what blocks it:\n%s", held_up, stack
            )
