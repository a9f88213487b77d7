"""What a deploy does to a database beside the expands: one scan, one backfill, one contract, named by its number."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine

from ogrom.protocols.context import Context

from ..database.transactions import reading
from .backfill import Backfill
from .change import Change, Kind, Refused
from .changes import CHANGES
from .lock import Tell
from .pace import pace_of, paced_backfill
from .progress import State, progress
from .runner import check_contract, contract
from .scan import differences
from .serves import SERVES

__all__ = ["run_backfill", "run_contract", "run_scan"]

_SOURCE = "database"
_NOBODY = Context(locale="")
# Between two lines about a backfill, in seconds.
_BETWEEN_LINES = 10.0


def run_scan(engine: Engine, number: str, tell: Tell, service: str = "") -> str:
    """Look whether a backfill has filled all rows, and none has changed in one form alone; or a contract could begin.

    Args:
        tell: is told of versions of the own service that need the old form.
        service: whose versions the caller knows about; see `runner.contract`.

    Returns:
        What was found, in a sentence.

    Raises:
        Refused: it has not; the message says what to do.
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    change = _known(number, Kind.BACKFILL, Kind.CONTRACT)
    if change.kind is Kind.CONTRACT:
        _expect_unused(change)
        check_contract(engine, change, service=service, tell=tell)
        return f"nothing is in the way of {change.name}"
    if not _is_finished(engine, change):
        raise Refused(f"{change.name} is not finished; run `migrate --backfill {number}`")
    if keys := _differences(engine, change):
        raise Refused(
            f"{change.name}: rows whose two forms differ, such as {keys[0]} in {_operation(change).table}; find out who"
            f" has changed one form alone, and run `migrate --backfill {number}`"
        )
    return f"{change.name} is finished, and both forms are the same"


def run_backfill(engine: Engine, number: str, tell: Tell, reader: Engine | None = None) -> str:
    """Run a backfill, or the rest of it, at the pace that the load allows; one that is finished again if rows differ.

    Args:
        tell: is told now and then how far it is, and what it waits for.
        reader: the replica's engine, if there is one: the backfill waits while that is behind.

    Returns:
        What was done, in a sentence.

    Raises:
        Refused: a change before it is not finished.
        Stopped: by SIGTERM, or the replica did not catch up.
        SourceError: see `ogrom.sources.database.errors.translated`; what is filled stays filled.
    """
    change = _known(number, Kind.BACKFILL)
    again = _is_finished(engine, change) and bool(_differences(engine, change))
    paced_backfill(engine, change, reader, again=again, between=_Told(engine, change, tell), tell=tell)
    return f"{change.name} is finished"


def run_contract(engine: Engine, number: str, tell: Tell, service: str = "") -> str:
    """Run a contract, or the rest of it. Whoever calls this knows that nothing deployed, nor kept, needs the old form.

    Args:
        service: whose versions the caller knows about; see `runner.contract`.
        tell: is told who is waited for.

    Returns:
        What was done, in a sentence.

    Raises:
        Refused: this version needs what it takes away, or see `runner.contract`.
        Blocked: a step did not get its lock.
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    change = _known(number, Kind.CONTRACT)
    _expect_unused(change)
    contract(engine, change, service=service, tell=tell)
    return f"{change.name} is finished"


def _known(number: str, *kinds: Kind) -> Change:
    known = {each.number: each for each in CHANGES if each.kind in kinds}
    if number not in known:
        raise Refused(
            f"this version knows no {' or '.join(kinds)} {number}; it knows {', '.join(known) or 'none'}"
        )
    return known[number]


def _expect_unused(change: Change) -> None:
    if change.number in SERVES.until:
        raise Refused(
            f"{change.name} takes away what this version uses; deploy one that does not use it first"
        )


def _operation(change: Change) -> Backfill:
    (operation,) = change.operations
    assert isinstance(operation, Backfill)
    return operation


def _is_finished(engine: Engine, change: Change) -> bool:
    with reading(engine, _SOURCE, _NOBODY) as connection:
        return progress(connection, change.name).state is State.FINISHED


def _differences(engine: Engine, change: Change) -> Sequence[tuple[Any, ...]]:
    forms = _operation(change).forms
    if forms is None:
        return ()
    with reading(engine, _SOURCE, _NOBODY) as connection:
        return differences(connection, forms, between=pace_of(engine, change).between)


class _Told:
    """Tells how far a backfill is, between two of its batches; not more often than every ten seconds."""

    def __init__(self, engine: Engine, change: Change, tell: Tell) -> None:
        self.engine, self.change, self.tell = engine, change, tell
        self.last = time.monotonic()

    def __call__(self) -> None:
        """Tell it if it is time."""
        if time.monotonic() < self.last + _BETWEEN_LINES:
            return
        self.last = time.monotonic()
        with reading(self.engine, _SOURCE, _NOBODY) as connection:
            place = progress(connection, self.change.name).place
        key = ", ".join(_operation(self.change).key)
        self.tell(f"{self.change.name}: {_operation(self.change).table} filled up to {key} {place} ...")
