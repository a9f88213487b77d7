"""Engines for SQLite, the embedded default."""

import time
from pathlib import Path
from sqlite3 import Connection, OperationalError

from sqlalchemy import URL, Engine, create_engine, event

from .deadlines import SQLITE_BUSY_TIMEOUT, time_left
from .pool import DeadlinePool

_PRAGMAS = (
    # A commit survives the end of the process; only a power cut can lose the last ones, never the file.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)


def engine(url: URL, pool_size: int, pool_timeout: float) -> Engine:
    """An Engine with a pool of at most `pool_size` connections to one file; its folder is made."""
    assert url.database is not None
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(
        url,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT},
        poolclass=DeadlinePool,
        pool_size=pool_size,
        pool_timeout=pool_timeout,
        max_overflow=0,
        # Each connection has a page cache of its own: the one used last has what is asked for most.
        pool_use_lifo=True,
    )

    @event.listens_for(made, "connect")
    def configure(connection: Connection, record: object) -> None:
        # The driver must not begin transactions; `ogrom.sources.database.engine` does.
        connection.isolation_level = None
        try:
            _write_ahead(connection)
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        except BaseException:
            # No pool has it yet.
            connection.close()
            raise

    return made


def _write_ahead(connection: Connection) -> None:
    """Keep a write-ahead log, so that readers do not wait for the writer, nor the writer for them.

    Where others make a new file's log at the same moment SQLite fails at once, whatever `timeout` says.
    """
    left = time_left()
    end = time.monotonic() + (SQLITE_BUSY_TIMEOUT if left is None else left)
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.005)
        else:
            return
