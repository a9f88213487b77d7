"""Backfill: fills the rows from before an expand, in batches beside the load."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Dialect, Engine, exc, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import SourceError

from ..database.errors import is_lock_timeout, is_serialization_failure
from ..database.transactions import run_in_transaction
from .batches import last_of_batch, rows_of_batch
from .change import Change, Operation, Step
from .lock import backfill_lock
from .progress import State, begin, finish, progress, put_place, require
from .scan import TwoForms

__all__ = ["Backfill", "backfill"]

_SOURCE = "database"
_NOBODY = Context(locale="")
# How often a batch is tried that does not get a row.
_TRIES = 20


@dataclass(frozen=True)
class Backfill(Operation):
    """One pass over a table by its primary key.

    Attributes:
        key: the primary key's columns, whole numbers or texts.
        fill: the statement that fills the rows for which a condition holds, given the dialect and the condition. Rows
            that it has filled are as they are when it runs again.
        forms: what gave the rows the second form that it fills, if it fills one; a scan looks for differences there.
    """

    table: str
    key: tuple[str, ...]
    fill: Callable[[Dialect, str], str]
    forms: TwoForms | None = None

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """None: the function `backfill` runs it, in batches."""
        return ()


def backfill(
    engine: Engine,
    change: Change,
    *,
    size: int | Callable[[], int] = 1000,
    again: bool = False,
    between: Callable[[], None] = lambda: None,
) -> None:
    """Run a backfill to its end, from where it has got to; of two at once the second waits.

    A batch waits a second for a row that a client has locked, then lets go of all, and is tried again after a rest.

    Args:
        change: has one operation, a Backfill.
        size: how many rows a transaction looks at; if it is called, just before each.
        again: from the first row on, although it may be finished.
        between: called between two transactions, to slow down for the load, or to stop by an exception.

    Raises:
        Refused: a change before it is not finished.
        SourceError: see `ogrom.sources.database.errors.translated`; what is filled stays filled.
    """
    (operation,) = change.operations
    assert isinstance(operation, Backfill), f"{change.name} is no backfill"
    with backfill_lock(engine) as keep:
        run_in_transaction(engine, _SOURCE, _NOBODY, partial(_begin, change=change, again=again))
        failures, more = 0, True
        while more:
            rows = size() if callable(size) else size
            step = partial(_batch, change=change, operation=operation, size=rows)
            try:
                more, failures = run_in_transaction(engine, _SOURCE, _NOBODY, step), 0
            except SourceError as error:
                failures += 1
                if failures == _TRIES or not _gave_way(error):
                    raise
            if more:
                between()
                keep()


def _gave_way(error: SourceError) -> bool:
    """Whether a row was in use, so that the batch is rolled back and may be tried again."""
    cause = error.__cause__
    return isinstance(cause, exc.DBAPIError) and (is_lock_timeout(cause) or is_serialization_failure(cause))


def _begin(connection: Connection, change: Change, again: bool) -> None:
    require(connection, change)
    begin(connection, change, again=again)


def _batch(connection: Connection, change: Change, operation: Backfill, size: int) -> bool:
    """Fill the next batch; whether there may be another one."""
    found = progress(connection, change.name)
    if found.state is State.FINISHED:
        return False
    place = json.loads(found.place or "[]")
    last = last_of_batch(connection, operation.table, operation.key, place, size)
    if last is None:
        finish(connection, change)
        return False
    rows, values = rows_of_batch(connection.dialect, operation.key, place, last)
    with _row_lock_wait(connection):
        connection.execute(text(operation.fill(connection.dialect, rows)), values)
    put_place(connection, change, json.dumps(last))
    return True


@contextmanager
def _row_lock_wait(connection: Connection) -> Iterator[None]:
    """Wait a second for a row at most: what the batch has locked already is locked meanwhile."""
    if connection.dialect.name == "sqlite":
        yield
        return
    usual = connection.scalar(text("SELECT @@innodb_lock_wait_timeout"))
    connection.execute(text("SET SESSION innodb_lock_wait_timeout = 1"))
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.execute(text(f"SET SESSION innodb_lock_wait_timeout = {usual}"))
