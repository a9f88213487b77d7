"""The deadline of the current call, and statements that end at it by the database's own means."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Dialect

__all__ = ["until"]

# How long a writer of SQLite waits for the one before it where there is no deadline, in seconds.
SQLITE_BUSY_TIMEOUT = 5.0

# SQLite asks every so many of its instructions whether to go on; a few microseconds apart.
_SQLITE_INSTRUCTIONS = 10_000

# A session's limit may be so many times what a call has left before the statement has to bring its own.
_NEAR = 1.25

# The deadline of the call that this thread serves: set by `until`, or where a generator costs too much.
CURRENT: ContextVar[float | None] = ContextVar("ogrom_deadline", default=None)


@contextmanager
def until(deadline: float | None) -> Iterator[None]:
    """Set the deadline of all that this thread does with a database, on `time.monotonic()`'s clock."""
    token = CURRENT.set(deadline)
    try:
        yield
    finally:
        CURRENT.reset(token)


def current_deadline() -> float | None:
    """The deadline of the call that this thread serves, on `time.monotonic()`'s clock."""
    return CURRENT.get()


def time_left() -> float | None:
    """The seconds until the current deadline, never below 0.0; None where there is none."""
    deadline = CURRENT.get()
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def is_near(left: float | None, limit: float) -> bool:
    """Whether a session's limit suits a call that has so much time left, both in seconds.

    If so, the watchdog ends the wait of the caller, and the server ends a statement whose caller has left.
    """
    return limit == 0.0 if left is None else 0.0 < left <= limit <= left * _NEAR


def session_limit(left: float | None, limit: float) -> float:
    """The limit that a session should have for its statements, in seconds; 0.0 for none.

    It only grows, in steps of an eighth, so that a session soon has the one that most calls need: a session that
    followed each call would cost a round trip each. Where a call has less, `limited` tells the server.

    Args:
        left: the time that the next call of the session has.
        limit: the session's limit now.
    """
    if left is None:
        return 0.0
    if left <= limit:
        return limit
    step = 2.0 ** math.floor(math.log2(left)) / 8
    return max(0.001, math.ceil(left / step) * step)


def limited(dialect: Dialect, driver: Any, statement: str) -> str:
    """The statement in a form that ends at the current deadline; SQLite gets the deadline separately.

    Args:
        driver: the driver's connection.
    """
    if dialect.name == "sqlite":
        _watch_sqlite(driver, statement)
        return statement
    if getattr(dialect, "is_mariadb", False):
        return _limited_mariadb(driver.limit.seconds, statement)
    return _limited_mysql(statement)


def _limited_mariadb(limit: float, statement: str) -> str:
    left = time_left()
    if is_near(left, limit):
        return statement
    seconds = 0.0 if left is None else _milliseconds(left) / 1000
    return f"SET STATEMENT max_statement_time={seconds:.3f} FOR {statement}"


def _limited_mysql(statement: str) -> str:
    left = time_left()
    if left is None or not statement.startswith("SELECT"):
        return statement
    return f"SELECT /*+ MAX_EXECUTION_TIME({_milliseconds(left)}) */" + statement.removeprefix("SELECT")


def _milliseconds(left: float) -> int:
    # Zero would mean "without limit"; rounded up, so that the deadline has passed when the server says so.
    return max(1, math.ceil(left * 1000))


def _watch_sqlite(driver: Any, statement: str) -> None:
    end = CURRENT.get()
    if statement.startswith("BEGIN"):
        left = time_left()
        wait = SQLITE_BUSY_TIMEOUT if left is None else left
        driver.execute(f"PRAGMA busy_timeout = {math.ceil(wait * 1000)}")
    if end is None:
        driver.set_progress_handler(None, 0)
    else:
        driver.set_progress_handler(lambda: time.monotonic() > end, _SQLITE_INSTRUCTIONS)


# After so many calls in a row that have much less time than its limit, a session gets theirs.
_CALLS = 16


class SessionLimit:
    """MariaDB's max_statement_time of one session; it follows the time that its calls have left.

    Attributes:
        seconds: the limit; 0.0 for none.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._distant = 0

    def next(self, left: float | None) -> str | None:
        """The statement that has to precede a call with so many seconds left; None for none."""
        self._distant = 0 if is_near(left, self.seconds) else self._distant + 1
        wanted = session_limit(left, self.seconds if self._distant < _CALLS else 0.0)
        if wanted == self.seconds:
            return None
        self.seconds, self._distant = wanted, 0
        return f"SET SESSION max_statement_time={wanted}"
