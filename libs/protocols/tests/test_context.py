"""The Context knows how long somebody still waits."""

import time

import msgspec
import pytest

from ogrom.protocols.context import Bearer, Context, Principal


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


def test_the_latest_is_wanted_by_who_says_so_and_by_who_has_written() -> None:
    """Other requests may be answered by a replica or a cache."""
    assert not Context(locale="de-DE").wants_latest
    assert Context(locale="de-DE", fresh=True).wants_latest
    writing = Context(locale="de-DE")
    writing.writes.begun = True
    assert writing.wants_latest


def test_writes_belong_to_one_request() -> None:
    """Whatever is made of its Context knows of them; the next request's knows nothing, if named the same."""
    first, next_one = (Context(locale="de-DE", request_id="given-by-the-client") for _ in range(2))
    elsewhere = msgspec.structs.replace(first, locale="en-GB")
    elsewhere.writes.begun = True
    assert first.wants_latest
    assert not next_one.wants_latest


def test_a_token_is_passed_on_and_not_told() -> None:
    """Printing a Context, or a part of it, shows no secret."""
    caller = Principal(user_id=1, bearer=Bearer("s3cret"))
    context = Context(locale="de-DE", principal=caller)
    for told in (str(context), repr(caller), f"{caller.bearer}"):
        assert "s3cret" not in told
        assert "***" in told
    assert caller.bearer == Bearer("s3cret")
