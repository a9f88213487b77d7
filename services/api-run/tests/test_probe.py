"""The probe."""

from threading import Event

import pytest

from ogrom.run.probe import Probe


def test_it_gives_the_answer() -> None:
    """A question that is answered in time has its answer."""
    assert Probe(lambda: 7, patience=30)() == 7


def test_it_raises_what_asking_raises() -> None:
    """An error is an answer too."""
    with pytest.raises(ZeroDivisionError):
        Probe(lambda: 1 // 0, patience=30)()


def test_it_asks_anew_each_time() -> None:
    """An old answer says nothing about now."""
    answers = iter([1, 2])
    probe = Probe(lambda: next(answers), patience=30)
    assert [probe(), probe()] == [1, 2]


def test_whoever_waits_gives_up_and_one_question_stays_open() -> None:
    """A silent database holds one thread, not one for each time that somebody asks."""
    asked, begun, answer = [], Event(), Event()

    def ask() -> bool:
        asked.append(1)
        begun.set()
        return answer.wait(60)

    probe = Probe(ask, patience=0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            probe()
    assert begun.wait(60)
    assert len(asked) == 1
    answer.set()
