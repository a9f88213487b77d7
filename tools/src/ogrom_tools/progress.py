"""Says what takes a while, on the standard error stream: what stdout holds is the result, and often for programs."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

SECONDS = 5.0
"""How long a loop says nothing between two lines."""


def say(text: str) -> None:
    """Print a line at once, and as one: other threads may do so too."""
    print(f"{text}\n", end="", file=sys.stderr, flush=True)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what the block does: at a terminal as long as it does it, elsewhere in a line before."""
    if not sys.stderr.isatty():
        say(f"{what} ...")
        yield
        return
    # The workbench imports this module too, and has no Rich.
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(f"{what} ...")):
        yield


@contextmanager
def timed(what: str, tell: Callable[[str], None]) -> Iterator[None]:
    """Say what the block does, and tell how long it took when it is done."""
    begin = time.monotonic()
    with doing(what):
        yield
    tell(f"{time.monotonic() - begin:6.1f} s  {what}")


def counted(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """The items as they come, and every few seconds a line such as "3 of 12 wheels"."""
    last = time.monotonic()
    for number, item in enumerate(items, 1):
        if number < total and time.monotonic() - last >= SECONDS:
            last = time.monotonic()
            say(f"{number} of {total} {what}")
        yield item
