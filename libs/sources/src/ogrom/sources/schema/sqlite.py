"""What SQLite's ALTER TABLE cannot do: the definition of a table, edited where SQLite keeps it.

Defaults, NOT NULL and foreign keys change no byte of the rows, so their definition alone may be written anew:
https://www.sqlite.org/lang_altertable.html, section 7. Rows that contradict it must have been ruled out before.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from .change import Step

__all__ = ["Definition", "edited_column"]

_SQL = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
_PUT = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table")
_NAME = re.compile(r"\s*[\"`\[]?(\w+)")


@dataclass(frozen=True, kw_only=True)
class Definition(Step):
    """A step that edits the definition of a table, in the connection's transaction.

    Attributes:
        edit: given what is between the parentheses of CREATE TABLE, column by column, the same after it.
    """

    table: str
    edit: Callable[[list[str]], list[str]]

    def run(self, connection: Connection) -> None:
        """Write the definition anew."""
        sql = connection.scalar(_SQL, {"table": self.table})
        assert sql is not None, f"there is no table {self.table}"
        head, body, tail = _parts(sql)
        sql = head + ",".join(self.edit(_split(body))) + tail
        version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.execute(_PUT, {"table": self.table, "sql": sql})
        # So that every connection reads the definitions again, this one included.
        connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def edited_column(name: str, edit: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    """The edit of one column's definition."""

    def edited(parts: list[str]) -> list[str]:
        return [edit(part) if (_NAME.match(part) or ("", ""))[1] == name else part for part in parts]

    return edited


def _parts(sql: str) -> tuple[str, str, str]:
    first, last = sql.index("(") + 1, sql.rindex(")")
    return sql[:first], sql[first:last], sql[last:]


def _split(body: str) -> list[str]:
    """The parts between commas that are in no parentheses and no quotes."""
    parts, depth, quote = [""], 0, ""
    for letter in body:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
        else:
            depth += (letter == "(") - (letter == ")")
            if letter == "," and not depth:
                parts.append("")
                continue
        parts[-1] += letter
    return parts
