"""AddIndex: an index that is built while others write."""

from dataclasses import dataclass

from sqlalchemy import Connection, Dialect

from ..change import Operation, Step
from ..clauses import building
from ..expressions import quoted
from ..inspection import has_index

__all__ = ["AddIndex"]


@dataclass(frozen=True)
class AddIndex(Operation):
    """A new index.

    Attributes:
        columns: in the order in which the index has them.
        unique: whether no two rows may have the same values. What old code writes must obey that already.
    """

    table: str
    name: str
    columns: tuple[str, ...]
    unique: bool = False

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The server builds it in one step; if it dies, there is no index."""
        table, name, *columns = quoted(dialect, self.table, self.name, *self.columns)
        index, listed = ("UNIQUE INDEX" if self.unique else "INDEX"), ", ".join(columns)
        is_done = has_index(self.table, self.name)
        if dialect.name == "sqlite":
            return (Step(f"CREATE {index} {name} ON {table} ({listed})", is_done),)
        text = f"ALTER TABLE {table} ADD {index} {name} ({listed})"
        return (Step(text, is_done, **building(dialect, "NOCOPY")),)

    def obstacle(self, connection: Connection) -> str | None:
        """A unique index over rows that are there twice would fail at its end, when it has cost the most."""
        if not self.unique or has_index(self.table, self.name)(connection):
            return None
        table, *columns = quoted(connection.dialect, self.table, *self.columns)
        listed, known = ", ".join(columns), " AND ".join(f"{column} IS NOT NULL" for column in columns)
        twice = connection.exec_driver_sql(
            f"SELECT {listed} FROM {table} WHERE {known} GROUP BY {listed} HAVING count(*) > 1 LIMIT 1"
        ).first()
        if twice is None:
            return None
        return f"{self.table} has {tuple(twice)} more than once in {self.columns}; make the rows unique first"
