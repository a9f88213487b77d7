"""What runs beside something else."""

import threading
from collections.abc import Iterator

import pytest

from ogrom_tools import checks
from ogrom_tools.command import Failed


def test_work_is_done_beside_the_block() -> None:
    """It runs while the block does, and is told when both have ended."""
    told: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def work() -> Iterator[str]:
        begun.set()
        assert go_on.wait(10)
        yield "one"
        yield "two"

    with checks.meanwhile(work, told.append):
        assert begun.wait(10)
        assert told == []
        go_on.set()
    assert told == ["one", "two"]


def test_what_fails_beside_fails_all() -> None:
    """Also where the block is well; what was done before is told."""
    told: list[str] = []

    def work() -> Iterator[str]:
        yield "one"
        raise Failed("two")

    with pytest.raises(Failed, match="two"), checks.meanwhile(work, told.append):
        pass
    assert told == ["one"]


def test_a_block_that_fails_waits_for_the_rest() -> None:
    """So that nothing runs on behind its back, and its own failure is the one that is seen."""
    told: list[str] = []
    with pytest.raises(ValueError, match="mine"), checks.meanwhile(lambda: iter(["one"]), told.append):
        raise ValueError("mine")
    assert told == ["one"]
