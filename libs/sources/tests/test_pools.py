"""A pool is waited for no longer than the current call has left."""

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ogrom.sources.deadlines import until
from ogrom.sources.pools import DeadlinePool


def _memory() -> Any:
    return sqlite3.connect(":memory:")


@pytest.fixture
def pool() -> Iterator[DeadlinePool]:
    """One connection, which somebody holds, and a timeout of half a second."""
    pool = DeadlinePool(_memory, pool_size=1, max_overflow=0, timeout=0.5)
    held = pool.connect()
    yield pool
    held.close()
    pool.dispose()


# Time is measured, and others may have the processor meanwhile: what holds must be seen in one of three runs.
@pytest.mark.flaky(reruns=2)
@pytest.mark.parametrize(("left", "waited"), [(0.1, 0.1), (5.0, 0.5), (None, 0.5), (0.0, 0.0), (-1.0, 0.0)])
def test_the_wait_ends_with_the_deadline_or_the_timeout(
    pool: DeadlinePool, left: float | None, waited: float
) -> None:
    """Whichever comes first; without a deadline, and past it, too."""
    begun = time.monotonic()
    with until(None if left is None else begun + left), pytest.raises(PoolTimeout):
        pool.connect()
    assert waited <= time.monotonic() - begun < waited + 0.1


def test_a_pool_made_anew_within_a_call_keeps_its_timeout() -> None:
    """What that call had left is not the next one's limit."""
    pool = DeadlinePool(_memory, timeout=30)
    with until(time.monotonic() + 1):
        assert pool.timeout() <= 1
        again = pool.recreate()
    assert again.timeout() == 30
