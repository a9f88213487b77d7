"""The next item is made while this one is used."""

import threading
from collections.abc import Iterator

import pytest

from ogrom.sources.sql.loading import prefetch

SECONDS = 10


def test_items_keep_their_order() -> None:
    """Each comes once, and none is none."""
    with prefetch(range(100)) as items:
        assert list(items) == list(range(100))
    with prefetch(range(0)) as nothing:
        assert list(nothing) == []


def test_one_is_made_while_another_is_used_and_no_more() -> None:
    """So that at most two are in memory."""
    began = [threading.Event() for _ in range(3)]

    def made() -> Iterator[int]:
        for number in range(3):
            began[number].set()
            yield number

    with prefetch(made()) as items:
        assert next(items) == 0
        assert began[1].wait(SECONDS)
        assert not began[2].wait(0.05)
        assert list(items) == [1, 2]


def test_what_goes_wrong_is_raised_where_the_item_would_be() -> None:
    """Those before it are used."""

    def broken() -> Iterator[int]:
        yield 1
        raise ValueError("no second")

    with prefetch(broken()) as items:
        assert next(items) == 1
        with pytest.raises(ValueError, match="no second"):
            next(items)


def test_the_thread_is_gone_whoever_leaves() -> None:
    """Also by an error in the middle."""

    def leave() -> None:
        with prefetch(range(100)) as items:
            next(items)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    assert [thread for thread in threading.enumerate() if thread.name.startswith("ogrom-prefetch")] == []
