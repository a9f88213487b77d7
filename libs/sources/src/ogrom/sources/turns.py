"""Writers that go one after the other: of two imports, each batch has its turn."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable

from .engine import READS
from .errors import translated
from .locks import named_lock

_SOURCE = "database"

# How long to wait for a turn, in seconds; a batch takes one or two.
_PATIENCE = 50


@contextmanager
def turn(engine: Engine, purpose: str) -> Iterator[None]:
    """Let nobody else in who does this on the same database; call it around a transaction.

    On SQLite a transaction is a turn already. The lock has a connection of its own, so that it ends after the
    transaction.

    Raises:
        Unavailable: others took too long.
    """
    if engine.dialect.name == "sqlite":
        yield
        return
    # Whoever has its turn tells its own errors; Conflict and the like pass through here as they are.
    with translated(_SOURCE, Context(locale="")), engine.connect() as plain:
        connection = plain.execution_options(**{READS: True})
        with named_lock(connection, purpose, _PATIENCE) as taken:
            if not taken:
                raise Unavailable(_SOURCE, f"another {purpose} has written for {_PATIENCE} seconds")
            yield
