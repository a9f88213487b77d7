"""How an import or export goes on: how many rows are done, how fast, and how many are left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .progress import progress

Tell = Callable[[int, float | None], None]


@contextmanager
def rows_progress(title: str) -> Iterator[Tell]:
    """Gives the block a function to be told how many rows are done, and which share of all that is if known."""
    begin = time.monotonic()
    with progress(title) as tell:
        yield lambda rows, share: tell(summary(rows, share, time.monotonic() - begin), share)


def summary(rows: int, share: float | None, seconds: float) -> str:
    """What is done, how fast, and how much is left.

    Args:
        rows: how many are done.
        share: which part of all they are, from 0 to 1; None where nobody knows.
        seconds: how long they took.
    """
    said = f"{rows} rows, {rows / max(seconds, 0.001):.0f} rows/s"
    if not share:
        return said
    left = rows / share - rows
    return f"{said}, about {left:.0f} left"
