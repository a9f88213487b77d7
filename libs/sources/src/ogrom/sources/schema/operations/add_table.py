"""AddTable: a table that old code does not know."""

from dataclasses import dataclass

from sqlalchemy import Column, Dialect, Integer, MetaData, Table
from sqlalchemy.schema import CreateIndex, CreateTable

from ..change import Operation, Step
from ..inspection import has_index, has_table

__all__ = ["AddTable"]


@dataclass(frozen=True)
class AddTable(Operation):
    """A new table with its indexes.

    Attributes:
        table: a copy as it is now: `ogrom.sources.sql.tables` changes, and a change that was released does not.
    """

    table: Table

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The table, then each index."""
        name, table = self.table.name, _with_referred(self.table)
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        return (
            Step(str(CreateTable(table).compile(dialect=dialect)), has_table(name)),
            *(
                Step(str(CreateIndex(index).compile(dialect=dialect)), has_index(name, str(index.name)))
                for index in indexes
            ),
        )


def _with_referred(table: Table) -> Table:
    """A copy beside the tables that it refers to, of which SQLAlchemy wants to know the columns' names."""
    metadata = MetaData()
    copy = table.to_metadata(metadata)
    for key in copy.foreign_keys:
        name, column = key.target_fullname.rsplit(".", 1)
        if name != table.name:
            Table(name, metadata, Column(column, Integer), extend_existing=True)
    return copy
