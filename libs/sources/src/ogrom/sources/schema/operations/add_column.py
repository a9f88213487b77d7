"""AddColumn: a column that old code need not know."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.types import TypeEngine

from ..change import Operation, Step
from ..clauses import instant
from ..expressions import quoted
from ..inspection import has_column
from .definitions import definition

__all__ = ["AddColumn"]


@dataclass(frozen=True)
class AddColumn(Operation):
    """A new column, the table's last.

    Attributes:
        type: SQLAlchemy's.
        nullable: whether it may be NULL.
        server_default: what rows have that do not name it, as SQLAlchemy's option of this name: the text `x` is 'x'.
    """

    table: str
    name: str
    type: TypeEngine[Any]
    nullable: bool = True
    server_default: str | None = None

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """It is added in one step, without touching a row."""
        (table,) = quoted(dialect, self.table)
        column = definition(
            dialect, self.name, self.type, nullable=self.nullable, server_default=self.server_default
        )
        is_done = has_column(self.table, self.name)
        return (Step(f"ALTER TABLE {table} ADD COLUMN {column}", is_done, **instant(dialect)),)

    def obstacle(self, connection: Connection) -> str | None:
        """Old code writes rows that do not name the column."""
        if self.nullable or self.server_default is not None:
            return None
        return (
            f"{self.table}.{self.name} may not be NULL and has no default, so that old code could store no row;"
            " give it a server_default, or let it be NULL, backfill it, and use SetNotNull"
        )
