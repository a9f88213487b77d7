"""A worker's beginning, and the modes that end it."""

from collections.abc import Callable
from typing import Any

import pytest

from ogrom.server import worker
from ogrom.server.scoreboard import Scoreboard, ShutdownMode, State, WorkerSlot


class Server:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def accept(self) -> None:
        self.told.append("accept")

    def stop(self, *, delay: float, closes_port: Callable[[], bool]) -> None:
        self.told.append((delay, closes_port()))
        self.closes_port = closes_port

    def cut(self) -> None:
        self.told.append("cut")


class Signals:
    """Notes the state in which it is told."""

    def __init__(self, slot: WorkerSlot) -> None:
        self._slot = slot
        self.states: list[State] = []

    def tell(self) -> None:
        self.states.append(self._slot.state)


Begin = Callable[..., tuple[list[State], Server]]


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Lets a worker begin; `tries` are what its warm-ups come to."""

    def begin(tries: list[Any] | None, last: State = State.REPLACING) -> tuple[list[State], Server]:
        slot = WorkerSlot(Scoreboard(1), 0)
        slot.enter(last)
        server, signals = Server(), Signals(slot)

        def warm_up() -> bool:
            assert tries
            found = tries.pop(0)
            if isinstance(found, Exception):
                raise found
            return bool(found)

        monkeypatch.setattr(worker, "_SECONDS_BETWEEN_TRIES", 0.0)
        made: Any = (None if tries is None else warm_up, server, slot, signals)
        worker._Beginning(*made).run()
        assert not tries
        return signals.states, server

    return begin


def test_it_is_ready_when_it_is_warm(begin: Begin) -> None:
    """And accepts no earlier, if it did not from the first."""
    states, server = begin([True])
    assert (states, server.told) == ([State.READY], ["accept"])


def test_it_need_not_warm_up(begin: Begin) -> None:
    """Not every application has something to make ready."""
    assert begin(None)[0] == [State.READY]


def test_while_that_fails_it_answers_and_tries_again(begin: Begin) -> None:
    """Others would do no better."""
    states, server = begin([False, False, True])
    assert (states, server.told[0]) == ([State.FAILED, State.FAILED, State.READY], "accept")


def test_a_bug_in_the_warm_up_keeps_nobody_out(begin: Begin, caplog: pytest.LogCaptureFixture) -> None:
    """A cold process is better than none."""
    assert begin([LookupError("bug")])[0] == [State.READY]
    assert "LookupError: bug" in caplog.text


def test_who_drains_does_not_become_ready(begin: Begin) -> None:
    """A warm-up may end after the signal."""
    assert begin([True], State.DRAINING)[0] == [State.DRAINING]


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (ShutdownMode.SERVE, (7.0, False)),
        (ShutdownMode.DRAIN, (7.0, True)),
        (ShutdownMode.FINISH, (0.0, True)),
        (ShutdownMode.CUT, "cut"),
    ],
)
def test_the_parent_says_what_a_signal_means(mode: ShutdownMode, told: object) -> None:
    """Without a word from it, the worker alone is to stop, as after SIGTERM."""
    slot = WorkerSlot(Scoreboard(1), 0)
    slot.board.tell(mode)
    server: Any = Server()
    worker._stop(server, slot, 7.0)
    assert (server.told, slot.state) == ([told], State.DRAINING)


def test_a_word_that_is_on_its_way_counts() -> None:
    """Who signals all processes may come to a worker first, which asks again before it closes the port."""
    slot = WorkerSlot(Scoreboard(1), 0)
    server: Any = Server()
    worker._stop(server, slot, 0.0)
    assert server.told == [(worker._SECONDS_TO_TELL, False)]
    slot.board.tell(ShutdownMode.DRAIN)
    assert server.closes_port()
