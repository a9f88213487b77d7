"""Gathered: a source whose reads of one kind become one query if they wait at the same moment.

No read waits for others to come. It is sent at once, with all those that have been called and not sent yet. So no
answer is older than its call, and the busier the server, the more records a query reads (Haxl's idea, across requests,
since no answer depends on the caller).
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Hashable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, cast

from msgspec import Struct

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout, Unavailable
from ogrom.protocols.waiting import Wait, Waiter

from .rules import RULES
from .wrapper import Call, CallKeys, Wrapper, copy_of

S = TypeVar("S")

MERGED: Mapping[str, str] = MappingProxyType(
    {
        "product_by_id": "products_by_ids",
        "collage_by_id": "collages_by_ids",
        "user_by_id": "users_by_ids",
        "comment_by_id": "comments_by_ids",
    }
)
"""By a method that reads one record by its id, the one that reads several; a source that has both merges them."""

SHARED = frozenset(RULES.reads) - {*MERGED, *MERGED.values()}
"""The other methods that read: identical calls of one moment, such as the first page of a list, are made once."""

_MOST_IDS = 64
"""The most ids of a query, so that a call for one record does not wait for a thousand."""

_MOST_QUERIES = 2
"""The most queries of a kind at once: the next one gathers calls, and a slow one does not hold up all others."""


class Merged(Struct, frozen=True):
    """A query that was made for several calls.

    Attributes:
        source: the source's name.
        method: the one that was called.
        calls: how many have shared it.
        ids: how many records were asked for.
        seconds: how long it took.
        error: what it raised; None for nothing.
    """

    source: str
    method: str
    calls: int
    ids: int
    seconds: float = 0.0
    error: BaseException | None = None


def _unobserved(_: Merged) -> None:
    pass


def gathered(
    source: S,
    name: str,
    waiter: Waiter,
    *,
    observe: Callable[[Merged], object] = _unobserved,
    share: Callable[[Merged], object] = _unobserved,
    merged: Mapping[str, str] = MERGED,
    shared: Collection[str] = SHARED,
) -> S:
    """The source for callers that may park: what can be merged is merged, everything else runs on a thread.

    Callers that do not park pass through.

    Args:
        source: any source whose answers do not depend on the caller.
        name: what messages call it.
        waiter: of the callers.
        observe: called with each query; must not raise.
        share: called with it by each call that has shared it, in that call's context; must not raise.
        merged: which methods, and by which others; none where answers depend on the caller.
        shared: which other methods are called once for all identical calls of one moment.
    """
    return cast(S, Gathered(source, name, waiter, observe, share, merged, shared))


class Gathered(Wrapper):
    """A source made by `gathered`."""

    def __init__(
        self,
        source: object,
        name: str,
        waiter: Waiter,
        observe: Callable[[Merged], object],
        share: Callable[[Merged], object],
        merged: Mapping[str, str],
        shared: Collection[str],
    ) -> None:
        super().__init__(source, name)
        self._waiter = waiter
        self._observe = observe
        self._share = share
        by_many = {many: many for many in merged.values()}
        self._many = {
            method: many
            for method, many in {**merged, **by_many}.items()
            if hasattr(source, method) and hasattr(source, many)
        }
        self._shared = frozenset(shared)
        self._keys = CallKeys()
        self._kinds: dict[Hashable, _Kind] = {}

    def intercept(self, call: Call) -> Any:
        """Make the call, alone or with others."""
        if not self._waiter.parks:
            return call()
        call.require_time()
        ctx = call.ctx
        many = self._many.get(call.name)
        if ctx is not None and many is not None and (ids := _ids(call)):
            key: Hashable = (many, ctx.locale, ctx.wants_latest)
            kind = self._kinds.get(key) or self._new_kind(key, many, getattr(self._source, many))
            return self._asked(_Read(ctx, ids, self._waiter.wait()), kind, call)
        if ctx is not None and call.name in self._shared and (same := self._keys.of(call)) is not None:
            key = (same, ctx.wants_latest)
            kind = self._kinds.get(key) or self._new_kind(key, call.name, self._offloaded(call))
            return self._asked(_Read(ctx, (), self._waiter.wait()), kind, call)
        return self._waiter.run(call)

    def _new_kind(self, key: Hashable, method: str, ask: "Ask") -> "_Kind":
        def forget() -> None:
            del self._kinds[key]

        kind = self._kinds[key] = _Kind(self._waiter, (self._name, method), ask, self._observe, forget)
        return kind

    def _offloaded(self, call: Call) -> "Ask":
        """The call, made on a thread in the context of all that share it."""
        method, rest, kwargs = call.method, call.args[1:], {**call.kwargs}
        is_named = kwargs.pop("ctx", None) is not None

        def ask(ctx: Context, _: Collection[int]) -> Any:
            args = rest if is_named else (ctx, *rest)
            named = {**kwargs, "ctx": ctx} if is_named else kwargs
            return self._waiter.run(lambda: method(*args, **named))

        return ask

    def _asked(self, read: "_Read", kind: "_Kind", call: Call) -> Any:
        """What a call gives back, or raises, once its query has come back."""
        kind.add(read)
        try:
            found, merged = read.wait.until(read.ctx.deadline)
        except TimeoutError:
            kind.forget(read)
            raise Timeout(call.source, f"the deadline passed before {call.name} was answered") from None
        self._share(merged)
        error = merged.error
        if error is None:
            if not read.ids:
                return found
            if call.name == merged.method:
                return {id: found[id] for id in read.ids if id in found}
            return found.get(read.ids[0])
        if isinstance(error, Unavailable | Timeout) or not isinstance(error, Exception):
            raise copy_of(error)
        # One of the calls that have shared the query may be the cause, so each is made alone.
        return self._waiter.run(call)


def _ids(call: Call) -> tuple[int, ...]:
    """The ids of a call that is made in the usual way; none where there are too many to be merged."""
    if len(call.args) != 2 or call.kwargs:
        return ()
    asked = call.args[1]
    ids = (asked,) if isinstance(asked, int) else tuple(asked) if isinstance(asked, Collection) else ()
    return ids if len(ids) <= _MOST_IDS else ()


Ask: TypeAlias = Callable[[Context, Collection[int]], Any]
"""Makes a query, with the context of all that share it and the ids that they want together."""


class _Read:
    """What one caller waits for; without ids where all calls are identical."""

    __slots__ = ("ctx", "ids", "wait")

    def __init__(self, ctx: Context, ids: tuple[int, ...], wait: Wait) -> None:
        self.ctx = ctx
        self.ids = ids
        self.wait = wait


class _Kind:
    """The reads that can share a query; used by one thread."""

    def __init__(
        self,
        waiter: Waiter,
        name: tuple[str, str],
        ask: Ask,
        observe: Callable[[Merged], object],
        forget: Callable[[], object],
    ) -> None:
        self._waiter = waiter
        self._name = name
        self._ask = ask
        self._observe = observe
        self._forget = forget
        self._waiting: deque[_Read] = deque()
        self._under_way = 0
        self._is_spawned = False

    def add(self, read: _Read) -> None:
        """Have it asked with the others that wait."""
        self._waiting.append(read)
        self._send_soon()

    def forget(self, read: _Read) -> None:
        """Drop a read whose caller has given up."""
        if read in self._waiting:
            self._waiting.remove(read)

    def _send_soon(self) -> None:
        if self._waiting and not self._is_spawned and self._under_way < _MOST_QUERIES:
            self._is_spawned = True
            self._waiter.spawn(self._send)

    def _send(self) -> None:
        self._is_spawned = False
        reads, ids = self._taken()
        if reads:
            self._send_for(reads, ids)
        if not (self._waiting or self._under_way or self._is_spawned):
            self._forget()

    def _send_for(self, reads: list[_Read], ids: list[int]) -> None:
        self._under_way += 1
        self._send_soon()
        found: Any = None
        failed: BaseException | None = None
        begun = time.perf_counter()
        try:
            found = self._ask(_context(reads), ids)
        except BaseException as error:  # noqa: BLE001 - each of them raises its own
            failed = error
        self._under_way -= 1
        merged = Merged(*self._name, len(reads), len(ids), time.perf_counter() - begun, failed)
        for each in reads:
            each.wait.end((found, merged))
        self._observe(merged)
        self._send_soon()

    def _taken(self) -> tuple[list[_Read], list[int]]:
        """The first ones that wait, and what they want together."""
        reads: list[_Read] = []
        ids: dict[int, None] = {}
        while self._waiting and len(ids.keys() | self._waiting[0].ids) <= _MOST_IDS:
            read = self._waiting.popleft()
            reads.append(read)
            ids.update(dict.fromkeys(read.ids))
        return reads, list(ids)


def _context(reads: list[_Read]) -> Context:
    """The context of a query for all of these: without their principals, and with the latest of their deadlines."""
    first = reads[0].ctx
    deadlines = [each.ctx.deadline for each in reads]
    latest = None if None in deadlines else max(each for each in deadlines if each is not None)
    return Context(
        locale=first.locale,
        deadline=latest,
        fresh=first.wants_latest,
        shortened=all(each.ctx.shortened for each in reads),
    )
