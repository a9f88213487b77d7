"""Cached: a source that remembers its answers."""

import logging
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError, Timeout, Unavailable

from .cache import Cache, Entry
from .keys import Keys
from .rules import RULES, Rules
from .wrapper import Call, Wrapper

S = TypeVar("S")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stale:
    """An answer was served that had outlived its time, because of `error`; `age` is in seconds."""

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
    """The source, its answers remembered.

    An answer depends on the method, the locale and the arguments; a source that answers by principal must
    not be cached. Mappings are handed out read-only, as many callers share them. That something does not exist
    (None) is not remembered: it may be made at any moment. Who wants the latest (`ctx.wants_latest`) gets the
    store's own answer, and the others get it from then on; who gets another is told in `ctx.copies`.

    Args:
        source: any source.
        name: what messages call it.
        cache: where the answers are kept, one for all sources over the same store.
        ttl: how long an answer is served without asking again, in seconds. So long a write of another
            process may go unseen.
        stale_if_error: how long beyond `ttl`, in seconds, an answer is served where the source is Unavailable
            or gives up before the call's deadline (RFC 5861, section 4). Never after a write. With both 0,
            reads pass through, each on its own, and writes still forget what they change for other sources.
        on_stale: told of every such answer; must not raise.
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
        self._keys = Keys()

    def around(self, call: Call) -> Any:
        """Answer a read from memory where that can be; let a write forget what it changes."""
        if call.name not in self._rules.reads:
            return self._write(call)
        key = self._keys.of(call) if self._ttl + self._stale_if_error else None
        return call() if key is None else self._read(call, key)

    def _write(self, call: Call) -> Any:
        try:
            return call()
        finally:
            # A write that failed may have been stored nevertheless, and a Conflict tells of another's write.
            self._cache.forget(*self._rules.changed_by(call.name))

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
            entry, shared = self._cache.flights.share(
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
        # Past the deadline nobody waits for a stale answer either; and a write may have come meanwhile.
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
