"""Cached: a source whose answers are kept, in a Cache that all sources over one store share."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast

from cachetools import LRUCache

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError, Timeout, Unavailable
from ogrom.protocols.pages import Page
from ogrom.protocols.waiting import BLOCKING, Waiter

from .rules import RULES, Rules
from .single_flight import SingleFlight
from .wrapper import Call, CallKeys, Wrapper


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
    """Owns the answers that sources gave, and counts the writes of each tag; safe in threads.

    Sources over one store share one Cache, as a write to one changes what another reads. Every write
    invalidates older answers with its tags at once, also those that are still on their way.
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
        self.single_flight = SingleFlight(waiter)
        self._lock = threading.Lock()
        self._entries: LRUCache[Hashable, Entry] = LRUCache(size, getsizeof=_records)
        self._writes: Counter[str] = Counter()
        self._clearances = 0
        self._counts: Counter[str] = Counter()

    def state(self, tags: frozenset[str]) -> tuple[int, ...]:
        """A value that changes with every write of one of these tags."""
        with self._lock:
            return self._state(tags)

    def look_up(self, key: Hashable, tags: frozenset[str]) -> tuple[tuple[int, ...], Entry | None]:
        """The `state` of these tags, and what `find` finds for it, both of one moment."""
        with self._lock:
            state, entry = self._state(tags), self._entry(key)
        return state, entry if entry is not None and entry.state == state else None

    def find(self, key: Hashable, state: tuple[int, ...]) -> Entry | None:
        """The answer kept for `key`, unless it belongs to another state."""
        with self._lock:
            entry = self._entry(key)
        return entry if entry is not None and entry.state == state else None

    def keep(self, key: Hashable, entry: Entry, tags: frozenset[str]) -> None:
        """Keep the answer in place of the one before it, unless there was a write meanwhile.

        What is larger than the whole cache is not kept, nor is None: the record may be created at any moment.
        """
        with self._lock:
            if entry.state != self._state(tags):
                return
            self._entries.pop(key, None)
            if entry.answer is not None and _records(entry) <= self._entries.maxsize:
                self._entries[key] = entry

    def invalidate(self, *tags: str) -> None:
        """Invalidate every answer with one of these tags; without a tag, every answer."""
        with self._lock:
            if tags:
                self._writes.update(tags)
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

    def _state(self, tags: frozenset[str]) -> tuple[int, ...]:
        # Not sorted, since all calls of a method have the very same tags in the same order.
        return self._clearances, *[self._writes.get(tag, 0) for tag in tags]

    def _entry(self, key: Hashable) -> Entry | None:
        try:
            return self._entries[key]
        except KeyError:
            return None


def _records(entry: Entry) -> int:
    answer = entry.answer.items if isinstance(entry.answer, Page) else entry.answer
    return max(1, len(answer)) if isinstance(answer, Collection) else 1


S = TypeVar("S")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stale:
    """An answer was served after its time to live, because of `error`; `age` is in seconds."""

    source: str
    method: str
    age: float
    error: SourceError


def log_stale(stale: Stale) -> None:
    """Say in the log that an answer was stale."""
    _log.warning(
        "%s: %s answered from %.1f s ago, because of %s", stale.source, stale.method, stale.age, stale.error
    )


def cached(
    source: S,
    name: str,
    cache: Cache,
    *,
    ttl: float,
    stale_if_error: float = 0.0,
    on_stale: Callable[[Stale], None] = log_stale,
    rules: Rules = RULES,
) -> S:
    """The source, with its answers cached.

    An answer depends on the method, the locale and the arguments; a source that answers by principal must
    not be cached. Mappings are handed out read-only, as many callers share them. That something does not exist
    (None) is not kept: it may be created at any moment. A call that wants the latest (`ctx.wants_latest`) gets
    the store's own answer, and from then on the others get it too; answers from memory are noted in `ctx.copies`.

    Args:
        source: any source.
        name: what messages call it.
        cache: where the answers are kept, one for all sources over the same store.
        ttl: how long an answer is served without asking again, in seconds. So long a write of another
            process may go unseen.
        stale_if_error: how long beyond `ttl`, in seconds, an answer is served where the source is Unavailable
            or gives up before the call's deadline (RFC 5861, section 4). Never after a write. With both 0,
            reads pass through, each on its own, and writes still forget what they change for other sources.
        on_stale: called with every such answer; must not raise.
        rules: what reads and what writes.
    """
    return cast(S, Cached(source, name, cache, ttl, stale_if_error, on_stale, rules))


class Cached(Wrapper):
    """A source made by `cached`."""

    def __init__(
        self,
        source: object,
        name: str,
        cache: Cache,
        ttl: float,
        stale_if_error: float,
        on_stale: Callable[[Stale], None],
        rules: Rules,
    ) -> None:
        super().__init__(source, name)
        self._cache = cache
        self._ttl = ttl
        self._stale_if_error = stale_if_error
        self._on_stale = on_stale
        self._rules = rules
        self._keys = CallKeys()

    def intercept(self, call: Call) -> Any:
        """Answer a read from memory if possible; let a write invalidate what it changes."""
        if call.name in self._rules.private:
            return call()
        if call.name not in self._rules.reads:
            return self._write(call)
        key = self._keys.of(call) if self._ttl + self._stale_if_error else None
        return call() if key is None else self._read(call, key)

    def _write(self, call: Call) -> Any:
        try:
            return call()
        finally:
            # A write that failed may have been stored nevertheless, and a Conflict tells of another's write.
            self._cache.invalidate(*self._rules.changed_by(call.name))

    def _read(self, call: Call, key: Hashable) -> Any:
        call.require_time()
        ctx, begun = call.ctx, self._cache.clock()
        state, entry = self._cache.look_up(key, self._rules.reads[call.name])
        if ctx is not None and ctx.wants_latest:
            return self._load(call, key, state).answer
        if entry is not None and begun - entry.asked_at < self._ttl:
            self._cache.count("hits")
            return self._told(ctx, entry, begun)
        try:
            entry, shared = self._cache.single_flight.share(
                (key, state), call, lambda: self._fresh(key, state) or self._load(call, key, state)
            )
        except (Unavailable, Timeout) as error:
            return self._told(ctx, self._stale(call, key, state, error), self._cache.clock())
        if shared:
            self._cache.count("shared")
        # Another may have asked, before this call began: then it is a copy, if a young one.
        return self._told(ctx, entry, self._cache.clock()) if entry.asked_at < begun else entry.answer

    def _load(self, call: Call, key: Hashable, state: tuple[int, ...]) -> Entry:
        self._cache.count("misses")
        asked_at = self._cache.clock()
        entry = Entry(_read_only(call()), asked_at, state)
        self._cache.keep(key, entry, self._rules.reads[call.name])
        return entry

    def _fresh(self, key: Hashable, state: tuple[int, ...]) -> Entry | None:
        entry = self._cache.find(key, state)
        return entry if entry is not None and self._age(entry) < self._ttl else None

    def _stale(self, call: Call, key: Hashable, state: tuple[int, ...], error: SourceError) -> Entry:
        # Past the deadline a stale answer is of no use either; and there may have been a write.
        late = call.ctx is not None and call.ctx.remaining() == 0.0
        current = self._cache.state(self._rules.reads[call.name])
        entry = None if late or current != state else self._cache.find(key, state)
        if entry is None or self._age(entry) >= self._ttl + self._stale_if_error:
            raise error
        self._cache.count("stale")
        self._on_stale(Stale(call.source, call.name, self._age(entry), error))
        return entry

    def _told(self, ctx: Context | None, entry: Entry, now: float) -> Any:
        if ctx is not None and ctx.copies is not None:
            age = now - entry.asked_at
            ctx.copies.add(age, self._ttl - age)
        return entry.answer

    def _age(self, entry: Entry) -> float:
        return self._cache.clock() - entry.asked_at


def _read_only(answer: Any) -> Any:
    return MappingProxyType(dict(answer)) if isinstance(answer, Mapping) else answer
