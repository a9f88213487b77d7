"""Cached sources ask once, never answer wrong after a write, and never answer stale without saying so."""

import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context, IdempotencyKey, Principal
from ogrom.protocols.errors import Conflict, Timeout, Unavailable
from ogrom.protocols.models import CommentDraft, User
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.testing import CATALOGUE, DE, GB, MemorySources
from ogrom.sources.wrappers import Cache, cached

CTX = Context(locale=DE)
DOWN = Unavailable("likes", "down")


def test_an_answer_is_asked_for_once_in_its_time(world: Any) -> None:
    """Until its time is over; then once again."""
    for moment in (1000, 1029.9, 1030, 1059):
        world.clock.now = moment
        assert world.source.likes(CTX, 11) == 7
    assert len(world.inner.calls) == 2
    statistics = world.cache.statistics()
    assert (statistics.hits, statistics.misses, statistics.records) == (2, 2, 1)


def test_the_key_is_the_locale_and_the_arguments_however_they_are_passed(world: Any) -> None:
    """Who asks, until when and under which id makes no difference; market and arguments do."""
    world.source.likes(CTX, 11)
    other = Context(locale=DE, request_id="r", deadline=time.monotonic() + 60, principal=Principal(user_id=1))
    world.source.likes(other, collage_id=11)
    world.source.likes(ctx=other, collage_id=11)
    assert world.inner.calls == [11]
    world.source.likes(Context(locale=GB), 11)
    world.source.likes(CTX, 12)
    assert world.inner.calls == [11, 11, 12]


def test_what_belongs_to_the_caller_is_neither_kept_nor_a_write(world: Any) -> None:
    """Each call of `outcome` is made, and nothing else is forgotten for it."""
    store = MemorySources(CATALOGUE)
    outcomes = cached(store.outcomes, "outcomes", world.cache, ttl=30)
    world.source.likes(CTX, 11)
    key = IdempotencyKey(text="a", fingerprint="1" * 64)
    first, second = (Context(locale=DE, key=key, principal=Principal(user_id=each)) for each in (1, 2))
    assert outcomes.outcome(first) is None
    store.comments.add_comment(first, 11, CommentDraft(author_id=1, text="Schön"))
    assert outcomes.outcome(first) is not None
    assert outcomes.outcome(second) is None
    world.source.likes(CTX, 11)
    assert world.inner.calls == [11]


def test_two_sources_of_one_name_never_share(world: Any) -> None:
    """A name is for messages."""
    other = type(world.inner)()
    other.count = 3
    assert world.source.likes(CTX, 11) == 7
    assert cached(other, "likes", world.cache, ttl=30).likes(CTX, 11) == 3


def test_ids_in_any_collection_are_a_key() -> None:
    """Lists and views cannot be hashed, but what they hold can."""

    class Users:
        calls = 0

        def users_by_ids(self, ctx: Context, user_ids: Collection[int]) -> Mapping[int, User]:
            self.calls += 1
            return {}

    inner = Users()
    source = cached(inner, "users", Cache(), ttl=30)
    listed: list[Collection[int]] = [[1, 2], (1, 2), {"a": 1, "b": 2}.values()]
    sets: list[Collection[int]] = [{1, 2}, frozenset({2, 1}), {2: "", 1: ""}.keys()]
    for ids in (*listed, *sets):
        source.users_by_ids(CTX, ids)
    assert inner.calls == 2
    source.users_by_ids(CTX, [[]])  # type: ignore[list-item]
    source.users_by_ids(CTX, [[]])  # type: ignore[list-item]
    assert inner.calls == 4, "what cannot be a key is asked for each time"


def test_arguments_in_any_order_are_one_key_and_any_number_none() -> None:
    """By position, by name or left out; but whatever may be more than it is cannot be put in order."""

    class Odd:
        calls = 0

        def comments(self, ctx: Context, page: int = 1, *, about: str = "", by: int | None = None) -> int:
            self.calls += 1
            return self.calls

        def likes(self, ctx: Context, *ids: int) -> int:
            self.calls += 1
            return self.calls

    source = cached(Odd(), "odd", Cache(), ttl=30)
    first = source.comments(CTX)
    assert source.comments(CTX, 1) == source.comments(ctx=CTX) == source.comments(page=1, ctx=CTX) == first
    second = source.comments(CTX, 2, about="x", by=3)
    assert (
        source.comments(by=3, about="x", page=2, ctx=CTX)
        == source.comments(CTX, 2, by=3, about="x")
        == second
    )
    assert len({first, second, source.comments(CTX, 2, about="x"), source.comments(CTX, 2, by=3)}) == 4
    assert source.likes(CTX, 1) != source.likes(CTX, 1)
    with pytest.raises(TypeError):
        source.comments(CTX, 1, 2)  # type: ignore[call-arg,arg-type]


def test_a_shared_mapping_cannot_be_changed() -> None:
    """One caller must not change what the next one gets."""
    source = cached(MemorySources(CATALOGUE).users, "users", Cache(), ttl=30)
    found: Any = source.users_by_ids(CTX, (1,))
    with pytest.raises(TypeError):
        found[1] = None


def test_memory_is_bounded_by_records() -> None:
    """A page counts as its items; what was not asked for the longest goes, what is too large never comes."""
    cache = Cache(size=3)
    sources = MemorySources(CATALOGUE)
    products = cached(sources.products, "products", cache, ttl=30)
    products.products(CTX, PageRequest(limit=2))
    products.product_by_id(CTX, 1)
    assert cache.statistics().records == 3
    products.product_by_id(CTX, 2)
    assert cache.statistics().records == 2
    products.products(CTX, PageRequest(limit=5))
    assert cache.statistics().records == 2


@pytest.mark.parametrize("error", [None, Conflict("likes", "no"), DOWN, Timeout("likes", "late")])
def test_a_write_forgets_however_it_ended(world: Any, error: Exception | None) -> None:
    """What failed may be stored nevertheless."""
    world.source.likes(CTX, 11)
    if error is not None:
        world.fail(error)
        with pytest.raises(type(error)):
            world.source.like(CTX, 11, 1)
        world.inner.then = lambda _: None
    else:
        world.source.like(CTX, 11, 1)
    assert world.source.likes(CTX, 11) == 8


def test_an_unknown_method_forgets_everything(world: Any) -> None:
    """It may be a write, and of anything."""
    users = cached(MemorySources(CATALOGUE).users, "users", world.cache, ttl=30)
    users.user_by_id(CTX, 1)
    world.source.likes(CTX, 11)
    world.source.reset()
    assert world.source.likes(CTX, 11) == 0
    assert world.cache.statistics().records == 1


def test_forgetting_by_hand(world: Any) -> None:
    """One kind leaves the others; none is all."""
    world.source.likes(CTX, 11)
    world.cache.invalidate("users")
    world.source.likes(CTX, 11)
    assert len(world.inner.calls) == 1
    world.cache.invalidate("likes")
    world.source.likes(CTX, 11)
    world.cache.invalidate()
    world.source.likes(CTX, 11)
    assert len(world.inner.calls) == 3


def test_an_answer_from_before_a_write_is_not_kept(world: Any) -> None:
    """The write came while the read was under way: who reads next asks anew."""
    world.inner.then = lambda ctx: world.source.like(CTX, 11, 1) if world.inner.count == 7 else None
    assert world.source.likes(CTX, 11) == 7
    assert world.source.likes(CTX, 11) == world.inner.count


def test_who_reads_after_a_write_does_not_join_a_read_from_before_it(world: Any) -> None:
    """The flight is of another state, and its late answer does not displace the newer one."""
    seen: list[int] = []

    def then(ctx: Context) -> None:
        world.inner.then = lambda _: None
        world.source.like(CTX, 11, 1)
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(world.source.likes, _soon(5), 11).result())

    world.inner.then = then
    assert world.source.likes(CTX, 11) == 7
    assert seen == [8]
    assert world.source.likes(CTX, 11) == 8
    assert len(world.inner.calls) == 2


def test_errors_are_not_remembered(world: Any) -> None:
    """The next call asks again."""
    world.fail(DOWN)
    with pytest.raises(Unavailable):
        world.source.likes(CTX, 11)
    world.inner.then = lambda _: None
    assert world.source.likes(CTX, 11) == 7


@pytest.mark.parametrize("error", [DOWN, Timeout("likes", "a lock was not given")])
def test_a_stale_answer_is_served_within_its_bound_and_said(world: Any, error: Exception) -> None:
    """So long beyond its time and no longer, and the hook hears of each."""
    world.source.likes(CTX, 11)
    world.fail(error)
    world.clock.now += 329
    assert world.source.likes(CTX, 11) == 7
    assert [(s.source, s.method, s.age, s.error) for s in world.stale] == [("likes", "likes", 329, error)]
    assert world.cache.statistics().stale == 1
    world.clock.now += 1
    with pytest.raises(type(error)):
        world.source.likes(CTX, 11)
    assert len(world.stale) == 1


def test_no_stale_answer_after_a_write_for_another_error_or_past_the_deadline(world: Any) -> None:
    """What is known to be wrong, what the source refused, and what nobody waits for."""
    world.source.likes(CTX, 11)
    world.clock.now += 40
    world.fail(Conflict("likes", "no"))
    with pytest.raises(Conflict):
        world.source.likes(CTX, 11)

    def too_slow(ctx: Context) -> None:
        threading.Event().wait(ctx.remaining())
        raise Timeout("likes", "late")

    world.inner.then = too_slow
    with pytest.raises(Timeout):
        world.source.likes(_soon(0.01), 11)

    def written_meanwhile(ctx: Context) -> None:
        world.cache.invalidate("likes")
        raise DOWN

    world.inner.then = written_meanwhile
    for _ in range(2):
        with pytest.raises(Unavailable):
            world.source.likes(CTX, 11)
    assert world.stale == []


def test_the_log_says_that_an_answer_is_stale(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Where nobody else is told."""
    clock, inner = world.clock, world.inner
    source = cached(inner, "likes", Cache(clock=clock), ttl=1, stale_if_error=60)
    source.likes(CTX, 11)
    clock.now += 5
    inner.then = lambda _: (_ for _ in ()).throw(DOWN)
    assert source.likes(CTX, 11) == 7
    assert "likes: likes answered from 5.0 s ago, because of likes: down" in caplog.text


def test_a_kept_answer_is_a_timeout_past_the_deadline(world: Any) -> None:
    """As the contract has it: memory makes no difference."""
    world.source.likes(CTX, 11)
    with pytest.raises(Timeout, match="likes: the deadline had passed before likes was called"):
        world.source.likes(Context(locale=DE, deadline=0.0), 11)


def test_who_needs_the_stores_own_answer_gets_it_and_so_do_the_others_then(world: Any) -> None:
    """A write is decided on no copy; and the client that it refuses can read why."""
    world.source.likes(CTX, 11)
    world.inner.count = 9  # by another process
    assert world.source.likes(CTX, 11) == 7
    assert world.source.likes(Context(locale=DE, fresh=True), 11) == 9
    assert world.source.likes(CTX, 11) == 9
    assert len(world.inner.calls) == 2


def test_who_needs_the_stores_own_answer_gets_no_stale_one(world: Any) -> None:
    """The error is the answer then."""
    world.source.likes(CTX, 11)
    world.fail(DOWN)
    with pytest.raises(Unavailable):
        world.source.likes(Context(locale=DE, fresh=True), 11)
    assert world.stale == []


def test_a_copy_is_told_to_the_request_with_its_age(world: Any) -> None:
    """Not the first answer, which is the store's own; a stale one has no time left."""
    told = []
    for moment in (1000, 1012, 1040, 1050):
        copies = Copies()
        world.clock.now = moment
        if moment == 1040:
            world.fail(DOWN)
        world.source.likes(Context(locale=DE, copies=copies), 11)
        told.append((copies.age, copies.fresh_for))
    assert told == [(None, None), (12, 18), (40, -10), (50, -20)]


def test_what_does_not_exist_is_asked_for_each_time_and_displaces_what_did(world: Any) -> None:
    """Another process may make it at any moment; and what it has deleted comes back from no memory."""
    clock, store = world.clock, {1: "Ada"}

    class Users:
        down = False

        def user_by_id(self, ctx: Context, user_id: int) -> str | None:
            if self.down:
                raise DOWN
            return store.get(user_id)

    inner = Users()
    source = cached(inner, "users", Cache(clock=clock), ttl=30, stale_if_error=300)
    assert source.user_by_id(CTX, 2) is None
    store[2] = "Bo"
    assert source.user_by_id(CTX, 1) == "Ada"
    assert source.user_by_id(CTX, 2) == "Bo"
    del store[1]
    clock.now += 30
    assert source.user_by_id(CTX, 1) is None
    inner.down = True
    assert source.user_by_id(CTX, 2) == "Bo"
    with pytest.raises(Unavailable):
        source.user_by_id(CTX, 1)


def test_without_any_time_reads_pass_through_and_writes_still_forget(world: Any) -> None:
    """So that a source that is not cached keeps others that are from being wrong."""
    passing = cached(world.inner, "likes", world.cache, ttl=0)
    copies = Copies()
    for _ in range(2):
        passing.likes(Context(locale=DE, copies=copies), 11)
    assert (len(world.inner.calls), copies.age) == (2, None)
    assert world.cache.statistics().records == 0
    assert world.source.likes(CTX, 11) == 7
    passing.like(CTX, 11, 1)
    assert world.source.likes(CTX, 11) == 8


def _soon(seconds: float) -> Context:
    return Context(locale=DE, deadline=time.monotonic() + seconds)
