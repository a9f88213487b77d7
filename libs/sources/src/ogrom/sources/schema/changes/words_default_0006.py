"""Change 0006: rows may leave out the words that releases before revision 0002 searched in.

And a table in which each service says what it serves, before the first contract takes the words away.
"""

from sqlalchemy import Column, MetaData, String, Table, Text

from ...sql.tables import UtcDateTime
from ..change import Change, Kind
from ..operations.add_table import AddTable
from ..operations.set_default import SetDefault

__all__ = ["CHANGE"]

USERS = Table(
    "schema_users",
    MetaData(),
    Column("service", String(100), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("serves", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    mysql_engine="InnoDB",
    mysql_charset="utf8mb4",
    mysql_collate="utf8mb4_bin",
)

CHANGE = Change(
    "0006_words_default",
    Kind.EXPAND,
    (SetDefault("offers", "words", ""), SetDefault("collages", "words", ""), AddTable(USERS)),
)
"""Releases until 4.2 write them, and none reads them. What comes after need not write them."""
