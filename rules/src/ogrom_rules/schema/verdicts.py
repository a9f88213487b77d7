"""What each server needs for an operation on a table with rows: the least ALGORITHM and LOCK that it takes.

MariaDB 11.8's rows are tried by tools/tests/schema/test_verdicts.py. MySQL 8.4's are what its reference manual says, in
the section given, and were not run. SQLite has neither clause.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """What one server needs for one operation."""

    algorithm: str = ""
    """INSTANT, NOCOPY (MariaDB only), INPLACE or COPY; empty where the statement takes no such clause."""
    lock: str = ""
    """NONE, SHARED (writers wait) or EXCLUSIVE (readers too); empty where the statement takes no such clause."""
    rebuilds: bool = False
    """Whether the whole table is written anew: it takes as long as the table is large."""
    session: str = ""
    """What the session must have set before."""
    section: str = ""
    """Where the server's manual says so; empty if it was tried."""

    @property
    def clause(self) -> str:
        """What ends the statement, so that the server refuses rather than degrades."""
        asked = (("ALGORITHM", self.algorithm), ("LOCK", self.lock))
        return ", ".join(f"{name}={value}" for name, value in asked if value)

    @property
    def stops_writers(self) -> bool:
        """Whether no statement writes to the table while it runs."""
        return self.lock in {"SHARED", "EXCLUSIVE"}


NO_CLAUSE = Verdict()
UNCHECKED = "SET SESSION foreign_key_checks = 0"
"""The key is not checked against the rows that are there; a scan has to do that."""

_INSTANT = Verdict("INSTANT", "NONE")
_NOCOPY = Verdict("NOCOPY", "NONE")
_INPLACE = Verdict("INPLACE", "NONE", rebuilds=True)
_COPY = Verdict("COPY", "NONE", rebuilds=True)

MARIADB: Mapping[str, Verdict] = {
    "add_column": _INSTANT,
    "add_index": _NOCOPY,
    "add_index_full_text": Verdict("INPLACE", "SHARED", rebuilds=True),
    "add_foreign_key": Verdict("NOCOPY", "NONE", session=UNCHECKED),
    "set_default": _INSTANT,
    "drop_default": _INSTANT,
    "set_null": _INSTANT,
    "set_not_null": _INPLACE,
    "widen": _INSTANT,
    "widen_past_255_bytes": _INSTANT,
    "change_type": _COPY,
    "rename_column": _INSTANT,
    "rename_table": _INSTANT,
    "ignore_index": _INSTANT,
    "heed_index": _INSTANT,
    "drop_index": _NOCOPY,
    "drop_foreign_key": _INSTANT,
    "drop_column": _INSTANT,
    "replace_primary_key": _INPLACE,
}
"""Debian's MariaDB 11.8, InnoDB."""

MARIADB_FULL_TEXT: Mapping[str, Verdict] = {}
"""Where a table with a full text index needs more than another."""


def _manual(
    topic: str, algorithm: str, lock: str = "NONE", *, rebuilds: bool = False, session: str = ""
) -> Verdict:
    # Beside INSTANT only LOCK=DEFAULT is taken (17.12).
    return Verdict(algorithm, "" if algorithm == "INSTANT" else lock, rebuilds, session, f"17.12.1, {topic}")


MYSQL: Mapping[str, Verdict] = {
    "add_column": _manual("Column Operations, Adding a column", "INSTANT"),
    "add_index": _manual("Index Operations, Creating or adding a secondary index", "INPLACE"),
    "add_index_full_text": _manual(
        "Index Operations, Adding a FULLTEXT index", "INPLACE", "SHARED", rebuilds=True
    ),
    "add_foreign_key": _manual(
        "Foreign Key Operations, Adding a foreign key constraint", "INPLACE", session=UNCHECKED
    ),
    "set_default": _manual("Column Operations, Setting a column default value", "INSTANT"),
    "drop_default": _manual("Column Operations, Dropping the column default value", "INSTANT"),
    "set_null": _manual("Column Operations, Making a column NULL", "INPLACE", rebuilds=True),
    "set_not_null": _manual("Column Operations, Making a column NOT NULL", "INPLACE", rebuilds=True),
    "widen": _manual("Column Operations, Extending VARCHAR column size", "INPLACE"),
    "widen_past_255_bytes": _manual(
        "Column Operations, Extending VARCHAR column size", "COPY", "SHARED", rebuilds=True
    ),
    "change_type": _manual(
        "Column Operations, Changing the column data type", "COPY", "SHARED", rebuilds=True
    ),
    "rename_column": _manual("Column Operations, Renaming a column", "INSTANT"),
    "rename_table": _manual("Table Operations, Renaming a table", "INSTANT"),
    "ignore_index": Verdict("INPLACE", "NONE", section="10.3.12"),
    "heed_index": Verdict("INPLACE", "NONE", section="10.3.12"),
    "drop_index": _manual("Index Operations, Dropping an index", "INPLACE"),
    "drop_foreign_key": _manual("Foreign Key Operations, Dropping a foreign key constraint", "INPLACE"),
    "drop_column": _manual("Column Operations, Dropping a column", "INSTANT"),
    "replace_primary_key": _manual(
        "Primary Key Operations, Dropping a primary key and adding another", "INPLACE", rebuilds=True
    ),
}
"""MySQL 8.4, InnoDB: what its manual says."""

MYSQL_FULL_TEXT: Mapping[str, Verdict] = {
    "add_column": _manual("Column Operations, Adding a column", "INPLACE", "SHARED", rebuilds=True),
    "drop_column": _manual("Column Operations, Dropping a column", "INPLACE", "SHARED", rebuilds=True),
}

SERVERS: Mapping[str, tuple[Mapping[str, Verdict], Mapping[str, Verdict]]] = {
    "mariadb": (MARIADB, MARIADB_FULL_TEXT),
    "mysql": (MYSQL, MYSQL_FULL_TEXT),
}
"""By server, its verdicts, and those for tables with a full text index."""


def verdict(server: str, work: str, *, full_text: bool) -> Verdict:
    """What a server needs.

    Args:
        server: one of SERVERS.
        work: an operation's `work`.
        full_text: whether the table has a full text index.
    """
    plain, with_full_text = SERVERS[server]
    found = with_full_text.get(work) if full_text else None
    return found or plain.get(work, NO_CLAUSE)
