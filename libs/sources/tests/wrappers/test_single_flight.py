"""Many who ask a cached source for the same at once share one call of the source."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout, Unavailable
from ogrom.protocols.testing import DE
from ogrom.protocols.waiting import settled
from ogrom.sources.wrappers import single_flight

CTX = Context(locale=DE)
DOWN = Unavailable("likes", "down")


class Popular:
    """Eight threads that want the same: one of them is `inside` the source, the others are `waiting`."""

    def __init__(self, world: Any) -> None:
        self.inside = threading.Semaphore(0)
        self.waiting = threading.Semaphore(0)
        self.go = threading.Event()
        self.pool = ThreadPoolExecutor(8)
        self.world = world
        world.inner.then = self.hold

    def ask(self, ctx: Context = CTX) -> "Future[int]":
        return self.pool.submit(self.world.source.likes, ctx, 11)

    def gather(self, others: int) -> None:
        """Return when one is inside and so many others wait for it."""
        assert self.inside.acquire(timeout=30)
        for _ in range(others):
            assert self.waiting.acquire(timeout=30)

    def hold(self, ctx: Context) -> None:
        self.inside.release()
        assert self.go.wait(30)


@pytest.fixture
def popular(world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Popular]:
    popular = Popular(world)

    def wait(*args: Any) -> bool:
        popular.waiting.release()
        return settled(*args)

    monkeypatch.setattr(single_flight, "settled", wait)
    yield popular
    popular.go.set()
    popular.pool.shutdown()


def test_a_popular_answer_is_asked_for_once(world: Any, popular: Popular) -> None:
    """Whoever comes while it is under way waits for it, or finds it."""
    answers = [popular.ask() for _ in range(8)]
    popular.gather(7)
    popular.go.set()
    assert [answer.result(30) for answer in answers] == [7] * 8
    assert world.inner.calls == [11]


def test_who_waited_for_another_is_told_how_old_the_answer_is(world: Any, popular: Popular) -> None:
    """It was asked for before this request came."""
    copies = Copies()
    first = popular.ask()
    assert popular.inside.acquire(timeout=30)
    world.clock.now += 4
    second = popular.ask(Context(locale=DE, copies=copies))
    assert popular.waiting.acquire(timeout=30)
    popular.go.set()
    assert (first.result(30), second.result(30)) == (7, 7)
    assert (copies.age, copies.fresh_for) == (4, 26)


def test_who_waits_for_another_obeys_the_own_deadline(
    world: Any, popular: Popular, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the other goes on."""
    first = popular.ask()
    assert popular.inside.acquire(timeout=30)
    waited: list[float] = []

    def wait(flight: Any, waiter: Any, deadline: float) -> bool:
        waited.append(deadline - time.monotonic())
        return settled(flight, waiter, time.monotonic())

    monkeypatch.setattr(single_flight, "settled", wait)
    with pytest.raises(Timeout, match="waited for an identical call"):
        world.source.likes(_soon(60), 11)
    assert [0 < seconds <= 60 for seconds in waited] == [True]
    assert not first.done()
    assert world.inner.calls == [11]


def test_who_waits_does_not_inherit_the_deadline_of_another(world: Any, popular: Popular) -> None:
    """The first gives up at its own deadline; the second asks anew, at once."""

    def give_up(ctx: Context) -> None:
        popular.inside.release()
        assert popular.go.wait(30)
        world.inner.then = lambda _: None
        raise Timeout("likes", "late")

    world.inner.then = give_up
    asked = [popular.ask() for _ in range(3)]
    popular.gather(2)
    popular.go.set()
    outcomes = sorted(str(flight.exception(30)) for flight in asked)
    assert outcomes == ["None", "None", "likes: late"]
    assert len(world.inner.calls) == 2


def test_all_that_wait_hear_that_the_source_is_down(world: Any, popular: Popular) -> None:
    """By an exception for each; a source that is down is not asked by each of them in turn."""

    def fail(ctx: Context) -> None:
        popular.hold(ctx)
        raise DOWN

    world.inner.then = fail
    asked = [popular.ask() for _ in range(4)]
    popular.gather(3)
    popular.go.set()
    errors = [flight.exception(30) for flight in asked]
    assert [str(error) for error in errors] == [str(DOWN)] * 4
    assert len(set(map(id, errors))) == 4
    assert world.inner.calls == [11]


def test_after_any_other_error_each_asks_for_itself(world: Any, popular: Popular) -> None:
    """One of them may have been the cause."""

    def fail(ctx: Context) -> None:
        popular.hold(ctx)
        raise ValueError("a mistake")

    world.inner.then = fail
    asked = [popular.ask() for _ in range(4)]
    popular.gather(3)
    popular.go.set()
    errors = [flight.exception(30) for flight in asked]
    assert [str(error) for error in errors] == ["a mistake"] * 4
    assert len(set(map(id, errors))) == 4
    assert world.inner.calls == [11] * 4


def test_a_thread_waits_for_nobody_who_parks() -> None:
    """Who may wait for a thread, of which none would be free."""
    parks = True
    waiter: Any = type("Changing", (), {"parks": property(lambda _: parks)})()
    flown = single_flight.SingleFlight(waiter)
    call: Any = SimpleNamespace(ctx=None)

    def load() -> tuple[str, bool]:
        nonlocal parks
        parks = False
        return flown.share("key", call, lambda: "the thread's own")

    assert flown.share("key", call, load) == (("the thread's own", False), False)


def _soon(seconds: float) -> Context:
    return Context(locale=DE, deadline=time.monotonic() + seconds)
