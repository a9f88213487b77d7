"""DropTable: the end of a table that nobody uses any more."""

from dataclasses import dataclass

from sqlalchemy import Connection, Dialect

from ..change import Operation, Step
from ..expressions import quoted
from ..inspection import has_table, inspecting, lacks

__all__ = ["DropTable"]


@dataclass(frozen=True)
class DropTable(Operation):
    """A table goes, with its rows and indexes."""

    name: str

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """One step."""
        (name,) = quoted(dialect, self.name)
        return (Step(f"DROP TABLE {name}", lacks(has_table(self.name))),)

    def obstacle(self, connection: Connection) -> str | None:
        """Rows of another table may refer to it."""
        with inspecting(connection) as inspector:
            referring = [
                table
                for table in inspector.get_table_names()
                for key in inspector.get_foreign_keys(table)
                if key["referred_table"] == self.name != table
            ]
        return f"{referring[0]} refers to {self.name}; drop that first" if referring else None
