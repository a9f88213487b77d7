"""ahead: the next item is made while this one is used."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

_END = object()


@contextmanager
def ahead(items: Iterable[T]) -> Iterator[Iterator[T]]:
    """The items in their order, each made on another thread while the one before it is used.

    That is worth it where the user waits for something that is not Python, such as a database. What goes wrong in
    making an item is raised where it would have been used. The thread is gone when the block is left, however it
    is left; it makes the item that it has begun.
    """
    source = iter(items)
    with ThreadPoolExecutor(1, "ogrom-ahead") as thread:

        def used() -> Iterator[T]:
            coming = thread.submit(next, source, _END)
            while (item := coming.result()) is not _END:
                coming = thread.submit(next, source, _END)
                yield item  # type: ignore[misc]

        yield used()
