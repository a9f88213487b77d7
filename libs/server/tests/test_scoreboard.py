"""The scoreboard, seen by several processes."""

import os

import pytest

from ogrom.server import Worker
from ogrom.server.scoreboard import Scoreboard, ShutdownMode, State, WorkerSlot


def test_what_a_child_writes_is_seen_by_all() -> None:
    """It is one memory, made before the fork."""
    board = Scoreboard(2)
    child = os.fork()
    if child == 0:
        board.enter(1, State.READY)
        os._exit(0)
    os.waitpid(child, 0)
    assert board.states() == (State.ABSENT, State.READY)


def test_a_mode_is_never_taken_back() -> None:
    """Whoever was told to end at once does not serve on because of a later, milder word."""
    board = Scoreboard(1)
    modes = [board.mode]
    for mode in (ShutdownMode.DRAIN, ShutdownMode.CUT, ShutdownMode.FINISH):
        board.tell(mode)
        modes.append(board.mode)
    assert modes == [ShutdownMode.SERVE, ShutdownMode.DRAIN, ShutdownMode.CUT, ShutdownMode.CUT]


@pytest.mark.parametrize("mode", [ShutdownMode.DRAIN, ShutdownMode.FINISH, ShutdownMode.CUT])
def test_whoever_is_told_to_stop_drains(mode: ShutdownMode) -> None:
    """At once in every process, also in one that has not yet heard the signal."""
    board = Scoreboard(2)
    slots = [WorkerSlot(board, 0), WorkerSlot(board, 1)]
    for each in slots:
        each.enter(State.READY)
    board.tell(mode)
    assert {each.state for each in slots} == {State.DRAINING}


def test_one_may_drain_alone() -> None:
    """Its own signal does not stop the others."""
    board = Scoreboard(2)
    one, other = WorkerSlot(board, 0), WorkerSlot(board, 1)
    other.enter(State.READY)
    one.enter(State.DRAINING)
    assert (one.state, other.state) == (State.DRAINING, State.READY)


def test_a_sign_of_life_is_never_half_written() -> None:
    """Whoever reads it while it is written sees the one before, and not the beginning of time."""
    board = Scoreboard(1)
    board.beat(0)
    child = os.fork()
    if child == 0:
        for _ in range(200_000):
            board.beat(0)
        os._exit(0)
    first, seen = board.last_beat(0), list[float]()
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        seen.extend(board.last_beat(0) for _ in range(100))
    assert first <= min(seen)
    assert seen == sorted(seen)


def test_an_application_alone_is_ready() -> None:
    """Nobody warms up a test."""
    worker = Worker.alone()
    assert (worker.number, worker.state, worker.states()) == (0, State.READY, (State.READY,))
    assert worker.queue() == (0, 0)
