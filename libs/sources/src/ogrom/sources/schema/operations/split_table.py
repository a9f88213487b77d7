"""SplitTable: columns of a table in a table of their own, kept in step with the first ones.

As with SecondColumn, its `backfill` fills the rows from before, and DropColumn ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Dialect, Table

from ..backfill import Backfill
from ..change import Operation, Step
from ..expressions import literal, quoted, same
from ..inspection import column, has_trigger
from .add_table import AddTable

__all__ = ["SplitTable"]


@dataclass(frozen=True)
class SplitTable(Operation):
    """A second place for some columns; whoever writes one of the two has written both.

    A row is **in step** if the new table has a row with its key and the same values, or none and the old columns have
    their defaults: new code writes such a row before the one in the new table, and reads a missing one as the defaults.
    Until the backfill is finished it must not take one away: there may be none yet.

    Attributes:
        table: the old one, whose keys never change.
        columns: those that are split off, and what they have where nobody names them.
        into: the new table. It has the old one's primary key, which refers to that with ON DELETE CASCADE, since
            InnoDB runs no trigger for rows that go by a cascade; and the columns, under their names.
    """

    table: str
    columns: Mapping[str, str | None]
    into: Table

    def __post_init__(self) -> None:
        keys = [key for key in self.into.foreign_keys if key.target_fullname.split(".")[0] == self.table]
        if {key.parent.name for key in keys} != set(self.key) or any(
            key.ondelete != "CASCADE" for key in keys
        ):
            raise ValueError(
                f"the primary key of {self.into.name} must refer to {self.table} with ON DELETE CASCADE: no trigger"
                " runs for rows that go by a cascade"
            )

    @property
    def key(self) -> tuple[str, ...]:
        """The primary key's columns, in both tables."""
        return tuple(column.name for column in self.into.primary_key)

    @property
    def triggers(self) -> tuple[str, ...]:
        """The names of the triggers: three on the new table, then those on the old one of UPDATE and of INSERT."""
        old, new = self.table, self.into.name
        return (
            f"{new}_{old}_insert",
            f"{new}_{old}_update",
            f"{new}_{old}_delete",
            f"{old}_{new}_update",
            f"{old}_{new}_insert",
        )

    @property
    def backfill(self) -> Backfill:
        """What makes the rows from before. Rows that others make meanwhile win."""
        return Backfill(self.table, self.key, self._fill, self)

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The table comes first: without it the triggers would fail, and with them each write."""
        old, new = quoted(dialect, self.table, self.into.name)
        mysql = dialect.name != "sqlite"
        names = (*self.key, *self.columns)
        listed, values = (
            ", ".join(quoted(dialect, *names)),
            ", ".join(f"NEW.{n}" for n in quoted(dialect, *names)),
        )
        insert = f"INSERT INTO {new} ({listed}) " + (
            f"VALUES ({values})" if mysql else f"SELECT {values} WHERE 1 = 1"
        )

        def update(table: str, row: str) -> str:
            to = ", ".join(f"{name} = NEW.{name}" for name in quoted(dialect, *self.columns))
            return f"UPDATE {table} SET {to} WHERE {self._keys(dialect, table, row)}"

        def differing(table: str) -> str:
            rows = f"{self._keys(dialect, table, 'NEW')} AND NOT {self._equal(dialect, table, 'NEW')}"
            return f"EXISTS (SELECT 1 FROM {table} WHERE {rows})"

        missing = f"NOT EXISTS (SELECT 1 FROM {new} WHERE {self._keys(dialect, new, 'NEW')})"
        make = (f"NOT {self._default(dialect, 'NEW')} AND {missing}", insert)
        changed = f"NOT {self._equal(dialect, 'NEW', 'OLD')}"
        back = (differing(old), update(old, "NEW"))
        left = self._keys(dialect, old, "OLD")
        clear = (
            f"EXISTS (SELECT 1 FROM {old} WHERE {left} AND NOT {self._default(dialect, old)})",
            f"UPDATE {old} SET {self._defaults(dialect)} WHERE {left}",
        )
        # The UPDATE first: it changes nothing in the row that the INSERT makes.
        kept = ((f"{changed} AND {differing(new)}", update(new, "NEW")), (f"{changed} AND {make[0]}", insert))
        made = (
            ("INSERT", new, (back,)),
            ("UPDATE", new, (back,)),
            ("DELETE", new, (clear,)),
            ("UPDATE", old, kept),
            ("INSERT", old, (make,)),
        )
        return (
            *AddTable(self.into).steps(dialect),
            *(
                Step(
                    f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW BEGIN"
                    f" {' '.join(_when(*part, mysql=mysql) for part in parts)} END",
                    has_trigger(name),
                )
                for name, (event, table, parts) in zip(self.triggers, made, strict=True)
            ),
        )

    def obstacle(self, connection: Connection) -> str | None:
        """New code does not name the old columns."""
        for name in self.columns:
            found = column(connection, self.table, name)
            if found is None:
                return f"there is no column {self.table}.{name}"
            if not found["nullable"] and found["default"] is None:
                return f"{self.table}.{name} may not be NULL and has no default; use SetDefault first"
        return None

    def out_of_step(self, dialect: Dialect) -> str:
        """The condition that a row of the old table is not as the new one has it, in SQL."""
        old, new = quoted(dialect, self.table, self.into.name)
        there = f"SELECT 1 FROM {new} WHERE {self._keys(dialect, new, old)}"
        return (
            f"NOT (EXISTS ({there} AND {self._equal(dialect, new, old)})"
            f" OR {self._default(dialect, old)} AND NOT EXISTS ({there}))"
        )

    def _fill(self, dialect: Dialect, rows: str) -> str:
        old, new = quoted(dialect, self.table, self.into.name)
        listed = ", ".join(quoted(dialect, *self.key, *self.columns))
        # The rows are locked, so that nobody changes one between reading it here and storing its copy.
        insert, lock = (
            ("INSERT OR IGNORE", "") if dialect.name == "sqlite" else ("INSERT IGNORE", " FOR UPDATE")
        )
        return (
            f"{insert} INTO {new} ({listed}) SELECT {listed} FROM {old}"
            f" WHERE {rows} AND NOT {self._default(dialect, old)}{lock}"
        )

    def _keys(self, dialect: Dialect, left: str, right: str) -> str:
        return " AND ".join(f"{left}.{name} = {right}.{name}" for name in quoted(dialect, *self.key))

    def _equal(self, dialect: Dialect, left: str, right: str) -> str:
        pairs = ((f"{left}.{name}", f"{right}.{name}") for name in quoted(dialect, *self.columns))
        return "(" + " AND ".join(same(dialect, *pair, exactly=True) for pair in pairs) + ")"

    def _default(self, dialect: Dialect, row: str) -> str:
        pairs = zip(quoted(dialect, *self.columns), self.columns.values(), strict=True)
        known = (
            same(dialect, f"{row}.{name}", literal(dialect, value), exactly=True) for name, value in pairs
        )
        return "(" + " AND ".join(known) + ")"

    def _defaults(self, dialect: Dialect) -> str:
        pairs = zip(quoted(dialect, *self.columns), self.columns.values(), strict=True)
        return ", ".join(f"{name} = {literal(dialect, value)}" for name, value in pairs)


def _when(guard: str, statement: str, *, mysql: bool) -> str:
    # MySQL refuses a trigger's UPDATE of the table that the trigger is about, even where it would change no row.
    return f"IF {guard} THEN {statement}; END IF;" if mysql else f"{statement} AND {guard};"
