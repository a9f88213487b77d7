"""Reports progress on stderr, since stdout holds the result, often for programs."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

SECONDS = 5.0
"""The time between two lines of a loop."""


def say(text: str) -> None:
    """Print a line in one piece and at once; other threads may print too."""
    print(f"{text}\n", end="", file=sys.stderr, flush=True)


@contextmanager
def timed(what: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Say what the block does, and tell how long it took when it is done."""
    begin = time.monotonic()
    say(f"{what} ...")
    yield
    tell(f"{time.monotonic() - begin:6.1f} s  {what}")


def counted(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Yield the items, and print a line such as "3 of 12 wheels" every few seconds."""
    last = time.monotonic()
    for number, item in enumerate(items, 1):
        if number < total and time.monotonic() - last >= SECONDS:
            last = time.monotonic()
            say(f"{number} of {total} {what}")
        yield item


def count(number: int, noun: str) -> str:
    """`1 file` or `3 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
