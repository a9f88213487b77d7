"""Samples."""

import logging
import threading

import pytest

from ogrom.run.sampling import Samples


def test_what_is_added_is_looked_at_each_second_until_it_is_stopped() -> None:
    """In a thread of its own, from the start on."""
    samples = Samples()
    taken = threading.Semaphore(0)
    samples.add(taken.release)
    samples.start()
    assert taken.acquire(timeout=30)
    assert taken.acquire(timeout=30)
    samples.stop()
    assert not any(each.name == "ogrom-samples" for each in threading.enumerate())


def test_one_look_that_fails_does_not_keep_the_others_from_theirs(caplog: pytest.LogCaptureFixture) -> None:
    """The log says why."""
    samples = Samples()
    seen: list[int] = []
    samples.add(lambda: seen.append(1 // 0))
    samples.add(lambda: seen.append(2))
    samples.take()
    assert seen == [2]
    assert [each.levelno for each in caplog.records] == [logging.ERROR]


def test_what_was_never_started_can_be_stopped() -> None:
    """Whoever cleans up need not know how far it came."""
    Samples().stop()
