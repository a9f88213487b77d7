"""Greenlets: many requests in one thread, none of which is held up by what another one waits for."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pytest

from ogrom.server.greenlets import Greenlets, Refused
from ogrom.server.refusal import Refusal

SECONDS = 60.0
NEVER = float("inf")
WHO: ContextVar[str] = ContextVar("who", default="nobody")


class Threads:
    """Keeps what it is given until a test has a thread do it."""

    def __init__(self) -> None:
        self.tasks: deque[Any] = deque()
        self.is_full = False

    def take(self, task: Any) -> None:
        if self.is_full:
            task.refuse(Refusal(503, "full"))
        else:
            self.tasks.append(task)

    def do_one(self) -> None:
        thread = threading.Thread(target=self.tasks.popleft().service)
        thread.start()
        thread.join(SECONDS)


@dataclass
class Job:
    """A request that calls something."""

    call: Callable[[], object]
    give_up: float = NEVER

    def service(self) -> None:
        self.call()


@pytest.fixture
def threads() -> Threads:
    return Threads()


@pytest.fixture
def greenlets(threads: Threads) -> Iterator[Greenlets]:
    """Those of this thread; a test is their loop."""
    made = Greenlets()
    made.begin(lambda: None, lambda _: None)
    yield made
    made.end()
    assert (made.begun, made.parked) == (0, 0)


def test_who_waits_lets_others_go_on(greenlets: Greenlets, threads: Threads) -> None:
    """Each goes on where it was, when its own wait has ended, whichever comes first."""
    waits = {name: greenlets.wait() for name in ("first", "second")}
    said: list[str] = []

    def ask(name: str) -> Job:
        def serve() -> None:
            waits[name] = greenlets.wait()
            said.append(f"{name} asks")
            said.append(f"{name} has {waits[name].until(None)}")

        return Job(serve)

    for name in ("first", "second"):
        greenlets.start(ask(name), threads)
    assert (greenlets.begun, greenlets.parked) == (2, 2)
    waits["second"].end(2)
    greenlets.go_on()
    waits["first"].end(1)
    greenlets.go_on()
    assert said == ["first asks", "second asks", "second has 2", "first has 1"]


def test_a_wait_ends_once(greenlets: Greenlets, threads: Threads) -> None:
    """What comes first counts, though it comes before anybody waits."""
    found = []

    def serve() -> None:
        wait = greenlets.wait()
        wait.end("first")
        wait.end("second")
        found.append(wait.until(None))

    greenlets.start(Job(serve), threads)
    assert found == ["first"]


def test_a_wait_ends_at_its_deadline(greenlets: Greenlets, threads: Threads) -> None:
    """Not before; and the loop is told when to look."""
    now, later = time.monotonic(), time.monotonic() + SECONDS
    late = []

    def until(deadline: float) -> Callable[[], object]:
        def serve() -> None:
            wait = greenlets.wait()
            with pytest.raises(TimeoutError):
                wait.until(deadline)
            late.append(deadline)
            wait.end("too late")

        return serve

    for deadline in (later, now):
        greenlets.start(Job(until(deadline)), threads)
    assert greenlets.next_deadline == now
    greenlets.go_on()
    assert (late, greenlets.next_deadline) == ([now], later)


def test_what_blocks_runs_on_a_thread(greenlets: Greenlets, threads: Threads) -> None:
    """In the context of its request, of which it has a copy."""
    said: list[Any] = []

    def block() -> int:
        said.append((threading.current_thread() is not here, WHO.get(), greenlets.parks))
        WHO.set("the thread")
        return 7

    def serve() -> None:
        WHO.set("a request")
        said.append(greenlets.run(block))
        said.append((WHO.get(), greenlets.parks))

    here = threading.current_thread()
    greenlets.start(Job(serve), threads)
    assert (said, greenlets.parked) == ([], 1)
    threads.do_one()
    greenlets.go_on()
    assert said == [(True, "a request", False), 7, ("a request", True)]
    assert greenlets.offloaded == 1


def test_what_a_thread_raises_is_raised_where_it_was_called(greenlets: Greenlets, threads: Threads) -> None:
    def serve() -> None:
        with pytest.raises(ZeroDivisionError):
            greenlets.run(lambda: 1 // 0)
        said.append("raised")

    said: list[str] = []
    greenlets.start(Job(serve), threads)
    threads.do_one()
    greenlets.go_on()
    assert said == ["raised"]


def test_whoever_finds_no_thread_is_refused(greenlets: Greenlets, threads: Threads) -> None:
    """By an exception that no `except Exception` takes for a mistake."""
    threads.is_full = True
    said: list[str] = []

    def serve() -> None:
        try:
            greenlets.run(lambda: None)
        except Exception:  # noqa: BLE001 - which it must not be
            said.append("a mistake")
        except Refused as refused:
            said.append(refused.refusal.reason)

    greenlets.start(Job(serve), threads)
    greenlets.go_on()
    assert said == ["full"]


def test_a_request_begins_with_an_empty_context(greenlets: Greenlets, threads: Threads) -> None:
    """Also in a greenlet that another one has left, and beside one that waits."""
    said: list[str] = []

    def serve() -> None:
        said.append(WHO.get())
        WHO.set("the one before")

    def wait() -> None:
        serve()
        greenlets.wait().until(None)

    for each in (serve, serve, wait, serve):
        greenlets.start(Job(each), threads)
    assert said == ["nobody"] * 4
    assert WHO.get() == "nobody"


def test_what_is_spawned_comes_last(greenlets: Greenlets, threads: Threads) -> None:
    """So that all who can have said what they want by then; and it can wait, too."""
    said: list[str] = []
    wait: list[Any] = []

    def gather() -> None:
        said.append("gathered")
        wait.append(greenlets.wait())
        said.append(wait[0].until(None))

    def first() -> None:
        greenlets.spawn(gather)
        said.append("first")

    greenlets.start(Job(first), threads)
    greenlets.start(Job(lambda: said.append("second")), threads)
    assert greenlets.is_busy
    greenlets.go_on()
    wait[0].end("answered")
    greenlets.go_on()
    assert said == ["first", "second", "gathered", "answered"]


def test_a_descriptor_is_waited_for(threads: Threads) -> None:
    """The loop watches it; whoever reads nothing in time hears so."""
    watched: list[int] = []
    greenlets = Greenlets()
    greenlets.begin(lambda: None, watched.append)
    reads, writes = os.pipe()
    said: list[str] = []

    def serve() -> None:
        greenlets.readable(reads, None)
        said.append(os.read(reads, 100).decode())
        with pytest.raises(TimeoutError):
            greenlets.readable(reads, time.monotonic())
        said.append("late")

    greenlets.start(Job(serve), threads)
    assert watched == [reads]
    assert not greenlets.can_read(writes)
    os.write(writes, b"here")
    assert greenlets.can_read(reads)
    greenlets.go_on()
    greenlets.go_on()
    assert said == ["here", "late"]
    greenlets.end()
    os.close(reads)
    os.close(writes)


def test_another_thread_wakes_the_loop(threads: Threads) -> None:
    """It ends a wait, and what waited goes on in the loop's own thread."""
    woken = threading.Event()
    greenlets = Greenlets()
    greenlets.begin(woken.set, lambda _: None)
    said: list[Any] = []

    def serve() -> None:
        waits.append(greenlets.wait())
        said.append((waits[0].until(None), threading.current_thread()))

    waits: list[Any] = []
    greenlets.start(Job(serve), threads)
    other = threading.Thread(target=lambda: waits[0].end("told"))
    other.start()
    other.join(SECONDS)
    assert woken.is_set()
    assert greenlets.is_busy
    greenlets.go_on()
    assert said == [("told", threading.current_thread())]
    greenlets.end()


def test_elsewhere_everybody_blocks(greenlets: Greenlets) -> None:
    """As on a thread that a call was given to, and before there is a loop."""
    reads, writes = os.pipe()
    os.write(writes, b"x")
    for each in (greenlets, Greenlets()):
        assert not each.parks
        assert each.run(lambda: 7) == 7
        wait = each.wait()
        with pytest.raises(TimeoutError):
            wait.until(time.monotonic())
        wait.end("here")
        assert wait.until(None) == "here"
        said: list[str] = []
        each.spawn(lambda said=said: said.append("spawned"))  # type: ignore[misc]
        assert said == ["spawned"]
        each.readable(reads, None)
        with pytest.raises(TimeoutError):
            each.readable(writes, time.monotonic())
    os.close(reads)
    os.close(writes)


def test_who_waits_at_the_end_is_told(greenlets: Greenlets, threads: Threads) -> None:
    """Nothing is left over."""
    said: list[str] = []

    def serve() -> None:
        try:
            greenlets.wait().until(None)
        except Refused as refused:
            said.append(f"{refused.refusal.status}")

    for _ in range(3):
        greenlets.start(Job(serve), threads)
    greenlets.end()
    assert said == ["503"] * 3
    assert (greenlets.begun, greenlets.parked) == (0, 0)


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit])
def test_who_fails_stops_nobody(
    greenlets: Greenlets, threads: Threads, caplog: Any, error: type[BaseException]
) -> None:
    """A mistake of ours is logged."""

    def fail() -> None:
        raise error

    greenlets.start(Job(fail), threads)
    greenlets.start(Job(lambda: greenlets.spawn(fail)), threads)
    greenlets.go_on()
    assert greenlets.begun == 0
    assert caplog.text.count(f"\n{error.__name__}") == 2


def test_who_waits_for_another_at_the_end_is_told_too(greenlets: Greenlets, threads: Threads) -> None:
    """Whichever of them is ended first."""
    said: list[str] = []

    def pair() -> None:
        follower: list[Any] = []

        def follow() -> None:
            follower.append(greenlets.wait())
            try:
                said.append(follower[0].until(None))
            except Refused:
                said.append("refused")

        def lead() -> None:
            try:
                greenlets.wait().until(None)
            finally:
                follower[0].end("left alone")

        greenlets.start(Job(follow), threads)
        greenlets.start(Job(lead), threads)

    for _ in range(8):
        pair()
    greenlets.end()
    assert len(said) == 8
    assert (greenlets.begun, greenlets.parked, greenlets.is_busy) == (0, 0, False)


def test_who_may_go_on_does_so_for_a_while(greenlets: Greenlets, threads: Threads) -> None:
    """So that the loop comes back to its events; the others are next."""
    waits: list[Any] = []
    said: list[str] = []

    def serve() -> None:
        waits.append(greenlets.wait())
        said.append(waits[-1].until(None))

    for _ in range(4):
        greenlets.start(Job(serve), threads)
    for each in waits:
        each.end("answered")
    greenlets.go_on(time.monotonic())
    assert 1 <= len(said) < 4
    assert greenlets.is_busy
    greenlets.go_on()
    assert said == ["answered"] * 4


def test_two_cannot_read_the_same(threads: Threads) -> None:
    """And who could not begin to is forgotten."""
    greenlets = Greenlets()
    said: list[str] = []

    def watch(descriptor: int) -> None:
        if descriptor < 0:
            raise OSError("bad descriptor")

    def serve(descriptor: int) -> Job:
        def read() -> None:
            try:
                greenlets.readable(descriptor, None)
                said.append("read")
            except (OSError, RuntimeError) as error:
                said.append(str(error))

        return Job(read)

    greenlets.begin(lambda: None, watch)
    for descriptor in (7, 7, -1, -1):
        greenlets.start(serve(descriptor), threads)
    assert said == ["another request already waits for this descriptor", "bad descriptor", "bad descriptor"]
    assert greenlets.can_read(7)
    greenlets.go_on()
    assert said[-1] == "read"
    greenlets.end()
