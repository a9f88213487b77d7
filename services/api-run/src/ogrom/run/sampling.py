"""Samples: what nobody tells of when it changes is looked at each second, in each process.

One process answers for all when Prometheus asks, and it cannot look into the others.
"""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger("ogrom.run")

_SECONDS = 1.0


class Samples:
    """Owns the thread that looks, and what it looks at; safe in threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: list[Callable[[], None]] = []
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, look: Callable[[], None]) -> None:
        """Look at one thing more.

        Args:
            look: sets metrics; must not wait for anything.
        """
        with self._lock:
            self._looks.append(look)

    def take(self) -> None:
        """Look now."""
        with self._lock:
            for look in self._looks:
                try:
                    look()
                except Exception:
                    log.exception("a sample for the metrics could not be taken")

    def start(self) -> None:
        """Look each second from now on; to be called in the process that serves."""
        self._stopped.clear()
        self._thread = threading.Thread(target=self._run, name="ogrom-samples", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_SECONDS)

    def _run(self) -> None:
        self.take()
        while not self._stopped.wait(_SECONDS):
            self.take()
