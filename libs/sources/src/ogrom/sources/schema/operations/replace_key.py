"""ReplaceKey: another primary key, with the old one beside it.

A unique key is replaced by AddIndex, IgnoreIndex and DropIndex.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Dialect

from ..change import Operation, Step
from ..clauses import building
from ..expressions import quoted
from ..inspection import column, has_index, inspecting
from .add_index import AddIndex

__all__ = ["ReplaceKey"]


@dataclass(frozen=True)
class ReplaceKey(Operation):
    """A new primary key. The old one stays a unique index, since old code and foreign keys may need it.

    On SQLite, where a primary key is hardly more than a unique index, the new one is that.

    Attributes:
        old: the columns of the primary key that there is.
        old_name: the unique index that keeps it; later, a contract drops it.
        new: the columns of the new one; none is ever NULL.
        new_name: the unique index that proves the new one before it becomes the primary key.
    """

    table: str
    old: tuple[str, ...]
    old_name: str
    new: tuple[str, ...]
    new_name: str

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """Both unique indexes are built beside each other, then the server rebuilds the table while others write."""
        add = AddIndex(self.table, self.new_name, self.new, unique=True).steps(dialect)
        if dialect.name == "sqlite":
            return add
        (table,) = quoted(dialect, self.table)
        keep = AddIndex(self.table, self.old_name, self.old, unique=True).steps(dialect)
        text = (
            f"ALTER TABLE {table} DROP PRIMARY KEY, ADD PRIMARY KEY ({', '.join(quoted(dialect, *self.new))})"
        )
        return (*keep, *add, Step(text, self._is_done, **building(dialect, "INPLACE")))

    def obstacle(self, connection: Connection) -> str | None:
        """A key that is NULL or there twice."""
        for name in self.new:
            found = column(connection, self.table, name)
            if found is None or found["nullable"]:
                return f"{self.table}.{name} may be NULL; use SetNotNull first"
        if has_index(self.table, self.new_name)(connection):
            return None
        return AddIndex(self.table, self.new_name, self.new, unique=True).obstacle(connection)

    def _is_done(self, connection: Connection) -> bool:
        with inspecting(connection) as inspector:
            return tuple(inspector.get_pk_constraint(self.table)["constrained_columns"]) == self.new
