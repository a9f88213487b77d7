"""The Context knows how long somebody still waits."""

import time

import pytest

from ogrom.protocols.context import Context


def test_without_a_deadline_nothing_runs_out() -> None:
    """None is not a number of seconds."""
    assert Context(locale="de-DE").remaining() is None


def test_remaining_counts_down_to_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the difference to the monotonic clock, in seconds."""
    monkeypatch.setattr(time, "monotonic", lambda: 40.0)
    assert Context(locale="de-DE", deadline=42.5).remaining() == 2.5


@pytest.mark.parametrize("deadline", [40.0, 1.0])
def test_remaining_stops_at_zero(monkeypatch: pytest.MonkeyPatch, deadline: float) -> None:
    """A deadline that has passed leaves nothing, and not less."""
    monkeypatch.setattr(time, "monotonic", lambda: 40.0)
    assert Context(locale="de-DE", deadline=deadline).remaining() == 0.0
