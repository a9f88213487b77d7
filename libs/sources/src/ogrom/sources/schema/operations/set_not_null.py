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
        fill: what is stored instead of the NULLs that came after the backfill, in SQL. Deprecated: that one statement
            locks all rows, and the rules for our own changes refuse it. Run the backfill again.
    """

    table: str
    name: str
    type: TypeEngine[Any]
    server_default: str | None = None
    fill: str | None = None

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The server rebuilds the table while others write; what is to be filled comes first."""
        table, name = quoted(dialect, self.table, self.name)
        made = definition(dialect, self.name, self.type, nullable=False, server_default=self.server_default)
        text = f"ALTER TABLE {table} MODIFY {made}"
        if dialect.name == "sqlite":
            edit = edited_column(self.name, lambda part: part + " NOT NULL")
            last: Step = Definition(text, self._is_done, table=self.table, edit=edit)
        else:
            last = Step(text, self._is_done, **building(dialect, "INPLACE"))
        if self.fill is None:
            return (last,)
        fill = f"UPDATE {table} SET {name} = {self.fill} WHERE {name} IS NULL"
        return (Step(fill, self._has_no_null), last)

    def obstacle(self, connection: Connection) -> str | None:
        """A NULL that is there would make the server fail at the end of its work."""
        if self.fill is not None or self._has_no_null(connection):
            return None
        return f"{self.table}.{self.name} is NULL in some rows; run the backfill again, which fills them"

    def _has_no_null(self, connection: Connection) -> bool:
        table, name = quoted(connection.dialect, self.table, self.name)
        query = f"SELECT 1 FROM {table} WHERE {name} IS NULL LIMIT 1"
        return connection.exec_driver_sql(query).first() is None

    def _is_done(self, connection: Connection) -> bool:
        found = column(connection, self.table, self.name)
        return found is not None and not found["nullable"]
