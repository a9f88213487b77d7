"""When a worker gets a successor."""

from hypothesis import given, strategies as st

from ogrom.server.restarts import Restarts

ENDS = st.lists(st.tuples(st.floats(0, 100), st.booleans()), min_size=1, max_size=60)


def test_one_that_served_is_replaced_at_once() -> None:
    """Somebody killed it, or the system did: that is no reason to wait."""
    assert Restarts().ended(lived=0.5, was_ready=True) == 0.0


def test_who_dies_again_and_again_is_waited_for_longer_and_longer() -> None:
    """So that a fault does not take all of a machine."""
    restarts = Restarts()
    delays = [restarts.ended(lived=0.5, was_ready=True) for _ in range(9)]
    assert delays == [0.0, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    assert restarts.ended(lived=60.0, was_ready=True) == 0.0


def test_five_that_never_were_ready_are_enough() -> None:
    """One that was begins the count anew."""
    restarts = Restarts()
    delays = [restarts.ended(lived=0.5, was_ready=False) for _ in range(4)]
    assert (delays, restarts.is_hopeless) == ([0.1, 0.2, 0.4, 0.8], False)
    restarts.ended(lived=0.5, was_ready=False)
    assert restarts.is_hopeless
    restarts.ended(lived=0.5, was_ready=True)
    assert not restarts.is_hopeless


@given(ENDS)
def test_no_history_makes_it_wait_for_ever(ends: list[tuple[float, bool]]) -> None:
    """Nor less than not at all."""
    restarts = Restarts()
    assert all(0.0 <= restarts.ended(lived=lived, was_ready=ready) <= 10.0 for lived, ready in ends)
