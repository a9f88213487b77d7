"""Which thread answers a request, and who is told to come again."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.run.dispatch import FULL, LATE, Dispatcher
from ogrom.run.refusals import Refusal

SECONDS = 30.0


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def request(path: str = "/", *, refusal: Refusal | None = None, **headers: str) -> Any:
    return SimpleNamespace(
        path=path,
        headers=headers,
        arrived=Clock.now,
        deadline=float("inf"),
        refusal=refusal,
    )


@dataclass
class Channel:
    """A connection whose first request takes until it is released."""

    requests: list[Any]
    release: Event = field(default_factory=Event)
    entered: Event = field(default_factory=Event)
    done: Event = field(default_factory=Event)

    def service(self) -> None:
        self.entered.set()
        if not self.requests[0].refusal:
            self.release.wait(SECONDS)
        self.done.set()

    def cancel(self) -> None:
        self.done.set()

    @property
    def refusal(self) -> Any:
        return self.requests[0].refusal


@pytest.fixture
def channels() -> Iterator[list[Channel]]:
    """All connections of a test, released at its end."""
    made: list[Channel] = []
    yield made
    for each in made:
        each.release.set()


@pytest.fixture
def busy(channels: list[Channel]) -> Iterator[Dispatcher]:
    """A dispatcher whose only thread for the application is busy, and that lets two more wait for a second."""
    dispatcher = Dispatcher(threads=1, queue=2, timeout=1.0)
    add(dispatcher, channels, request())
    assert channels[0].entered.wait(SECONDS)
    yield dispatcher
    for each in channels:
        each.release.set()
    dispatcher.shutdown(timeout=SECONDS)


def add(dispatcher: Dispatcher, channels: list[Channel], asked: Any) -> Channel:
    channels.append(Channel([asked]))
    dispatcher.add_task(channels[-1])
    return channels[-1]


def test_what_finds_the_queue_full_is_refused_at_once(busy: Dispatcher, channels: list[Channel]) -> None:
    """Those that wait already are not."""
    waiting = [add(busy, channels, request()) for _ in range(2)]
    refused = add(busy, channels, request())
    assert refused.done.wait(SECONDS)
    assert ([each.refusal for each in waiting], refused.refusal) == ([None, None], FULL)
    channels[0].release.set()
    assert waiting[0].entered.wait(SECONDS)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (request("/health/live"), None),
        (request("/health/ready"), None),
        (request(refusal=Refusal("no HTTP", 400)), Refusal("no HTTP", 400)),
    ],
)
def test_health_and_what_is_no_http_wait_for_nobody(
    busy: Dispatcher, channels: list[Channel], asked: Any, refusal: Refusal | None
) -> None:
    """They have threads of their own, and no queue can be full for them."""
    for _ in range(2):
        add(busy, channels, request())
    prompt = add(busy, channels, asked)
    assert prompt.entered.wait(SECONDS)
    assert prompt.refusal == refusal


def test_live_does_not_wait_for_ready(busy: Dispatcher, channels: list[Channel]) -> None:
    """Which may wait for a database that is silent."""
    for _ in range(4):
        add(busy, channels, request("/health/ready"))
    live = add(busy, channels, request("/health/live"))
    assert live.entered.wait(SECONDS)
    assert not channels[4].entered.is_set()


def test_nobody_waits_beyond_the_deadline(
    busy: Dispatcher, channels: list[Channel], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's, or the caller's where that is sooner; who has time left waits on."""
    clock = Clock()
    monkeypatch.setattr("ogrom.run.dispatch.time", SimpleNamespace(monotonic=clock))
    patient = add(busy, channels, request())
    hurried = add(busy, channels, request(X_ENVOY_EXPECTED_RQ_TIMEOUT_MS="50"))
    assert busy.next_deadline() == hurried.requests[0].arrived + 0.05
    busy.refuse_late()
    assert (hurried.refusal, patient.refusal) == (None, None)
    clock.now += 0.05
    busy.refuse_late()
    assert hurried.done.wait(SECONDS)
    assert (hurried.refusal, patient.refusal) == (LATE, None)
    assert busy.next_deadline() == patient.requests[0].arrived + 1.0


def test_where_nobody_waits_there_is_no_deadline(busy: Dispatcher) -> None:
    """What runs has its own."""
    assert busy.next_deadline() == float("inf")


def test_threads_that_are_stuck_do_not_keep_it(channels: list[Channel]) -> None:
    """They end with the process."""
    dispatcher = Dispatcher(threads=1, queue=2, timeout=1.0)
    add(dispatcher, channels, request())
    assert channels[0].entered.wait(SECONDS)
    begin = time.monotonic()
    dispatcher.shutdown(timeout=0.1)
    assert time.monotonic() - begin < SECONDS / 2
    channels[0].release.set()
    dispatcher.shutdown(timeout=SECONDS)
