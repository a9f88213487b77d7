"""What each server needs for an operation on a table with rows: the best ALGORITHM and LOCK that it takes.

MariaDB 11.8's rows are tried by tools/tests/schema/test_verdicts.py. MySQL 8.4's are what its reference manual says, in
the section given, and were not run. SQLite has neither clause.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """What one server needs for one operation."""

    algorithm: str = ""
    """INSTANT, NOCOPY (MariaDB only), INPLACE or COPY; empty where the statement takes no such clause."""
    lock: str = ""
    """NONE, SHARED (writers wait) or EXCLUSIVE (readers too); empty where the statement takes no such clause, or not
    NONE and is brief."""
    rebuilds: bool = False
    """Whether the whole table is written anew: it takes as long as the table is large."""
    is_brief: bool = False
    """Whether it changes no row, so that the lock is held for a moment."""
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
        """Whether no statement writes to the table for as long as it is large."""
        return self.lock in {"SHARED", "EXCLUSIVE"} and not self.is_brief


NO_CLAUSE = Verdict()
UNCHECKED = "SET SESSION foreign_key_checks = 0"
"""The key is not checked against the rows that are there; a scan has to do that."""

_INSTANT = Verdict("INSTANT", "NONE")
_NOCOPY = Verdict("NOCOPY", "NONE")
_INPLACE = Verdict("INPLACE", "NONE", rebuilds=True)
_COPY = Verdict("COPY", "NONE", rebuilds=True)

FULL_TEXT, CASCADE = "full text", "cascade"
"""A full text index, and a foreign key with ON ... CASCADE or SET NULL: a table with one may need more than another."""


@dataclass(frozen=True)
class Server:
    """What is known of one server."""

    name: str
    verdicts: Mapping[str, Verdict]
    """By an operation's `work`."""
    with_full_text: Mapping[str, Verdict]
    """Those that differ on a table with a full text index."""
    held_by_cascade: str
    """The algorithm that needs LOCK=SHARED on a table with a cascade."""
    section: str = ""
    """Where the manual says that."""


MARIADB = Server(
    "MariaDB 11.8",
    {
        "add_column": _INSTANT,
        "add_index": _NOCOPY,
        "add_index_full_text": _COPY,
        "add_foreign_key": Verdict("INSTANT", "NONE", session=UNCHECKED),
        "set_default": _INSTANT,
        "drop_default": _INSTANT,
        "set_null": _INPLACE,
        "set_not_null": _INPLACE,
        "widen": _INSTANT,
        "widen_past_255_bytes": _COPY,
        "ignore_index": _INSTANT,
        "heed_index": _INSTANT,
        "drop_index": _NOCOPY,
        "drop_foreign_key": _INSTANT,
        "drop_column": _INSTANT,
        "replace_primary_key": _INPLACE,
    },
    dict.fromkeys(("add_column", "drop_column", "set_null", "set_not_null", "replace_primary_key"), _COPY),
    held_by_cascade="COPY",
)
"""Debian's, with InnoDB; it copies online."""


def _manual(
    topic: str,
    algorithm: str,
    lock: str = "NONE",
    *,
    rebuilds: bool = False,
    is_brief: bool = False,
    session: str = "",
) -> Verdict:
    # Beside INSTANT only LOCK=DEFAULT is taken (17.12), and on a table with a cascade no LOCK=NONE (17.12.8).
    named = "" if algorithm == "INSTANT" or is_brief else lock
    return Verdict(algorithm, named, rebuilds, is_brief, session, f"17.12.1, {topic}")


MYSQL = Server(
    "MySQL 8.4",
    {
        "add_column": _manual("Column Operations, Adding a column", "INSTANT"),
        "add_index": _manual("Index Operations, Creating or adding a secondary index", "INPLACE"),
        "add_index_full_text": _manual(
            "Index Operations, Adding a FULLTEXT index", "INPLACE", "SHARED", rebuilds=True
        ),
        "add_foreign_key": _manual(
            "Foreign Key Operations, Adding a foreign key constraint",
            "INPLACE",
            is_brief=True,
            session=UNCHECKED,
        ),
        "set_default": _manual("Column Operations, Setting a column default value", "INSTANT"),
        "drop_default": _manual("Column Operations, Dropping the column default value", "INSTANT"),
        "set_null": _manual("Column Operations, Making a column NULL", "INPLACE", rebuilds=True),
        "set_not_null": _manual("Column Operations, Making a column NOT NULL", "INPLACE", rebuilds=True),
        "widen": _manual("Column Operations, Extending VARCHAR column size", "INPLACE", is_brief=True),
        "widen_past_255_bytes": _manual(
            "Column Operations, Extending VARCHAR column size", "COPY", "SHARED", rebuilds=True
        ),
        "ignore_index": Verdict("INPLACE", is_brief=True, section="10.3.12"),
        "heed_index": Verdict("INPLACE", is_brief=True, section="10.3.12"),
        "drop_index": _manual("Index Operations, Dropping an index", "INPLACE", is_brief=True),
        "drop_foreign_key": _manual(
            "Foreign Key Operations, Dropping a foreign key constraint", "INPLACE", is_brief=True
        ),
        "drop_column": _manual("Column Operations, Dropping a column", "INSTANT"),
        "replace_primary_key": _manual(
            "Primary Key Operations, Dropping a primary key and adding another", "INPLACE", rebuilds=True
        ),
    },
    # INSTANT is not for such a table, and nothing is said of writers while it is written anew.
    {
        "add_column": _manual("Column Operations, Adding a column", "INPLACE", "SHARED", rebuilds=True),
        "drop_column": _manual("Column Operations, Dropping a column", "INPLACE", "SHARED", rebuilds=True),
    },
    held_by_cascade="INPLACE",
    section="17.12.8",
)
"""With InnoDB, by its manual."""

SERVERS: Mapping[str, Server] = {"mariadb": MARIADB, "mysql": MYSQL}


def verdict(server: str, work: str, beside: Iterable[str] = ()) -> Verdict:
    """What a server needs.

    Args:
        server: one of SERVERS.
        work: an operation's `work`.
        beside: what the table has of FULL_TEXT and CASCADE.
    """
    known, has = SERVERS[server], set(beside)
    found = known.verdicts.get(work, NO_CLAUSE)
    if FULL_TEXT in has:
        found = known.with_full_text.get(work, found)
    if CASCADE in has and found.algorithm == known.held_by_cascade and not found.is_brief:
        return dataclasses.replace(found, lock="SHARED", section=known.section)
    return found
