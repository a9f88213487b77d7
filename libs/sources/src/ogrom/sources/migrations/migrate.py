"""Bring a database's tables up to date: `migrate(engine)`, and ask how far they are: `state(engine)`."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, exc, inspect, text

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable

from ..database.errors import is_lock_timeout, translated
from ..database.transactions import reading, run_in_transaction
from ..schema.changes import CHANGES
from ..schema.lock import Tell, migration_lock
from ..schema.open_transactions import blocker
from ..schema.runner import Blocked, finish_all
from ..search.indexing import collages_missed, index_collages

__all__ = ["MigrationState", "index_missed", "migrate", "state"]

HEAD = "0005"
"""The newest revision in `versions`."""

_SOURCE = "database"
_NOBODY = Context(locale="")
_SCRIPTS = Path(__file__).parent

# How often a table that is in use is tried, and how long its users have it between two tries, in seconds.
_TRIES = 30
_PAUSE = 2.0

_log = logging.getLogger(__name__)

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


def migrate(engine: Engine, *, tell: Tell = _log.info) -> None:
    """Run the revisions that the database lacks, and `index_missed`.

    Of two processes at once the second waits for as long as the first lives, and then does what that has left undone.

    An empty database gets our backfills and contracts too: nobody is there who needs an old form.

    Args:
        tell: is told what is waited for: another process, or a table that a long transaction uses.

    Raises:
        Unavailable: the database cannot be reached, or a transaction kept a table for a minute and a half.
    """
    before = state(engine)
    if not before.is_usable:
        with translated(_SOURCE, _NOBODY), _one_at_a_time, migration_lock(engine, tell) as connection:
            if not _state(connection).is_usable:
                _upgrade(connection, tell)
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
    with reading(engine, _SOURCE, _NOBODY) as connection:
        return _state(connection)


def _state(connection: Connection) -> MigrationState:
    if not inspect(connection).has_table("alembic_version"):
        return MigrationState(None)
    return MigrationState(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _upgrade(connection: Connection, tell: Tell = _log.info) -> None:
    # Alembic takes half a second to import, and a database that is up to date does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # The parser behind Config takes a percent sign for the beginning of a variable.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    for left in reversed(range(_TRIES)):
        try:
            command.upgrade(config, "head")
        except Blocked as error:
            raise Unavailable(_SOURCE, f"{error}") from error
        except exc.DBAPIError as error:
            if not is_lock_timeout(error):
                raise
            who = blocker(connection)
            if not left:
                message = (
                    f"{who} has kept a table from being changed, {_TRIES} times; end it, then migrate again"
                )
                raise Unavailable(_SOURCE, message) from error
            tell(f"A table is in use by {who} and is tried again in {_PAUSE:.0f} s ...")
        else:
            break
        time.sleep(_PAUSE)


def _missed(engine: Engine, after: int) -> list[int]:
    with reading(engine, _SOURCE, _NOBODY) as connection:
        return collages_missed(connection, after)
