"""Gathered: a source whose reads of one kind become one query if they wait at the same moment.

No read waits for others to come. It is sent at once, with all those that have been called and not sent yet. So no
answer is older than its call, and the busier the server, the more records a query reads (Haxl's idea, across requests,
since no answer depends on the caller).

A call that shares its query with no other is made as it is. A query that several share has a Context of its own: their
market, the latest of their deadlines, and no request's id, principal or trace.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Hashable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, cast

from msgspec import Struct

from ogrom.protocols.consistency import Copies
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
    """A query that was made for one call, or for several.

    Attributes:
        source: the source's name.
        method: the one that was called; for several calls of one record each, that which reads many.
        calls: how many have shared it.
        ids: how many records were asked for; 0 where calls are identical, such as for a page.
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
            kind = self._kinds.get(key) or self._new_kind(key, self._merging(many), run=lambda each: each())
            return self._answer(_Read(call, ctx, ids, self._waiter.wait()), kind)
        if ctx is not None and call.name in self._shared and (same := self._keys.of(call)) is not None:
            key = (same, ctx.wants_latest)
            kind = self._kinds.get(key) or self._new_kind(
                key, lambda ctx, _: call.in_context(ctx), run=self._waiter.run
            )
            return self._answer(_Read(call, ctx, (), self._waiter.wait()), kind)
        return self._waiter.run(call)

    def _new_kind(self, key: Hashable, merge: "Merge", run: Callable[[Call], Any]) -> "_Kind":
        def forget() -> None:
            del self._kinds[key]

        kind = self._kinds[key] = _Kind(self._waiter, merge, run, self._observe, forget)
        return kind

    def _merging(self, many: str) -> "Merge":
        method = getattr(self._source, many)
        return lambda ctx, ids: Call(self._name, method, many, (ctx, ids), {})

    def _answer(self, read: "_Read", kind: "_Kind") -> Any:
        """What a call gives back, or raises, once its query has come back."""
        call = read.call
        kind.add(read)
        try:
            found, merged = read.wait.until(read.ctx.deadline)
        except TimeoutError:
            kind.forget(read)
            raise Timeout(call.source, f"the deadline passed before {call.name} was answered") from None
        self._share(merged)
        error = merged.error
        if error is None:
            if merged.calls == 1 or not read.ids:
                return found
            if call.name == merged.method:
                return {id: found[id] for id in read.ids if id in found}
            return found.get(read.ids[0])
        if isinstance(error, Unavailable | Timeout) or not isinstance(error, Exception):
            raise copy_of(error)
        if merged.calls == 1:
            raise error
        # One of the calls that have shared the query may be the cause, so each is made alone.
        return self._waiter.run(call)


def _ids(call: Call) -> tuple[int, ...]:
    """The ids of a call that is made in the usual way; none where there are too many to be merged."""
    if len(call.args) != 2 or call.kwargs:
        return ()
    asked = call.args[1]
    ids = (asked,) if isinstance(asked, int) else tuple(asked) if isinstance(asked, Collection) else ()
    return ids if len(ids) <= _MOST_IDS else ()


Merge: TypeAlias = Callable[[Context, Collection[int]], Call]
"""Makes the one call for several, with the context of all and the ids that they want together."""


class _Read(Struct, frozen=True, eq=False):
    """What one caller waits for; without ids where all calls are identical."""

    call: Call
    ctx: Context
    ids: tuple[int, ...]
    wait: Wait


class _Kind:
    """The reads that can share a query; used by one thread."""

    def __init__(
        self,
        waiter: Waiter,
        merge: Merge,
        run: Callable[[Call], Any],
        observe: Callable[[Merged], object],
        forget: Callable[[], object],
    ) -> None:
        self._waiter = waiter
        self._merge = merge
        self._run = run
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
        ctx, is_shared = _context(reads), len(reads) > 1
        call = self._merge(ctx, ids) if is_shared else reads[0].call
        begun = time.perf_counter()
        try:
            found = self._run(call)
        except BaseException as error:  # noqa: BLE001 - each of them raises its own
            failed = error
        self._under_way -= 1
        seconds = time.perf_counter() - begun
        merged = Merged(call.source, call.name, len(reads), len(ids), seconds, failed)
        for each in reads:
            if is_shared:
                _note_copies(ctx, each.ctx)
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
    """The Context of a query for these reads: the caller's own, or what several have in common."""
    first = reads[0].ctx
    if len(reads) == 1:
        return first
    deadlines = [each.ctx.deadline for each in reads]
    return Context(
        locale=first.locale,
        deadline=None if None in deadlines else max(each for each in deadlines if each is not None),
        fresh=first.wants_latest,
        # Who has waited as long as the service lets a request wait has learnt something about the store.
        shortened=all(each.ctx.shortened for each in reads),
        copies=Copies(),
    )


def _note_copies(shared: Context, own: Context) -> None:
    """Tell a request of the copies that its query was answered with."""
    found = shared.copies
    if found is not None and found.age is not None and found.fresh_for is not None and own.copies is not None:
        own.copies.add(found.age, found.fresh_for)
