"""Cache: the memory that cached sources share, bounded by the number of records in it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache

from ogrom.protocols.pages import Page
from ogrom.protocols.waiting import BLOCKING, Waiter

from .flights import Flights


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer, the moment on the cache's clock when it was asked for, and the state it belongs to."""

    answer: Any
    asked_at: float
    state: tuple[int, ...]


@dataclass(frozen=True)
class Statistics:
    """How many calls were answered from memory (`hits`), by the source (`misses`), by the call of another
    thread (`shared`) or with a stale answer (`stale`), and how many records are kept now.
    """

    hits: int
    misses: int
    shared: int
    stale: int
    records: int


class Cache:
    """Owns the answers that sources gave, and counts the writes of each kind; safe in threads.

    Sources over one store share one Cache, as a write to one changes what another reads. Every write makes
    older answers of its kinds worthless at once, those too that are still on their way.
    """

    def __init__(
        self, *, size: int = 10_000, clock: Callable[[], float] = time.monotonic, waiter: Waiter = BLOCKING
    ) -> None:
        """An empty cache.

        Args:
            size: how many records are kept at most; those not asked for the longest go first.
            clock: the time in seconds.
            waiter: of the callers.
        """
        self.clock = clock
        self.flights = Flights(waiter)
        self._lock = threading.Lock()
        self._entries: LRUCache[Hashable, Entry] = LRUCache(size, getsizeof=_records)
        self._writes: Counter[str] = Counter()
        self._clearances = 0
        self._counts: Counter[str] = Counter()

    def state(self, kinds: frozenset[str]) -> tuple[int, ...]:
        """What changes with every write of one of these kinds."""
        with self._lock:
            return self._state(kinds)

    def look_up(self, key: Hashable, kinds: frozenset[str]) -> tuple[tuple[int, ...], Entry | None]:
        """The `state` of these kinds, and what `find` finds for it, both of one moment."""
        with self._lock:
            state, entry = self._state(kinds), self._entry(key)
        return state, entry if entry is not None and entry.state == state else None

    def find(self, key: Hashable, state: tuple[int, ...]) -> Entry | None:
        """The answer kept for `key`, unless it belongs to another state."""
        with self._lock:
            entry = self._entry(key)
        return entry if entry is not None and entry.state == state else None

    def keep(self, key: Hashable, entry: Entry, kinds: frozenset[str]) -> None:
        """Let the answer take the place of the one before it, unless there was a write meanwhile.

        What is larger than the whole cache is not kept, nor is None: it may be made at any moment.
        """
        with self._lock:
            if entry.state != self._state(kinds):
                return
            self._entries.pop(key, None)
            if entry.answer is not None and _records(entry) <= self._entries.maxsize:
                self._entries[key] = entry

    def forget(self, *kinds: str) -> None:
        """Make every answer about these kinds of record worthless; without a kind, every answer."""
        with self._lock:
            if kinds:
                self._writes.update(kinds)
            else:
                self._clearances += 1
                self._entries.clear()

    def count(self, what: str) -> None:
        """Count a call for the statistics."""
        with self._lock:
            self._counts[what] += 1

    def statistics(self) -> Statistics:
        """The counts since the cache was made."""
        with self._lock:
            counts, records = self._counts.copy(), int(self._entries.currsize)
        return Statistics(counts["hits"], counts["misses"], counts["shared"], counts["stale"], records)

    def _state(self, kinds: frozenset[str]) -> tuple[int, ...]:
        # Without a sort, since all calls of a method have the very same kinds, in whatever order.
        return self._clearances, *[self._writes.get(kind, 0) for kind in kinds]

    def _entry(self, key: Hashable) -> Entry | None:
        try:
            return self._entries[key]
        except KeyError:
            return None


def _records(entry: Entry) -> int:
    answer = entry.answer.items if isinstance(entry.answer, Page) else entry.answer
    return max(1, len(answer)) if isinstance(answer, Collection) else 1
