"""What fails in a row is left alone, and nothing else: a source is tried by one call, a store by its probe."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, Timeout, Unavailable
from ogrom.protocols.testing import DE
from ogrom.sources.testing import wait_until
from ogrom.sources.wrappers import Breaker, CircuitOpen, guarded

CTX = Context(locale=DE)
SECONDS = 60.0


def fine() -> None:
    """Answer."""


def down() -> None:
    """Fail."""
    raise Unavailable("likes", "down")


class World:
    """A source that does what it is told, behind a breaker with its own time."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.calls = 0
        self.then: Callable[[], None] = fine
        self.breaker = Breaker("database", failures=3, reset_timeout=10, clock=lambda: self.now)
        self.source = guarded(self, "likes", self.breaker)
        self.other = guarded(self, "users", self.breaker)

    def likes(self, ctx: Context, collage_id: int) -> int:
        self.calls += 1
        self.then()
        return 7

    def call(self, then: Callable[[], None]) -> type[BaseException] | None:
        """What a call raises."""
        self.then = then
        try:
            self.source.likes(CTX, 11)
        except BaseException as error:  # noqa: BLE001
            return type(error)
        return None

    def open(self) -> None:
        assert [self.call(down) for _ in range(3)] == [Unavailable] * 3


@pytest.fixture
def world() -> World:
    return World()


def test_it_opens_after_failures_in_a_row_and_says_when_to_retry(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """From then on no call reaches the source, and the log tells of it."""
    world.open()
    world.now += 7.5
    with pytest.raises(CircuitOpen, match=r"likes: not called, .* the next is tried in 2\.5 s") as caught:
        world.source.likes(CTX, 11)
    assert (caught.value.source, caught.value.retry_after) == ("likes", 2.5)
    assert isinstance(caught.value, Unavailable)
    assert (world.calls, world.breaker.closed) == (3, False)
    assert "database failed 3 times in a row" in caplog.text


def test_an_answer_between_failures_starts_the_count_anew(world: World) -> None:
    """In a row means in a row."""
    outcomes = [world.call(then) for then in (down, down, fine, down, down)]
    assert outcomes == [Unavailable, Unavailable, None, Unavailable, Unavailable]
    assert world.breaker.closed


def _raising(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (Unavailable("likes", "down"), True),
        (Timeout("likes", "late"), True),
        (Conflict("likes", "no"), False),
        (ValueError(), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_only_a_source_that_does_not_answer_has_failed(
    world: World, error: BaseException, counts: bool
) -> None:
    """A refusal or a mistake of ours is an answer; whatever it is, it keeps its type."""
    assert [world.call(_raising(error)) for _ in range(3)] == [type(error)] * 3
    assert world.breaker.closed is not counts


def test_a_call_past_its_deadline_is_not_made_and_does_not_count(world: World) -> None:
    """It says nothing about the source; and it is a Timeout even while the breaker is open."""
    late = Context(locale=DE, deadline=time.monotonic() - 1)
    for _ in range(5):
        with pytest.raises(Timeout):
            world.source.likes(late, 11)
    assert (world.calls, world.breaker.closed) == (0, True)
    world.open()
    with pytest.raises(Timeout):
        world.source.likes(late, 11)


def test_a_probe_that_is_answered_closes_it(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """After that it takes as many failures again to open."""
    world.open()
    world.now += 10
    assert [world.call(fine), world.call(down), world.call(down)] == [None, Unavailable, Unavailable]
    assert world.breaker.closed
    assert "database answers again" in caplog.text


def test_a_probe_that_fails_lets_it_rest_again(world: World) -> None:
    """One failure is enough then."""
    world.open()
    world.now += 10
    assert world.call(down) is Unavailable
    world.now += 9.9
    assert world.call(fine) is CircuitOpen
    world.now += 0.2
    assert world.call(fine) is None


def test_of_many_calls_at_once_one_is_the_probe(world: World) -> None:
    """The others are refused at once, not made to wait for its outcome."""
    world.open()
    world.now += 10
    inside, go = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        assert go.wait(30)

    with ThreadPoolExecutor(1) as pool:
        probe = pool.submit(world.call, hold)
        assert inside.wait(30)
        assert [world.call(world.then) for _ in range(8)] == [CircuitOpen] * 8
        go.set()
        assert probe.result(30) is None
    assert (world.calls, world.breaker.closed) == (4, True)


def test_healthy_calls_run_at_the_same_time(world: World) -> None:
    """The breaker holds no lock while a call is made."""
    together = threading.Barrier(4)

    def meet() -> None:
        together.wait(30)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(world.call, [meet] * 4)) == [None] * 4


def test_a_probe_that_never_returns_holds_nobody_up(world: World) -> None:
    """After another rest there is another probe, and the lost one is not heard any more."""
    world.open()
    world.now += 10
    lost = world.breaker.enter("likes")
    assert world.call(fine) is CircuitOpen
    world.now += 10
    assert world.call(fine) is None
    world.breaker.failed(lost)
    assert world.breaker.closed


def test_a_probe_broken_off_is_given_to_the_next(world: World) -> None:
    """Who pressed Ctrl-C has not judged the source."""
    world.open()
    world.now += 10
    assert world.call(_raising(KeyboardInterrupt())) is KeyboardInterrupt
    assert not world.breaker.closed
    assert world.call(fine) is None


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_a_call_from_before_the_opening_is_not_heard(world: World, outcome: str) -> None:
    """A late answer does not close the breaker, a late failure does not prolong the rest."""
    early = world.breaker.enter("likes")
    world.open()
    world.now += 9
    getattr(world.breaker, outcome)(early)
    assert world.call(fine) is CircuitOpen
    world.now += 1
    assert world.call(fine) is None


def test_a_writer_that_fails_does_not_stop_the_reads_of_its_replica() -> None:
    """Nor the other way round; a read that wants the latest is the writer's affair."""

    class Store:
        writer_fails, reader_fails = True, False

        def likes(self, ctx: Context, collage_id: int) -> int:
            if self.writer_fails if ctx.wants_latest else self.reader_fails:
                down()
            return 7

        def like(self, ctx: Context, collage_id: int, user_id: int) -> bool:
            down()
            return True

    store = Store()
    reader, writer = (Breaker(name, failures=2, reset_timeout=10) for name in ("replica", "database"))
    source = guarded(store, "likes", reader, writer=writer)
    with pytest.raises(Unavailable):
        source.like(CTX, 11, 1)
    with pytest.raises(Unavailable):
        source.likes(Context(locale=DE, fresh=True), 11)
    assert (reader.closed, writer.closed) == (True, False)
    with pytest.raises(CircuitOpen):
        source.like(CTX, 11, 1)
    assert source.likes(CTX, 11) == 7
    store.reader_fails = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            source.likes(CTX, 11)
    assert not reader.closed


@pytest.mark.parametrize("error", [Timeout("likes", "late"), Unavailable("likes", "down")])
def test_a_caller_in_a_hurry_proves_nothing(world: World, error: BaseException) -> None:
    """Anybody can wait for a moment only: that must not shut the source to others."""
    hurried = Context(locale=DE, shortened=True)
    world.then = _raising(error)
    for _ in range(10):
        with pytest.raises(type(error)):
            world.source.likes(hurried, 11)
    assert world.breaker.closed
    world.open()
    world.now += 10
    world.then = _raising(error)
    with pytest.raises(type(error)):
        world.source.likes(hurried, 11)
    assert world.call(fine) is None  # which is the probe, as if the one before had not been


def test_a_source_that_fails_costs_no_other_a_call(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Such as one whose table is locked; the others' answers do not close it."""
    world.open()
    world.then = fine
    assert [world.other.likes(CTX, 11) for _ in range(5)] == [7] * 5
    assert world.call(fine) is CircuitOpen
    assert not world.breaker.closed
    assert "likes: database failed 3 times in a row" in caplog.text
    assert "users" not in caplog.text


class Probed(World):
    """One whose breaker asks for itself, in its own thread, as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.answers = threading.Event()
        self.probe: Callable[[], None] = fine
        self.breaker = Breaker(
            "database", failures=3, reset_timeout=10, probe=self.ask, clock=lambda: self.now
        )
        self.source = guarded(self, "likes", self.breaker)
        self.other = guarded(self, "users", self.breaker)

    def ask(self) -> None:
        self.asked += 1
        assert self.answers.wait(SECONDS)
        self.probe()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        assert wait_until(is_so, SECONDS)

    def refuses(self, source: World) -> bool:
        self.then = fine
        try:
            source.likes(CTX, 11)
        except CircuitOpen:
            return True
        return False


def test_a_store_that_answers_is_asked_on_for_all_but_what_fails() -> None:
    """The probe says so, without anybody waiting for it; and is not asked twice at once."""
    world = Probed()
    world.open()
    assert not world.refuses(world.other)
    assert world.call(fine) is CircuitOpen
    world.answers.set()
    world.wait_until(lambda: world.asked == 1)
    world.now += 10
    assert world.call(fine) is None
    assert world.breaker.closed


def test_failures_of_any_sources_have_the_store_asked(caplog: pytest.LogCaptureFixture) -> None:
    """Then no call decides, and nobody waits: all of it is left alone until the probe is answered."""
    world = Probed()
    world.probe = _raising(LookupError("no route"))
    world.answers.set()
    world.then = down
    for source in (world.other, world.source, world.other):
        with pytest.raises(Unavailable):
            source.likes(CTX, 11)
    told = "database does not answer; its circuit breaker is open, it is asked again in 10.0 s: no route"
    world.wait_until(lambda: told in caplog.text)
    assert world.refuses(world.source)
    assert world.refuses(world.other)
    world.probe = fine
    world.now += 10
    calls = world.calls
    assert world.refuses(world.source)
    world.wait_until(lambda: "database answers again" in caplog.text)
    assert (world.asked, world.calls) == (2, calls)
    assert (world.call(fine), world.refuses(world.other)) == (None, False)


def test_its_own_probe_may_fail_again(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it raises; after another rest it is asked again, and what had been left alone before is called, too."""
    caplog.set_level("INFO")
    world = Probed()
    world.probe = _raising(LookupError("no route"))
    world.answers.set()
    world.open()
    world.wait_until(lambda: world.refuses(world.other))
    world.now += 10
    assert world.call(fine) is CircuitOpen
    world.wait_until(lambda: "database does not answer yet: no route" in caplog.text)
    assert world.call(fine) is CircuitOpen
    assert world.asked == 2
    world.probe = fine
    world.now += 10
    assert world.call(fine) is CircuitOpen
    world.wait_until(lambda: world.breaker.closed)
    assert world.call(fine) is None


def test_a_probe_that_does_not_return_is_followed_by_another() -> None:
    """After a rest; until then failures ask no more."""
    world = Probed()
    world.open()
    with pytest.raises(Unavailable):
        world.other.likes(CTX, 11)
    world.wait_until(lambda: world.asked == 1)
    world.now += 10
    assert world.call(down) is Unavailable  # the call that is tried
    world.wait_until(lambda: world.asked == 2)
    world.answers.set()
