"""What came of writes with an idempotency key: in the same transaction as the write, or not at all.

The key's row is the first thing that a write stores. A second write with the key waits there until the first has ended,
and finds its outcome, which is the last thing that a write stores. If the first was rolled back, the second is made.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, delete, exc, insert, select, update

from ogrom.protocols.context import Context
from ogrom.protocols.errors import KeyReused, Timeout, Unavailable, Unconfirmed, WriteUnderway
from ogrom.protocols.outcomes import Outcome

from ..database.database import Database
from ..database.errors import has_waited_too_long
from .tables import idempotency_keys

__all__ = ["KEPT_FOR", "KEPT_KEYS", "SqlOutcomes", "run_once"]

KEPT_FOR = timedelta(days=1)
"""For how long a key is kept; then one of the next writes with a key deletes it."""

KEPT_KEYS = 1000
"""How many of the latest keys of a principal are kept in each market."""

REPEATED_FOR = timedelta(minutes=1)
"""For how long a key is kept even if there are more: its client may still be sending it again."""

_NAME = "outcomes"

# How many keys of a kind a write deletes, and for how many seconds its answer waits for that.
_BATCH = 10
_PATIENCE = 0.5

_THIS = (
    (idempotency_keys.c.user_id == bindparam("user"))
    & (idempotency_keys.c.locale == bindparam("market"))
    & (idempotency_keys.c.key == bindparam("text"))
)
_FIND = select(idempotency_keys.c.outcome).where(_THIS)
_TAKE = insert(idempotency_keys).values(
    user_id=bindparam("user"), locale=bindparam("market"), key=bindparam("text"), outcome=""
)
_KEEP = update(idempotency_keys).where(_THIS).values(outcome=bindparam("kept"))
_OLD = (
    select(idempotency_keys.c.id)
    .where(idempotency_keys.c.created_at < bindparam("before"))
    .order_by(idempotency_keys.c.created_at)
    .limit(_BATCH)
)
_OF_USER = (idempotency_keys.c.user_id == bindparam("user")) & (
    idempotency_keys.c.locale == bindparam("market")
)
_BEYOND = (
    select(idempotency_keys.c.id)
    .where(
        _OF_USER,
        idempotency_keys.c.id
        <= select(idempotency_keys.c.id)
        .where(_OF_USER)
        .order_by(idempotency_keys.c.id.desc())
        .limit(1)
        .offset(bindparam("most"))
        .scalar_subquery()
        .correlate(None),
        idempotency_keys.c.created_at < bindparam("settled"),
    )
    .order_by(idempotency_keys.c.id)
    .limit(_BATCH)
)
_DROP = delete(idempotency_keys).where(idempotency_keys.c.id.in_(bindparam("ids", expanding=True)))

_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(Outcome)


@dataclass(frozen=True)
class SqlOutcomes:
    """An OutcomeSource over the store behind `database`."""

    database: Database

    def outcome(self, ctx: Context) -> Outcome | None:
        this = _this(ctx)
        # A replica may not know it yet, and then the write would be made again.
        rows = () if this is None else self.database.read(_NAME, replace(ctx, fresh=True), _FIND, this)
        return next((_outcome(row[0]) for row in rows), None)


def run_once(
    database: Database, source: str, ctx: Context, write: Callable[[Connection], Outcome]
) -> Outcome:
    """Run `write` in a transaction, unless one with the key of `ctx` was run already.

    Args:
        write: as for `run_in_transaction`.

    Returns:
        What `write` returns, or what the first write has returned.

    Raises:
        WriteUnderway: the first one has not ended before the deadline.
        KeyReused: the key belongs to another write.
        SourceError: as `run_in_transaction`.
    """
    this = _this(ctx)
    if this is None:
        return database.run_in_transaction(source, ctx, write)
    assert ctx.key is not None
    fingerprint, place = ctx.key.fingerprint, tuple(this.values())
    made: list[Outcome] = []
    is_second = place in database.under_way

    def write_once(connection: Connection) -> Outcome:
        made.clear()
        known = _take(connection, source, ctx, this)
        if known is not None:
            return known
        outcome = replace(write(connection), fingerprint=fingerprint)
        connection.execute(_KEEP, {**this, "kept": msgspec.json.encode(outcome).decode()})
        made.append(outcome)
        return outcome

    database.under_way.add(place)
    try:
        outcome = database.run_in_transaction(source, ctx, write_once)
    except Timeout as error:
        # SQLite lets a writer wait, and does not say for whom.
        if is_second and not isinstance(error, Unconfirmed):
            raise _underway(source) from error
        raise
    finally:
        if not is_second:
            database.under_way.discard(place)
    if outcome.fingerprint != fingerprint:
        raise KeyReused(source, "the key belongs to another write; send each with a key of its own")
    if made:
        _clean(database, ctx, this)
    return outcome


def _take(connection: Connection, source: str, ctx: Context, this: dict[str, Any]) -> Outcome | None:
    """Store the key; if it is stored already, return what came of its write."""
    try:
        connection.execute(_TAKE, {**this, "created_at": datetime.now(UTC)})
    except exc.IntegrityError:
        known = connection.execute(_FIND, this).first()
        if known is None:
            raise
        return _outcome(known[0])
    except exc.DBAPIError as error:
        if has_waited_too_long(error, ctx):
            raise _underway(source) from error
        raise
    return None


def _underway(source: str) -> WriteUnderway:
    return WriteUnderway(source, "another write with this key had not ended at the deadline")


def _clean(database: Database, ctx: Context, this: dict[str, Any]) -> None:
    """Delete a few of the keys that need not be kept; what is left is for the next write."""
    patience = min(_PATIENCE, _PATIENCE if (left := ctx.remaining()) is None else left)
    soon = replace(ctx, deadline=time.monotonic() + patience)
    try:
        now = datetime.now(UTC)
        old = database.read(_NAME, soon, _OLD, {"before": now - KEPT_FOR})
        beyond = database.read(
            _NAME, soon, _BEYOND, {**this, "most": KEPT_KEYS, "settled": now - REPEATED_FOR}
        )
        if ids := sorted({row[0] for row in (*old, *beyond)}):
            database.run_in_transaction(
                _NAME, soon, lambda connection: connection.execute(_DROP, {"ids": ids})
            )
    except Exception:  # noqa: BLE001  # the write is stored, and its answer must not say otherwise
        _log.warning("old idempotency keys could not be deleted", exc_info=True)


def _this(ctx: Context) -> dict[str, Any] | None:
    """Which row is meant; None where there is no key, or nobody whose key it would be."""
    if ctx.key is None or ctx.principal is None:
        return None
    return {"user": ctx.principal.user_id, "market": ctx.locale, "text": ctx.key.text.encode()}


def _outcome(stored: str) -> Outcome:
    try:
        return _decoder.decode(stored)
    except msgspec.ValidationError as error:
        message = f"the outcome of this write was stored by a newer release: {error}"
        raise Unavailable(_NAME, message) from error
