"""IgnoreIndex and DropIndex: the end of an index, first on trial."""

from dataclasses import dataclass

from sqlalchemy import Connection, Dialect

from ..change import Operation, Step
from ..clauses import brief
from ..expressions import quoted
from ..inspection import has_index, index_is_ignored, is_mariadb, lacks

__all__ = ["DropIndex", "IgnoreIndex"]


@dataclass(frozen=True)
class IgnoreIndex(Operation):
    """An index that no query uses any more and every write still keeps, so that the way back takes a moment.

    SQLite has no such thing: there this does nothing.
    """

    table: str
    name: str

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """One step on MySQL and MariaDB, none on SQLite."""
        if dialect.name == "sqlite":
            return ()
        table, name = quoted(dialect, self.table, self.name)
        how = "IGNORED" if is_mariadb(dialect) else "INVISIBLE"
        text = f"ALTER TABLE {table} ALTER INDEX {name} {how}"
        return (Step(text, index_is_ignored(self.table, self.name), **brief(dialect, "INSTANT")),)


@dataclass(frozen=True)
class DropIndex(Operation):
    """An index goes that has been ignored for some time."""

    table: str
    name: str

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """One step, which touches no row."""
        table, name = quoted(dialect, self.table, self.name)
        is_done = lacks(has_index(self.table, self.name))
        if dialect.name == "sqlite":
            return (Step(f"DROP INDEX {name}", is_done),)
        return (Step(f"ALTER TABLE {table} DROP INDEX {name}", is_done, **brief(dialect, "NOCOPY")),)

    def obstacle(self, connection: Connection) -> str | None:
        """Building an index again takes long, so whether a query needs it is found out before."""
        if not has_index(self.table, self.name)(connection):
            return None
        if index_is_ignored(self.table, self.name)(connection):
            return None
        return f"the index {self.name} is in use; use IgnoreIndex first, and watch the queries for a while"
