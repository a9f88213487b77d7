"""Bring a database's tables up to date: `migrate(engine)`, and ask how far they are: `state(engine)`."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, exc

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Unavailable

from ..database.errors import is_lock_timeout, translated
from ..database.transactions import reading, run_in_transaction
from ..schema.changes import CHANGES
from ..schema.phase import Phase
from ..schema.progress import phase
from ..schema.serves import SERVES, Serves
from ..search.indexing import collages_missed, index_collages

if TYPE_CHECKING:
    from ..schema.lock import Tell

__all__ = ["MigrationState", "index_missed", "migrate", "state"]

HEAD = SERVES.expand
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
    """How far a database is, and what this version of ogrom-sources makes of that.

    Attributes:
        current: the phase of the database, None for an empty one: `0006+0007`, the last revision and the contracts
            that are finished; see `ogrom.sources.schema.phase`.
        head: the newest revision known here.
        serves: the phases that this version serves.
    """

    current: str | None
    head: str = HEAD
    serves: Serves = SERVES

    @property
    def up_to_date(self) -> bool:
        """Whether the database has all revisions of this version, or those of a newer one.

        Revisions are numbers of one length, so they compare as texts.
        """
        return self._phase.expand >= self.head

    @property
    def is_usable(self) -> bool:
        """Whether this version can serve from the tables, which may be older or newer than its own."""
        return self.serves.serves(self._phase)

    def problem(self, migrate: str = "migrate") -> str:
        """Why this version cannot serve from the tables, and what to do; empty if it can.

        Args:
            migrate: the command that brings the tables up to date, as it is to be typed.
        """
        return self.serves.problem(self._phase, migrate)

    @property
    def _phase(self) -> Phase:
        return Phase.parse(self.current or "")


def migrate(engine: Engine, *, tell: "Tell" = _log.info) -> None:
    """Run the revisions that the database lacks, and `index_missed`.

    Of two processes at once the second waits for as long as the first lives, and then does what that has left undone.

    An empty database gets our backfills and contracts too: nobody is there who needs an old form.

    Args:
        tell: is told what is waited for: another process, or a table that a long transaction uses.

    Raises:
        Unavailable: the database cannot be reached, or a transaction kept a table for a minute and a half.
        Refused: a change would do harm on these tables.
        Blocked: a change did not get the lock of a table; the message names the connection that holds it.
    """
    # What changes tables is not imported by a service, which only asks how far they are.
    from ..schema.lock import migration_lock
    from ..schema.runner import finish_all

    before = state(engine)
    if not before.up_to_date:
        with translated(_SOURCE, _NOBODY), _one_at_a_time, migration_lock(engine, tell) as connection:
            if not _state(connection).up_to_date:
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
    """How far a database is; a service can answer when the state `is_usable`.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with reading(engine, _SOURCE, _NOBODY) as connection:
        return _state(connection)


def _state(connection: Connection) -> MigrationState:
    found = phase(connection)
    return MigrationState(str(found) if found.expand else None)


def _upgrade(connection: Connection, tell: "Tell" = _log.info) -> None:
    # Alembic takes half a second to import, and a database that is up to date does not need it.
    from alembic import command
    from alembic.config import Config

    from ..schema.open_transactions import blocker

    config = Config()
    # The parser behind Config takes a percent sign for the beginning of a variable.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    for left in reversed(range(_TRIES)):
        try:
            command.upgrade(config, "head")
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
