"""Errors name their source."""

import pytest

from ogrom.protocols.errors import (
    BadCursor,
    Conflict,
    Forbidden,
    SourceError,
    Timeout,
    Unavailable,
    Unconfirmed,
)


@pytest.mark.parametrize("kind", [Unavailable, Timeout, Unconfirmed, Conflict, Forbidden, BadCursor])
def test_every_error_is_a_source_error_that_says_where(kind: type[SourceError]) -> None:
    """The message begins with the source, and both parts can be read alone."""
    error = kind("collages", "gone")
    assert isinstance(error, SourceError)
    assert (str(error), error.source, error.message) == ("collages: gone", "collages", "gone")


def test_who_cannot_answer_may_say_when_it_is_worth_trying() -> None:
    """In seconds; most do not know."""
    assert Unavailable("collages", "gone").retry_after is None
    assert Unavailable("collages", "gone", retry_after=2.5).retry_after == 2.5


def test_who_expects_no_answer_in_time_gets_an_unconfirmed_write_too() -> None:
    """It is not Unavailable, which says that the same call may work later."""
    assert issubclass(Unconfirmed, Timeout)
    assert not issubclass(Unconfirmed, Unavailable)
