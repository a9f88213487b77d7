"""The deadline of the current call, and statements that end at it by the database's own means."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event

# How long a writer of SQLite waits for the one before it where there is no deadline, in seconds.
SQLITE_BUSY_TIMEOUT = 5.0

# SQLite asks every so many of its instructions whether to go on; a few microseconds apart.
_SQLITE_INSTRUCTIONS = 10_000

_CURRENT: ContextVar[float | None] = ContextVar("ogrom_deadline", default=None)


@contextmanager
def until(deadline: float | None) -> Iterator[None]:
    """Make it, on `time.monotonic()`'s clock, the deadline of all that this thread does with a database."""
    token = _CURRENT.set(deadline)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_deadline() -> float | None:
    """The deadline of the call that this thread serves, on `time.monotonic()`'s clock."""
    return _CURRENT.get()


def time_left() -> float | None:
    """The seconds until the current deadline, never below 0.0; None where there is none."""
    deadline = current_deadline()
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def watch_deadlines(engine: Engine) -> None:
    """Make every statement on a connection of this engine obey the current deadline."""
    event.listen(engine, "before_cursor_execute", _limit, retval=True)


def limited(dialect: Dialect, cursor: Any, statement: str) -> str:
    """The statement in a form that ends at the current deadline; SQLite is told beside it."""
    if dialect.name == "sqlite":
        _watch_sqlite(cursor.connection, statement)
        return statement
    return _limited_mysql(dialect, statement)


def _limit(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> tuple[str, Any]:
    # The driver of MySQL joins the rows of an executemany only if the statement begins with INSERT.
    if many and connection.dialect.name != "sqlite":
        return statement, parameters
    return limited(connection.dialect, cursor, statement), parameters


def _limited_mysql(dialect: Dialect, statement: str) -> str:
    left = time_left()
    if left is None:
        return statement
    # Zero would mean "without limit"; rounded up, so that the deadline has passed when the server says so.
    milliseconds = max(1, math.ceil(left * 1000))
    if getattr(dialect, "is_mariadb", False):
        return f"SET STATEMENT max_statement_time={milliseconds / 1000:.3f} FOR {statement}"
    if statement.startswith("SELECT"):
        return f"SELECT /*+ MAX_EXECUTION_TIME({milliseconds}) */" + statement.removeprefix("SELECT")
    return statement


def _watch_sqlite(driver: Any, statement: str) -> None:
    end, left = current_deadline(), time_left()
    if statement.startswith("BEGIN"):
        wait = SQLITE_BUSY_TIMEOUT if left is None else left
        driver.execute(f"PRAGMA busy_timeout = {math.ceil(wait * 1000)}")
    if end is None:
        driver.set_progress_handler(None, 0)
    else:
        driver.set_progress_handler(lambda: time.monotonic() > end, _SQLITE_INSTRUCTIONS)
