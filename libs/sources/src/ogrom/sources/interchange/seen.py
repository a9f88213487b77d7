"""Which offers a file has had so far, kept on disk: a file may hold more than the memory."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class SeenOffers:
    """The offers of a file, each with the line it came first on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Keep them in a database that nobody else has."""
        self._connection = connection
        connection.execute("CREATE TABLE seen (offer_id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def first(self, offer_id: str, line: int) -> int:
        """The line on which the offer came first, which is `line` if it has not come before."""
        added = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (offer_id, line))
        if added.rowcount:
            return line
        found = self._connection.execute("SELECT line FROM seen WHERE offer_id = ?", (offer_id,)).fetchone()
        first: int = found[0]
        return first

    def among(self, offer_ids: Collection[str]) -> set[str]:
        """Those of some thousand offers that have come."""
        marks = ", ".join("?" * len(offer_ids))
        rows = self._connection.execute(
            f"SELECT offer_id FROM seen WHERE offer_id IN ({marks})",  # noqa: S608 - question marks only
            list(offer_ids),
        )
        return {offer_id for (offer_id,) in rows}


@contextmanager
def seen_offers() -> Iterator[SeenOffers]:
    """None seen yet; forgotten at the end of the block."""
    # Without a name SQLite makes a file that is gone once it is closed, and holds little of it in memory.
    connection = sqlite3.connect("", isolation_level=None)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8000"):
            connection.execute(f"PRAGMA {pragma}")
        yield SeenOffers(connection)
    finally:
        connection.close()
