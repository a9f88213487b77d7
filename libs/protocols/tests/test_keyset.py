"""Keysets make cursors that only their own list takes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from ogrom.protocols.errors import BadCursor
from ogrom.protocols.keyset import AgeKey, IdKey, Keyset
from ogrom.protocols.pages import Page, PageRequest

NUMBERS: Keyset[int, IdKey] = Keyset("numbers", IdKey, IdKey)
OTHERS: Keyset[int, IdKey] = Keyset("others", IdKey, IdKey)
TIMES: Keyset[datetime, AgeKey] = Keyset("times", AgeKey, lambda time: AgeKey(time, 1))

SCOPES = st.tuples(st.sampled_from(["de-DE", "en-GB"]), st.none() | st.integers() | st.text())


def cursor(last: int, *scope: object) -> str:
    """The cursor of a list of two whose first item is `last`."""
    page = NUMBERS.page([last, 2**63 - 1], PageRequest(limit=1), *scope)
    assert page.next_cursor is not None
    return page.next_cursor


@given(st.integers(1, 2**63 - 1), SCOPES)
def test_a_cursor_brings_back_the_last_key(last: int, scope: tuple[object, ...]) -> None:
    """In URL-safe letters, and few of them."""
    made = cursor(last, *scope)
    assert NUMBERS.after(PageRequest(cursor=made), *scope) == IdKey(last)
    assert made.replace("-", "").replace("_", "").isalnum()
    assert len(made) <= 22


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_is_kept_to_the_microsecond(time: datetime) -> None:
    """Else a page would begin before or behind where the last one ended."""
    page = TIMES.page([time, time], PageRequest(limit=1))
    assert TIMES.after(PageRequest(cursor=page.next_cursor)) == AgeKey(time, 1)


@given(SCOPES, SCOPES)
def test_a_cursor_of_another_scope_is_refused(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    """Another market, filter or source, another list."""
    made = PageRequest(cursor=cursor(1, *one))
    if repr(one) != repr(other):
        with pytest.raises(BadCursor, match="numbers: the cursor belongs to another list"):
            NUMBERS.after(made, *other)
    with pytest.raises(BadCursor):
        OTHERS.after(made, *one)


@given(st.text())
def test_garbage_is_refused(text: str) -> None:
    """Whatever is typed there, it is a BadCursor and nothing worse."""
    with pytest.raises(BadCursor):
        NUMBERS.after(PageRequest(cursor=text))


@given(st.binary(max_size=40))
def test_a_cursor_is_taken_whole_or_not_at_all(data: bytes) -> None:
    """Neither a piece of a cursor nor one with an addition is one."""
    made = cursor(1234567890123)
    for bad in (made[: len(data) % len(made)], made + data.hex() + "A"):
        with pytest.raises(BadCursor):
            NUMBERS.after(PageRequest(cursor=bad))


def test_the_first_page_begins_nowhere() -> None:
    """No cursor, no key."""
    assert NUMBERS.after(PageRequest()) is None


@pytest.mark.parametrize("found", [[], [1], [1, 2]])
def test_a_page_that_shows_all_has_no_cursor(found: list[int]) -> None:
    """A full last page has no next one."""
    assert NUMBERS.page(found, PageRequest(limit=2)) == Page(items=tuple(found))


def test_a_page_shows_no_more_than_its_limit() -> None:
    """The one item beyond the limit only says that there is more."""
    page = NUMBERS.page([1, 2, 3], PageRequest(limit=2))
    assert page.items == (1, 2)
    assert NUMBERS.after(PageRequest(cursor=page.next_cursor)) == IdKey(2)
