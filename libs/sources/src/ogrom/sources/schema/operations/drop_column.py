"""DropColumn: the end of a column that nobody uses any more."""

from dataclasses import dataclass

from sqlalchemy import Connection, Dialect

from ..change import Operation, Step
from ..clauses import instant
from ..expressions import quoted
from ..inspection import column, has_column, has_trigger, inspecting, lacks
from ..scan import TwoForms, differences

__all__ = ["DropColumn"]


@dataclass(frozen=True)
class DropColumn(Operation):
    """A column goes, and first the triggers that keep its second form in step.

    Attributes:
        second: what gave the column its second form, if it had one.
    """

    table: str
    name: str
    second: TwoForms | None = None

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The triggers go one by one, then the column, without touching a row."""
        table, name = quoted(dialect, self.table, self.name)
        names = () if self.second is None else self.second.triggers
        is_done = lacks(has_column(self.table, self.name))
        return (
            *(Step(f"DROP TRIGGER {trigger}", lacks(has_trigger(trigger))) for trigger in names),
            Step(f"ALTER TABLE {table} DROP COLUMN {name}", is_done, **instant(dialect)),
        )

    def obstacle(self, connection: Connection) -> str | None:
        """New code writes rows without the column, also between two steps; an index would go or change with it."""
        found = column(connection, self.table, self.name)
        if found is None:
            return None
        if not found["nullable"] and found["default"] is None:
            return (
                f"{self.table}.{self.name} may not be NULL and has no default, so that code which does not know it"
                " could store no row; use SetDefault first, in an expand"
            )
        with inspecting(connection) as inspector:
            indexes = inspector.get_indexes(self.table)
        using = [index["name"] for index in indexes if self.name in index["column_names"]]
        if using:
            return f"{self.table}.{self.name} is in the index {using[0]}; use DropIndex first"
        return None if self.second is None else _difference(connection, self.second)


def _difference(connection: Connection, second: TwoForms) -> str | None:
    # Once a trigger has gone, new code's rows have one form only.
    if not all(has_trigger(name)(connection) for name in second.triggers):
        return None
    if not (keys := differences(connection, second, most=1)):
        return None
    return (
        f"{second.table} has rows whose two forms differ, such as {keys[0]} in {second.key}; run the backfill of this"
        " change again, and find out who has changed one form alone"
    )
