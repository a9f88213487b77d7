"""What every keyset-paged list keeps."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from ..errors import BadCursor
from ..pages import Page, PageRequest

T = TypeVar("T")
Fetch = Callable[[PageRequest], Page[T]]

GARBAGE = ("", "x", "=", "====", "AAAA", "null", "1", "ümlaut", "a b", "%25", "'; --", "A" * 4000)


def pages(fetch: Fetch[T], limit: int) -> Iterator[Page[T]]:
    """The pages of a list, each asked for with the cursor of the one before."""
    page = fetch(PageRequest(limit=limit))
    seen: set[str] = set()
    yield page
    while page.next_cursor is not None:
        assert page.next_cursor not in seen, "the list leads back to where it was"
        seen.add(page.next_cursor)
        page = fetch(PageRequest(limit=limit, cursor=page.next_cursor))
        yield page


def walk(fetch: Fetch[T], limit: int = 1) -> list[T]:
    """All items of a list, page by page."""
    return [item for page in pages(fetch, limit) for item in page.items]


def check_pages(fetch: Fetch[T], expected: list[T]) -> None:
    """With every limit, walking gives `expected` in full pages, and the last has no cursor."""
    for limit in range(1, len(expected) + 2):
        sizes = [len(page.items) for page in pages(fetch, limit)]
        assert walk(fetch, limit) == expected
        assert all(size == limit for size in sizes[:-1])
        assert 0 < sizes[-1] <= limit


def check_bad_cursors(fetch: Fetch[T], *others: Fetch[T]) -> None:
    """Only cursors of this very list are taken: no garbage, no piece of one, none of `others`."""
    cursor = first_cursor(fetch)
    pieces = [cursor[:length] for length in range(len(cursor))]
    foreign = [first_cursor(other) for other in others]
    for bad in (*GARBAGE, *pieces, *foreign):
        with pytest.raises(BadCursor):
            fetch(PageRequest(limit=1, cursor=bad))


def first_cursor(fetch: Fetch[T]) -> str:
    """The cursor behind the first item of a list that has more than one."""
    cursor = fetch(PageRequest(limit=1)).next_cursor
    assert cursor is not None
    return cursor
