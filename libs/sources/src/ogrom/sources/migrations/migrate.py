"""Bring a database's tables up to date: `migrate(engine)`, and ask how far they are: `state(engine)`."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable

from ..database.engine import unhurried
from ..database.errors import translated
from ..database.transactions import named_lock, reading, run_in_transaction
from ..schema.changes import CHANGES
from ..schema.runner import finish_all
from ..search.indexing import collages_missed, index_collages

__all__ = ["MigrationState", "index_missed", "migrate", "state"]

HEAD = "0005"
"""The newest revision in `versions`."""

_SOURCE = "database"
_NOBODY = Context(locale="")
_SCRIPTS = Path(__file__).parent

# How long to wait for another process that migrates the same database, in seconds.
_PATIENCE = 50

# Alembic keeps the running migration in a module variable.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class MigrationState:
    """The revision that a database is at, and the one that this version of ogrom-sources needs.

    Attributes:
        current: the revision of the database, None for an empty one.
        head: the newest revision known here.
    """

    current: str | None
    head: str = HEAD

    @property
    def up_to_date(self) -> bool:
        """Whether the tables are what this version needs."""
        return self.current == self.head

    @property
    def is_usable(self) -> bool:
        """Whether this version can serve from the tables: they are its own, or those of a newer version.

        A migration keeps what the version before it needs, so that a release can be rolled back. Revisions are
        numbers of one length, so they compare as texts.
        """
        return self.current is not None and self.current >= self.head


def migrate(engine: Engine) -> None:
    """Run the revisions that the database lacks, and `index_missed`; of two processes at once the second waits.

    An empty database gets our backfills and contracts too: nobody is there who needs an old form.

    Raises:
        Unavailable: the database cannot be reached, or another process is migrating it and takes too long.
    """
    before = state(engine)
    if not before.is_usable:
        with translated(_SOURCE, _NOBODY), _one_at_a_time, _locked(engine) as connection:
            _upgrade(connection)
    if before.current is None:
        finish_all(engine, CHANGES)
    index_missed(engine)


def index_missed(engine: Engine) -> int:
    """Index the collages that a release before revision 0002 has stored since: during a deploy it still writes them.

    Where there is none, that reads the titles of all collages once.

    Returns:
        How many had to be indexed.

    Raises:
        Unavailable: the database cannot be reached.
    """
    last = indexed = 0
    while ids := _missed(engine, last):
        indexed += run_in_transaction(engine, _SOURCE, _NOBODY, partial(index_collages, collage_ids=ids))
        last = ids[-1]
    return indexed


def state(engine: Engine) -> MigrationState:
    """The revision that a database is at; a service can start when the state `is_usable`.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with translated(_SOURCE, _NOBODY), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return MigrationState(None)
        return MigrationState(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _upgrade(connection: Connection) -> None:
    # Alembic takes half a second to import, and a database that is up to date does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # The parser behind Config takes a percent sign for the beginning of a variable.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _missed(engine: Engine, after: int) -> list[int]:
    with reading(engine, _SOURCE, _NOBODY) as connection:
        return collages_missed(connection, after)


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that no other process's migration can enter."""
    with unhurried(engine) as connection, connection.begin():
        # On SQLite BEGIN IMMEDIATE is the lock already, and holds until the last CREATE is committed.
        if engine.dialect.name == "sqlite":
            yield connection
        else:
            # A named lock, because MySQL ends the transaction at the first CREATE.
            with named_lock(connection, "migrate", _PATIENCE) as taken:
                if not taken:
                    raise Unavailable(
                        _SOURCE, f"another process has been migrating it for {_PATIENCE} seconds"
                    )
                yield connection
