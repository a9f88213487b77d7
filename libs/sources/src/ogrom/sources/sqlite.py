"""Engines for SQLite, the embedded default."""

from pathlib import Path
from sqlite3 import Connection

from sqlalchemy import URL, Engine, create_engine, event

from .deadlines import SQLITE_BUSY_TIMEOUT

FORM = "sqlite:///path"

_PRAGMAS = (
    # Readers do not wait for the writer, nor the writer for them.
    "PRAGMA journal_mode = WAL",
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
        pool_size=pool_size,
        pool_timeout=pool_timeout,
        max_overflow=0,
    )

    @event.listens_for(made, "connect")
    def configure(connection: Connection, record: object) -> None:
        # The driver shall begin nothing by itself; `ogrom.sources.engine` says when a transaction begins.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    return made
