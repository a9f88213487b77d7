"""SetNotNull: a column that may not be NULL any more."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.types import TypeEngine

from ..change import Operation, Step
from ..clauses import building
from ..expressions import quoted
from ..inspection import column
from ..sqlite import Definition, edited_column
from .definitions import definition

__all__ = ["SetNotNull"]


@dataclass(frozen=True)
class SetNotNull(Operation):
    """The end of NULL in a column: a contract, since code that stores NULL, or does not name the column, must be gone.

    Attributes:
        type: of the column, which stays as it is.
        server_default: what it has, which stays as well.
    """

    table: str
    name: str
    type: TypeEngine[Any]
    server_default: str | None = None

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The server rebuilds the table while others write."""
        (table,) = quoted(dialect, self.table)
        made = definition(dialect, self.name, self.type, nullable=False, server_default=self.server_default)
        text = f"ALTER TABLE {table} MODIFY {made}"
        if dialect.name == "sqlite":
            edit = edited_column(self.name, lambda part: part + " NOT NULL")
            return (Definition(text, self._is_done, table=self.table, edit=edit),)
        return (Step(text, self._is_done, **building(dialect, "INPLACE")),)

    def obstacle(self, connection: Connection) -> str | None:
        """A NULL that is there would make the server fail at the end of its work."""
        table, name = quoted(connection.dialect, self.table, self.name)
        query = f"SELECT 1 FROM {table} WHERE {name} IS NULL LIMIT 1"
        if connection.exec_driver_sql(query).first() is None:
            return None
        return f"{self.table}.{self.name} is NULL in some rows; run the backfill again, which fills them"

    def _is_done(self, connection: Connection) -> bool:
        found = column(connection, self.table, self.name)
        return found is not None and not found["nullable"]
