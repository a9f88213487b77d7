"""Copies say how old an answer is that came from memory."""

from ogrom.protocols.consistency import Copies


def test_nothing_is_said_of_the_stores_own_answers() -> None:
    """None is not an age."""
    copies = Copies()
    assert (copies.age, copies.fresh_for) == (None, None)


def test_of_several_copies_the_worst_counts() -> None:
    """What is made of all of them is as old as the oldest, and stale as soon as the first is."""
    copies = Copies()
    for age, fresh_for in ((12.0, 18.0), (40.0, 20.0), (3.0, -1.5)):
        copies.add(age, fresh_for)
    assert (copies.age, copies.fresh_for) == (40.0, -1.5)
