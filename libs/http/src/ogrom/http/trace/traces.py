"""The last traces of this process."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from .record import Trace

__all__ = ["PATH", "Traces"]

LIMIT = 100
PATH = "/trace"
"""Where they are shown."""


class Traces:
    """Keeps the last traces, for any number of threads; whoever makes it owns them."""

    def __init__(self, limit: int = LIMIT) -> None:
        """Keep none yet.

        Args:
            limit: how many to keep at most.
        """
        self._limit = limit
        self._by_id: OrderedDict[str, Trace] = OrderedDict()
        self._lock = Lock()

    def add(self, trace: Trace) -> None:
        """Keep a trace, and forget the oldest one where there are too many."""
        with self._lock:
            self._by_id[trace.id] = trace
            if len(self._by_id) > self._limit:
                self._by_id.popitem(last=False)

    def last(self) -> tuple[Trace, ...]:
        """All that are kept, the newest first."""
        with self._lock:
            return tuple(reversed(self._by_id.values()))

    def by_id(self, trace_id: str) -> Trace | None:
        """The trace; None where it never was, or is forgotten."""
        with self._lock:
            return self._by_id.get(trace_id)
