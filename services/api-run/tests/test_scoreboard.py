"""The scoreboard, seen by several processes."""

import os

import pytest

from ogrom.run.scoreboard import Order, Place, Scoreboard, State, Workers


def test_what_a_child_writes_is_seen_by_all() -> None:
    """It is one memory, made before the fork."""
    board = Scoreboard(2)
    child = os.fork()
    if child == 0:
        board.enter(1, State.READY)
        os._exit(0)
    os.waitpid(child, 0)
    assert board.states() == (State.ABSENT, State.READY)


def test_an_order_is_never_taken_back() -> None:
    """Whoever was told to end at once does not serve on because of a later, milder word."""
    board = Scoreboard(1)
    orders = [board.order]
    for order in (Order.DRAIN, Order.CUT, Order.FINISH):
        board.tell(order)
        orders.append(board.order)
    assert orders == [Order.SERVE, Order.DRAIN, Order.CUT, Order.CUT]


@pytest.mark.parametrize("order", [Order.DRAIN, Order.FINISH, Order.CUT])
def test_whoever_is_told_to_stop_drains(order: Order) -> None:
    """At once in every process, also in one that has not yet heard the signal."""
    board = Scoreboard(2)
    places = [Place(board, 0), Place(board, 1)]
    for each in places:
        each.enter(State.READY)
    board.tell(order)
    assert {each.state for each in places} == {State.DRAINING}


def test_one_may_drain_alone() -> None:
    """Its own signal does not stop the others."""
    board = Scoreboard(2)
    one, other = Place(board, 0), Place(board, 1)
    other.enter(State.READY)
    one.enter(State.DRAINING)
    assert (one.state, other.state) == (State.DRAINING, State.READY)


def test_they_are_counted() -> None:
    """Whoever is not warm counts as warming, though a replacement keeps nobody from being ready."""
    board = Scoreboard(4)
    for number, state in enumerate((State.READY, State.REPLACING, State.DRAINING, State.ABSENT)):
        board.enter(number, state)
    place = Place(board, 0)
    assert (place.workers(), place.is_warming, place.has_failed) == (Workers(1, 1), False, False)
    board.enter(3, State.WARMING)
    assert (place.workers(), place.is_warming, place.has_failed) == (Workers(1, 2), True, False)
    board.enter(3, State.FAILED)
    assert (place.workers(), place.is_warming, place.has_failed) == (Workers(1, 2), False, True)


def test_an_application_alone_is_ready() -> None:
    """Nobody warms up a test."""
    assert Place.alone().workers() == Workers(1, 0)
