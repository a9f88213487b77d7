"""Which thread answers a request, and who is told to come again."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from ogrom.server.dispatcher import FULL, LATE, Dispatcher
from ogrom.server.greenlets import Greenlets
from ogrom.server.lanes import Lane, paths
from ogrom.server.refusal import Refusal

SECONDS = 300.0
NOW = 1000.0


@dataclass
class Connection:
    """One whose request takes until it is released."""

    path: str = "/"
    patience: float = 1.0
    arrived: float = NOW
    give_up: float = float("inf")
    refusal: Refusal | None = None
    release: Event = field(default_factory=Event)
    entered: Event = field(default_factory=Event)

    @property
    def environ(self) -> dict[str, Any]:
        return {"PATH_INFO": self.path, "patience": self.patience}

    def service(self) -> None:
        self.entered.set()
        self.release.wait(SECONDS)

    def refuse(self, refusal: Refusal) -> None:
        self.refusal = refusal

    def cancel(self) -> None:
        """Nobody asks for it."""


@pytest.fixture
def connections() -> Iterator[list[Connection]]:
    """All connections of a test, released at its end."""
    made: list[Connection] = []
    yield made
    for each in made:
        each.release.set()


@pytest.fixture
def busy(connections: list[Connection]) -> Iterator[Dispatcher]:
    """One whose only thread for the application is busy, and that lets two more wait."""
    dispatcher = Dispatcher(
        (
            Lane("live", 1, paths("/health/live")),
            Lane("health", 2, paths("/health/")),
            Lane("application", 1, queue=2, patience=lambda environ: float(environ["patience"])),
        )
    )
    add(dispatcher, connections)
    assert connections[0].entered.wait(SECONDS)
    yield dispatcher
    for each in connections:
        each.release.set()
    dispatcher.shutdown(SECONDS)


def add(dispatcher: Dispatcher, connections: list[Connection], path: str = "/", **more: Any) -> Connection:
    connections.append(Connection(path, **more))
    made: Any = connections[-1]
    dispatcher.dispatch(made)
    return connections[-1]


def test_what_finds_the_queue_full_is_refused_at_once(
    busy: Dispatcher, connections: list[Connection]
) -> None:
    """Those that wait already are not."""
    waiting = [add(busy, connections) for _ in range(2)]
    refused = add(busy, connections)
    assert ([each.refusal for each in waiting], refused.refusal) == ([None, None], FULL)
    assert busy.busy() == (2, 1)
    connections[0].release.set()
    assert waiting[0].entered.wait(SECONDS)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_a_lane_of_its_own_waits_for_no_other(
    busy: Dispatcher, connections: list[Connection], path: str
) -> None:
    """No queue can be full for it."""
    for _ in range(3):
        add(busy, connections)
    prompt = add(busy, connections, path)
    assert prompt.entered.wait(SECONDS)
    assert prompt.refusal is None


def test_of_several_lanes_the_first_one_has_it(busy: Dispatcher, connections: list[Connection]) -> None:
    """So live does not wait for ready, which may wait for a database that is silent."""
    for _ in range(4):
        add(busy, connections, "/health/ready")
    assert add(busy, connections, "/health/live").entered.wait(SECONDS)
    assert not connections[4].entered.is_set()


def test_nobody_waits_beyond_their_patience(
    busy: Dispatcher, connections: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has time left waits on."""
    clock = SimpleNamespace(monotonic=lambda: NOW)
    monkeypatch.setattr("ogrom.server.dispatcher.time", clock)
    patient, hurried = add(busy, connections), add(busy, connections, patience=0.05)
    assert busy.next_deadline() == NOW + 0.05
    busy.refuse_late()
    assert (hurried.refusal, patient.refusal) == (None, None)
    clock.monotonic = lambda: NOW + 0.05
    busy.refuse_late()
    assert (hurried.refusal, patient.refusal) == (LATE, None)
    assert busy.next_deadline() == NOW + 1.0


def test_nobody_waits_for_a_turn_beyond_their_patience(
    connections: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the loop has been held up, and others begin when it comes back."""
    clock = SimpleNamespace(monotonic=lambda: NOW + 1.0)
    monkeypatch.setattr("ogrom.server.dispatcher.time", clock)
    lane = Lane("application", 1, patience=lambda environ: float(environ["patience"]), on_loop=lambda _: True)
    greenlets = Greenlets()
    greenlets.begin(lambda: None, lambda _: None)
    dispatcher = Dispatcher((lane,), greenlets, most=10)
    late, patient = add(dispatcher, connections), add(dispatcher, connections, patience=1e9)
    patient.release.set()
    dispatcher.refuse_late()
    dispatcher.begin(0.0)
    assert (late.refusal, late.entered.is_set()) == (LATE, False)
    assert (patient.refusal, patient.entered.is_set()) == (None, True)
    assert not dispatcher.is_ready
    greenlets.end()
    dispatcher.shutdown(SECONDS)


def test_where_nobody_waits_there_is_no_deadline(busy: Dispatcher) -> None:
    """What runs has its own."""
    assert busy.next_deadline() == float("inf")


def test_threads_that_are_stuck_do_not_keep_it(connections: list[Connection]) -> None:
    """They end with the process."""
    dispatcher = Dispatcher((Lane("application", 1),))
    add(dispatcher, connections)
    assert connections[0].entered.wait(SECONDS)
    begin = time.monotonic()
    dispatcher.shutdown(0.1)
    assert time.monotonic() - begin < SECONDS / 2
    connections[0].release.set()
    dispatcher.shutdown(SECONDS)
