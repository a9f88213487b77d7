"""Runs the steps of a change, so that nobody waits behind them."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine, exc, text

from ogrom.protocols.context import Context

from ..database.errors import translated
from ..database.transactions import reading
from .backfill import backfill
from .change import Change, Kind, Refused, Step
from .inspection import is_mariadb
from .lock import Tell, migration_lock
from .open_transactions import OpenTransaction, open_transactions, wait_for_old_transactions
from .progress import State, begin, finish, phase, progress, require
from .users import in_the_way

__all__ = ["REST", "Blocked", "Patience", "check_contract", "contract", "finish_all", "run"]

REST = timedelta(days=7)
"""For how long a version of another service counts after it was last seen: it may run once a week."""

_SOURCE = "database"
_NOBODY = Context(locale="")
_log = logging.getLogger(__name__)

# MySQL's and MariaDB's number for "waited too long for a lock".
_LOCKED = 1205
# Theirs for a user that lacks a privilege of the whole server: here PROCESS, which GRANT ALL ON a database leaves out.
_NO_PRIVILEGE = 1227


class Blocked(Exception):
    """A step did not get its lock; the message names the connection that held it."""


@dataclass(frozen=True)
class Patience:
    """How a step waits for its lock. Times are in seconds.

    Attributes:
        tries: how often it is tried.
        open_transactions: how long to wait for old transactions before each try.
        longest_request: how long the last lock of a long build may wait, and all who use the table behind it.
        pause: waits for as many seconds as it is told.
    """

    tries: int = 20
    open_transactions: float = 30.0
    longest_request: float = 10.0
    pause: Callable[[float], None] = time.sleep


_PATIENCE = Patience()


def run(connection: Connection, change: Change, patience: Patience = _PATIENCE) -> None:
    """Run the steps of a change that are not done; so a revision of Alembic runs an expand.

    On MySQL each step is committed by itself. On SQLite they are part of the connection's transaction.

    Raises:
        Refused: an operation would do harm on these tables.
        Blocked: a step did not get its lock; run it again when the connection that it names has gone.
    """
    for operation in change.operations:
        if (obstacle := operation.obstacle(connection)) is not None:
            raise Refused(f"{change.name}: {obstacle}")
        for step in operation.steps(connection.dialect):
            if not step.is_done(connection):
                _run(connection, change, step, patience)


def contract(
    engine: Engine,
    change: Change,
    patience: Patience = _PATIENCE,
    *,
    service: str = "",
    rest: timedelta = REST,
    tell: Tell = _log.info,
) -> None:
    """Run a contract, or the rest of it; of two migrations at once the second waits for the first.

    Whoever calls this knows that no version of the own service that is deployed, or kept for a rollback, needs what
    it takes away. Other services have entered what they serve: see `ogrom.sources.schema.users`.

    Args:
        service: the own one, about whose versions the caller knows more than the table does; they are told of.
        rest: for how long a version counts that has been seen.
        tell: is told who is waited for.

    Raises:
        Refused: a change before it is not finished, another service needs the old form, or an operation would do harm
            on these tables.
        Blocked: as in `run`.
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    with translated(_SOURCE, _NOBODY), migration_lock(engine, tell) as connection:
        require(connection, change)
        if progress(connection, change.name).state is not State.FINISHED:
            _require_others(connection, change, service, rest, tell)
            begin(connection, change)
            run(connection, change, patience)
            finish(connection, change)


def check_contract(
    engine: Engine, change: Change, *, service: str = "", rest: timedelta = REST, tell: Tell = _log.info
) -> None:
    """See that nothing keeps a contract from beginning, and change nothing; it can be refused later all the same.

    Args:
        service: as in `contract`.
        rest: as in `contract`.
        tell: is told of versions of the own service that need the old form.

    Raises:
        Refused: as in `contract`.
        SourceError: see `ogrom.sources.database.errors.translated`.
    """
    with reading(engine, _SOURCE, _NOBODY) as connection:
        require(connection, change)
        if progress(connection, change.name).state is State.FINISHED:
            return
        _require_others(connection, change, service, rest, tell)
        for operation in change.operations:
            if all(step.is_done(connection) for step in operation.steps(connection.dialect)):
                continue
            if (obstacle := operation.obstacle(connection)) is not None:
                raise Refused(f"{change.name}: {obstacle}")
            return  # what is in the way of the next one may have gone once this one is done


def _require_others(
    connection: Connection, change: Change, service: str, rest: timedelta, tell: Tell
) -> None:
    users = in_the_way(connection, phase(connection), change.number, rest)
    for user in users:
        if user.service == service:
            tell(
                f"{user} does not serve the tables after {change.name}; see that it has gone, and stays so ..."
            )
    if others := [user for user in users if user.service != service]:
        user, them = others[0], "; ".join(map(str, others))
        raise Refused(
            f"{change.name} takes away what this needs, or may need: {them}. Upgrade it to a version that serves the"
            f" tables after that. If it is gone for good, run DELETE FROM schema_users WHERE service = '{user.service}'"
            f" AND version = '{user.version}'; {rest.days} days after it was last seen it does not count any more"
        )


def finish_all(engine: Engine, changes: Iterable[Change], patience: Patience = _PATIENCE) -> None:
    """Run every backfill and contract: for a database that was empty, where nobody needs an old form."""
    for change in changes:
        if change.kind is Kind.BACKFILL:
            backfill(engine, change)
        elif change.kind is Kind.CONTRACT:
            contract(engine, change, patience)


def _run(connection: Connection, change: Change, step: Step, patience: Patience) -> None:
    if connection.dialect.name == "sqlite":
        step.run(connection)
        return
    holders: Sequence[OpenTransaction] = ()
    for tried in range(patience.tries):
        if tried:
            # An instant step that does not get its lock has cost nobody anything, so at first it is soon tried again.
            patience.pause(min(0.1 * 2**tried, 5.0))
        holders = _seen(
            step, lambda: wait_for_old_transactions(connection, patience.open_transactions, patience.pause)
        )
        if not holders and _try(connection, step, patience):
            return
    if not holders:
        # The server tells of transactions as they were a tenth of a second ago.
        patience.pause(0.2)
        holders = _seen(step, lambda: open_transactions(connection))
    raise Blocked(_blocked(change, step, holders, patience))


def _seen(step: Step, ask: Callable[[], Sequence[OpenTransaction]]) -> Sequence[OpenTransaction]:
    """The transactions that are open; none where this user may not see them and the step holds up nobody anyhow."""
    try:
        return ask()
    except exc.DBAPIError as error:
        if step.is_instant and getattr(error.orig, "errno", None) == _NO_PRIVILEGE:
            return ()
        raise


def _try(connection: Connection, step: Step, patience: Patience) -> bool:
    """Whether the step got its lock."""
    try:
        with _lock_wait(connection, 0.0 if step.is_instant else patience.longest_request):
            step.run(connection)
    except exc.DBAPIError as error:
        if getattr(error.orig, "errno", None) != _LOCKED:
            raise
        return False
    return True


@contextmanager
def _lock_wait(connection: Connection, seconds: float) -> Iterator[None]:
    """How long a statement waits for a table; 0.0 is NOWAIT, which MySQL lacks: there it is a second."""
    least = 0 if is_mariadb(connection.dialect) else 1
    usual = connection.scalar(text("SELECT @@lock_wait_timeout"))
    connection.execute(text(f"SET SESSION lock_wait_timeout = {max(round(seconds), least)}"))
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.execute(text(f"SET SESSION lock_wait_timeout = {usual}"))


def _blocked(change: Change, step: Step, holders: Sequence[OpenTransaction], patience: Patience) -> str:
    if holders:
        blame = f"{holders[0]} held it up; wait for its end, or end it with KILL {holders[0].connection}"
    else:
        blame = (
            "no open transaction is to be seen, for which it takes the privilege PROCESS; look for LOCK TABLES and for"
            " backups in SHOW PROCESSLIST"
        )
    return (
        f"{change.name}: no lock for {step.text[:100]!r} in {patience.tries} tries: {blame}."
        " Then run it again; what was done before stays done"
    )
