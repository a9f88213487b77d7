"""Laws of merged reads on the loop: in whatever order things happen, each request gets what it would have got alone."""

from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

from ogrom.protocols import context
from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context, Principal
from ogrom.protocols.errors import Timeout, Unavailable
from ogrom.protocols.pages import PageRequest
from ogrom.server import greenlets
from ogrom.server.greenlets import Greenlets, Refused
from ogrom.server.refusal import Refusal
from ogrom.sources.wrappers import Breaker, Merged, Timings, gathered, guarded, observed

POISON = 13
"""An id that the store cannot read: a query that has it fails, by a mistake of ours."""


class Poisoned(Exception):
    """That mistake."""


@dataclass(eq=False)
class Request:
    """A request that reads one record, or several.

    Attributes:
        patience: seconds until its deadline; None for none.
        begun: when it was asked, and `ended` when it had its outcome.
        outcome: what it was given, or the exception that it got.
    """

    ids: tuple[int, ...]
    is_one: bool
    market: str
    patience: float | None
    give_up: float = float("inf")
    begun: float = 0.0
    ended: float | None = None
    outcome: Any = None
    world: Any = None

    @property
    def deadline(self) -> float | None:
        return None if self.patience is None else self.begun + self.patience

    def service(self) -> None:
        """What a greenlet does for it."""
        try:
            self.outcome = self.ask(Context(locale=self.market, deadline=self.deadline))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
            self.outcome = error
        assert self.ended is None, "it was answered twice"
        self.ended = self.world.now

    def ask(self, ctx: Context) -> Any:
        source = self.world.source
        return (
            source.product_by_id(ctx, self.ids[0]) if self.is_one else source.products_by_ids(ctx, self.ids)
        )


class Listing(Request):
    """A request that reads a page, of so many records."""

    def __init__(self, limit: int) -> None:
        super().__init__((), is_one=False, market="de-DE", patience=None)
        self.limit = limit

    def ask(self, ctx: Context) -> Any:
        return self.world.source.products(ctx, PageRequest(limit=self.limit), brand=None)


@dataclass(eq=False)
class Query:
    """A query that is under way."""

    ids: frozenset[int]
    wait: Any


@dataclass
class World:
    """A store, a loop and its threads, in a time of their own."""

    now: float = 1000.0
    loop: Greenlets = field(default_factory=Greenlets)
    tasks: deque[Any] = field(default_factory=deque)
    queries: list[Query] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    source: Any = None

    def take(self, task: Any) -> None:
        """A thread is given something; it does it when a test says."""
        self.tasks.append(task)

    def product_by_id(self, ctx: Context, product_id: int) -> Any:
        return self.products_by_ids(ctx, (product_id,)).get(product_id)

    def products_by_ids(self, ctx: Context, product_ids: Collection[int]) -> Mapping[int, Any]:
        """Each record is its id and the moment at which the query was sent; every tenth is not there."""
        sent = self.now
        if self.loop.parks:
            query = Query(frozenset(product_ids), self.loop.wait())
            self.queries.append(query)
            try:
                error = query.wait.until(ctx.deadline)
            except TimeoutError:
                raise Timeout("products", "the store did not answer") from None
            finally:
                self.queries.remove(query)
            if error is not None:
                raise error
        if POISON in product_ids:
            raise Poisoned
        return {id: (id, sent) for id in product_ids if id % 10}

    def products(self, ctx: Context, page: PageRequest, *, brand: str | None = None) -> Any:
        """A page is its size and the moment at which it was read, by a thread."""
        assert not self.loop.parks
        if page.limit == POISON:
            raise Poisoned
        return page.limit, self.now

    def begin(self, request: Request) -> None:
        request.world, request.begun = self, self.now
        self.loop.start(request, self)

    def turn(self) -> None:
        """Threads do what they have, and whoever can goes on."""
        while self.tasks:
            self.tasks.popleft().service()
        self.loop.go_on()


@contextmanager
def new_world() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        world = World()
        clock = SimpleNamespace(monotonic=lambda: world.now)
        patch.setattr(context, "time", clock)
        patch.setattr(greenlets, "time", clock)
        world.loop.begin(lambda: None, lambda _: None)
        world.source = gathered(world, "products", world.loop, observe=world.merged.append)
        yield world
        world.loop.end()


requests = st.builds(
    Request,
    ids=st.lists(st.integers(1, 20), min_size=1, max_size=6, unique=True).map(tuple),
    is_one=st.booleans(),
    market=st.sampled_from(["de-DE", "en-GB"]),
    patience=st.none() | st.integers(1, 10),
)


@given(st.data())
def test_each_gets_what_it_would_have_got_alone(data: st.DataObject) -> None:
    """Once, in time, and from no earlier than it was asked; nothing is left over."""
    with new_world() as world:
        begun: list[Request] = []
        planted: list[Exception] = []
        for _ in range(data.draw(st.integers(1, 60), "steps")):
            match data.draw(st.sampled_from(["begin", "begin", "turn", "answer", "fail", "wait"])):
                case "begin":
                    begun.append(data.draw(requests | st.integers(1, 3).map(Listing)))
                    world.begin(begun[-1])
                case "answer" if world.queries:
                    data.draw(st.sampled_from(world.queries)).wait.end()
                case "fail" if world.queries:
                    planted.append(Unavailable("products", "down", retry_after=3.0))
                    data.draw(st.sampled_from(world.queries)).wait.end(planted[-1])
                case "wait":
                    world.now += data.draw(st.integers(1, 5))
                case _:
                    world.turn()
                    late = [
                        each for each in begun if each.ended is None and (each.deadline or 1e9) <= world.now
                    ]
                    assert not late or world.tasks, "whoever is late is told at once"
            per_kind = Counter(market for market in ("de-DE", "en-GB"))
            assert len(world.queries) <= 2 * len(per_kind)
        for _ in range(len(begun) + 3):
            for query in world.queries:
                query.wait.end()
            world.turn()
        for each in begun:
            check(each, planted)
        failed = [id(each.outcome) for each in begun if isinstance(each.outcome, Exception)]
        assert len(failed) == len(set(failed)), "an exception that two are given collects both tracebacks"
        assert all(each.ids <= 64 for each in world.merged)
        assert (world.loop.begun, world.loop.parked, world.queries, world.tasks) == (0, 0, [], deque())


def check(request: Request, planted: list[Exception]) -> None:
    """Whether its outcome may be."""
    assert request.ended is not None, "it was never answered"
    outcome, deadline = request.outcome, request.deadline
    if isinstance(request, Listing):
        assert outcome[0] == request.limit
        assert request.begun <= outcome[1] <= request.ended
        return
    ids = request.ids[:1] if request.is_one else request.ids
    if isinstance(outcome, Timeout):
        assert deadline is not None
        assert request.ended >= deadline
    elif isinstance(outcome, Unavailable):
        assert (outcome.source, outcome.message, outcome.retry_after) == ("products", "down", 3.0)
        assert outcome.__cause__ in planted
    elif POISON in ids:
        assert isinstance(outcome, Poisoned)
    else:
        found = {ids[0]: outcome} if request.is_one else {each: outcome.get(each) for each in ids}
        assert {id: record and record[0] for id, record in found.items()} == {
            id: id if id % 10 else None for id in ids
        }
        assert all(record is None or record[1] >= request.begun for record in found.values())


def test_what_waits_at_one_moment_is_one_query() -> None:
    """Of a market; what has been sent is joined by nobody, and the third query of a kind waits for one of two."""
    with new_world() as world:

        def ask(*ids: int, market: str = "de-DE") -> None:
            for each in ids:
                world.begin(Request((each,), is_one=True, market=market, patience=None))

        ask(1, 2, 2, 3)
        ask(7, market="en-GB")
        world.turn()
        assert [each.ids for each in world.queries] == [{1, 2, 3}, {7}]
        ask(4, 1)
        world.turn()
        ask(5)
        ask(6)
        world.turn()
        assert [each.ids for each in world.queries] == [{1, 2, 3}, {7}, {4, 1}]
        world.queries[0].wait.end()
        world.turn()
        assert [each.ids for each in world.queries] == [{7}, {4, 1}, {5, 6}]
        assert [(each.method, each.calls, each.ids) for each in world.merged] == [("products_by_ids", 4, 3)]


def test_a_query_has_a_bound() -> None:
    """Whoever wants one record does not wait for hundreds."""
    with new_world() as world:
        for each in range(1, 201):
            world.begin(Request((each,), is_one=True, market="de-DE", patience=None))
        world.turn()
        assert [len(each.ids) for each in world.queries] == [64, 64]


def test_who_wants_the_latest_is_asked_for_alone() -> None:
    """A replica may answer the others."""
    with new_world() as world:
        found: list[Any] = []

        class Fresh(Request):
            def service(self) -> None:
                found.append(world.source.product_by_id(Context(locale="de-DE", fresh=True), 1))

        world.begin(Request((1,), is_one=True, market="de-DE", patience=None))
        world.begin(Fresh((1,), is_one=True, market="de-DE", patience=None))
        world.turn()
        assert [each.ids for each in world.queries] == [{1}, {1}]


def test_exactly_the_same_is_asked_for_once() -> None:
    """On a thread; what has been sent is joined by nobody, and another page is another query."""
    with new_world() as world:
        for limit in (5, 5, 7, 5):
            world.begin(Listing(limit))
        world.loop.go_on()
        assert len(world.tasks) == 2
        late = Listing(5)
        world.begin(late)
        world.loop.go_on()
        assert len(world.tasks) == 3
        world.now += 1
        world.turn()
        assert sorted((each.method, each.calls, each.ids) for each in world.merged) == [
            ("products", 1, 0),
            ("products", 1, 0),
            ("products", 3, 0),
        ]
        assert late.outcome == (5, 1001.0)


def test_a_query_has_the_patience_of_who_asks_and_of_no_one_before() -> None:
    """Under load each query begins the next one, without an end."""
    with new_world() as world:

        def ask() -> None:
            hasty = Listing(5)
            hasty.give_up = world.now + 1
            world.begin(hasty)
            world.loop.go_on()

        ask()
        ask()
        ask()  # waits for one of the two before
        assert [each.give_up for each in world.tasks] == [world.now + 1] * 2
        world.tasks.popleft().service()
        world.loop.go_on()
        assert world.tasks[-1].give_up == float("inf")


def test_nothing_is_kept_of_a_query_that_came_too_late() -> None:
    """Pages have cursors, of which there is no end."""
    with new_world() as world:
        pages = [Listing(limit) for limit in range(1, 6)]
        for each in pages:
            each.patience = 2.0
            world.begin(each)
        world.loop.go_on()
        world.now += 3
        world.loop.go_on()
        assert all(isinstance(each.outcome, Timeout) for each in pages)
        world.turn()
        assert not world.source._kinds


def test_a_query_that_finds_no_thread_is_not_asked_for_each() -> None:
    """That would fill the queue for all others."""
    with new_world() as world:
        refused: list[Refused] = []

        class Full:
            taken = 0

            def take(self, task: Any) -> None:
                self.taken += 1
                task.refuse(Refusal(503, "full"))

        class Patient(Listing):
            def ask(self, ctx: Context) -> Any:
                try:
                    super().ask(ctx)
                except Refused as error:
                    refused.append(error)

        full = Full()
        for _ in range(5):
            asked = Patient(7)
            asked.world = world
            world.loop.start(asked, full)
        world.loop.go_on()
        assert [each.refusal.reason for each in refused] == ["full"] * 5
        assert len(set(map(id, refused))) == 5
        assert full.taken == 1


def test_one_that_fails_for_all_is_asked_for_each() -> None:
    """Nobody but who is the cause may fail by a mistake of ours."""
    with new_world() as world:
        asked = [Listing(POISON), Listing(POISON)]
        for each in asked:
            world.begin(each)
        for _ in range(3):  # together, then each, then what came of it
            world.turn()
        assert [type(each.outcome) for each in asked] == [Poisoned, Poisoned]
        assert asked[0].outcome is not asked[1].outcome


class Asking(Request):
    """A request with a Context of its own, that reads one record or a page."""

    def __init__(self, ctx: Context, id: int | None = 1) -> None:
        super().__init__((id or 1,), is_one=id is not None, market=ctx.locale, patience=None)
        self.ctx = ctx

    def ask(self, _: Context) -> Any:
        if self.is_one:
            return self.world.source.product_by_id(self.ctx, self.ids[0])
        return self.world.source.products(self.ctx, PageRequest(limit=5))


class Noting:
    """A source that notes how it is asked, and answers with copies of some age."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Context]] = []

    def product_by_id(self, ctx: Context, product_id: int) -> Any:
        return self._answer("product_by_id", ctx, product_id)

    def products_by_ids(self, ctx: Context, product_ids: Collection[int]) -> Any:
        return self._answer("products_by_ids", ctx, {id: id for id in product_ids})

    def products(self, ctx: Context, page: PageRequest) -> Any:
        return self._answer("products", ctx, page)

    def _answer(self, method: str, ctx: Context, answer: Any) -> Any:
        self.asked.append((method, ctx))
        if ctx.copies is not None:
            ctx.copies.add(5.0, 25.0)
        return answer


OWN = Context(
    locale="de-DE",
    request_id="7",
    deadline=2000.0,
    shortened=True,
    principal=Principal(user_id=1),
    traceparent="00-1-1-01",
    copies=Copies(),
)


@pytest.mark.parametrize(("id", "method"), [(1, "product_by_id"), (None, "products")])
def test_what_nobody_shares_goes_on_as_it_is(id: int | None, method: str) -> None:
    """The source gets the call that was made, with all that its Context says; and so do breaker and timings."""
    with new_world() as world:
        noting, timings = Noting(), Timings()
        around = guarded(observed(noting, "products", timings), "products", Breaker("store"))
        world.source = gathered(around, "products", world.loop)
        world.begin(Asking(OWN, id))
        world.turn()
        world.turn()
        assert [name for name, _ in noting.asked] == [method]
        assert noting.asked[0][1] is OWN
        assert list(timings.snapshot()) == [("products", method, "")]


@pytest.mark.parametrize(("id", "method"), [(1, "products_by_ids"), (None, "products")])
def test_a_shared_query_has_what_its_calls_have_in_common(id: int | None, method: str) -> None:
    """It ends with the last of them, and counts for the breaker if one of them has waited as long as can be."""
    with new_world() as world:
        noting, timings = Noting(), Timings()
        world.source = gathered(observed(noting, "products", timings), "products", world.loop)
        callers = [
            replace(OWN, request_id="8", copies=None),
            replace(OWN, deadline=3000.0, shortened=False, copies=Copies()),
            replace(OWN, copies=Copies()),
        ]
        for each in callers:
            world.begin(Asking(each, id))
        world.turn()
        world.turn()
        ((name, ctx),) = noting.asked
        assert (name, ctx.locale, ctx.deadline, ctx.shortened) == (method, "de-DE", 3000.0, False)
        assert (ctx.request_id, ctx.principal, ctx.traceparent) == ("", None, "")
        told = [(each.copies.age, each.copies.fresh_for) for each in callers[1:] if each.copies]
        assert told == [(5.0, 25.0)] * 2
        assert {key: timing.calls for key, timing in timings.snapshot().items()} == {
            ("products", method, ""): 1
        }


def test_without_a_deadline_of_one_there_is_none_for_all() -> None:
    """And it is shortened where all are."""
    with new_world() as world:
        noting = Noting()
        world.source = gathered(noting, "products", world.loop)
        for deadline in (2000.0, None):
            world.begin(Asking(replace(OWN, deadline=deadline)))
        world.turn()
        ((_, ctx),) = noting.asked
        assert (ctx.deadline, ctx.shortened) == (None, True)


def test_what_fails_for_one_alone_is_not_asked_again() -> None:
    """Nobody else can have been the cause."""
    with new_world() as world:
        asked = Listing(POISON)
        world.begin(asked)
        for _ in range(3):
            world.turn()
        assert type(asked.outcome) is Poisoned
        assert [(each.method, each.calls) for each in world.merged] == [("products", 1)]
        assert world.loop.offloaded == 1


def test_what_nobody_can_share_runs_on_a_thread() -> None:
    """Such as a method that writes."""
    with new_world() as world:
        said: list[Any] = []
        world.write = lambda ctx: said.append(world.loop.parks)  # type: ignore[attr-defined]

        class Writing(Request):
            def ask(self, ctx: Context) -> Any:
                return world.source.write(ctx)

        for _ in range(2):
            world.begin(Writing((1,), is_one=True, market="de-DE", patience=None))
        world.loop.go_on()
        assert len(world.tasks) == 2
        world.turn()
        assert said == [False, False]


def test_nobody_asks_for_who_has_given_up() -> None:
    """A query that nobody waits for is not made."""
    with new_world() as world:
        for each in (1, 2, 3):
            world.begin(Request((each,), is_one=True, market="de-DE", patience=None if each < 3 else 5))
            world.turn()
        world.now += 5
        world.turn()
        assert [each.ids for each in world.queries] == [{1}, {2}]
        world.queries[0].wait.end()
        world.turn()
        assert [each.ids for each in world.queries] == [{2}]
