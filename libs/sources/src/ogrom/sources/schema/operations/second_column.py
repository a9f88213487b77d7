"""SecondColumn: a column under another name or of another type, kept in step with the first one.

A rename or a change of type is three changes: this one (an expand), its `backfill`, and, when nobody uses the first
column any more, DropColumn (a contract). In between each version of the code writes the form that it knows.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, String
from sqlalchemy.types import TypeEngine

from ..backfill import Backfill
from ..change import Operation, Step
from ..expressions import quoted, same
from ..inspection import column, has_trigger, inspecting
from .add_column import AddColumn

__all__ = ["SecondColumn"]

_PLACE = re.compile(r"\{(\w+)\}")

# The database changes such rows by itself, and InnoDB runs no trigger for that.
_RULES = {"CASCADE", "SET NULL", "SET DEFAULT"}


@dataclass(frozen=True)
class SecondColumn(Operation):
    """A second form of a column; whoever writes one of the two has written both.

    A row is **in step** if one of its forms is what the other one gives. Where a statement changes both, the new form
    counts. A row that is not filled yet has NULL in the new column, so code may store NULL there only when the backfill
    is finished, and in a new row only if the old column's default is what `down` makes of NULL.

    Attributes:
        old: the column that there is. It may be NULL or has a default, since new code does not name it.
        new: the column to add; it may be NULL.
        type: of the new column.
        up: the new form, in SQL that both databases know, with the row's columns in braces: `upper({title})`.
        down: the old form, likewise: a value of the old column's type for every value of the new one.
        key: the table's primary key, by which old rows are filled.
    """

    table: str
    old: str
    new: str
    type: TypeEngine[Any]
    up: str
    down: str
    key: tuple[str, ...] = ("id",)

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The column comes first: without it the triggers would fail, and with them each write."""
        add = AddColumn(self.table, self.new, self.type).steps(dialect)
        made = self._sqlite(dialect) if dialect.name == "sqlite" else self._mysql(dialect)
        # Of UPDATE first: a row whose forms are both there must not be changed in one only.
        names = self.triggers
        return (
            *add,
            *(Step(text, has_trigger(name)) for name, text in reversed([*zip(names, made, strict=True)])),
        )

    def obstacle(self, connection: Connection) -> str | None:
        """New code does not name the old column; and a foreign key must not change one form alone."""
        old = column(connection, self.table, self.old)
        if old is None:
            return f"there is no column {self.table}.{self.old}"
        if not old["nullable"] and old["default"] is None:
            return (
                f"{self.table}.{self.old} may not be NULL and has no default, so that new code, which does not name"
                " it, could store no row; use SetDefault first"
            )
        rules = _changes_of(connection, self.table)
        if rules.get(self.old, set()) != rules.get(self.new, set()):
            return (
                f"a foreign key changes {self.table}.{self.old} by itself, which no trigger sees; first add"
                f" {self.new} by AddColumn, and by AddForeignKey one that changes it in the same way"
            )
        return None

    @property
    def triggers(self) -> tuple[str, str]:
        """The names of the triggers: of INSERT and of UPDATE."""
        return f"{self.table}_{self.old}_{self.new}_insert", f"{self.table}_{self.old}_{self.new}_update"

    @property
    def backfill(self) -> Backfill:
        """What fills the rows from before."""
        return Backfill(self.table, self.key, self._fill, self)

    def out_of_step(self, dialect: Dialect, row: str = "") -> str:
        """The condition that a row's forms differ, in SQL.

        Args:
            row: what stands before each column, such as `NEW.`.
        """
        up, down = self._filled_in(dialect, self.up, row), self._filled_in(dialect, self.down, row)
        old, new = (row + name for name in quoted(dialect, self.old, self.new))
        exactly = isinstance(self.type, String)
        pairs = ((new, up), (old, down))
        return "NOT (" + " OR ".join(same(dialect, *pair, exactly=exactly) for pair in pairs) + ")"

    def _fill(self, dialect: Dialect, rows: str) -> str:
        table, new = quoted(dialect, self.table, self.new)
        up = self._filled_in(dialect, self.up, "")
        return f"UPDATE {table} SET {new} = {up} WHERE {rows} AND {self.out_of_step(dialect)}"

    def _filled_in(self, dialect: Dialect, expression: str, row: str) -> str:
        return "(" + _PLACE.sub(lambda found: row + quoted(dialect, found[1])[0], expression) + ")"

    def _mysql(self, dialect: Dialect) -> tuple[str, str]:
        (table, old, new, *names) = quoted(dialect, self.table, self.old, self.new, *self.triggers)
        down = f"SET NEW.{old} = {self._filled_in(dialect, self.down, 'NEW.')};"
        up = f"SET NEW.{new} = {self._filled_in(dialect, self.up, 'NEW.')};"
        apart = self.out_of_step(dialect, "NEW.")

        def changed(name: str) -> str:
            return "NOT " + same(dialect, f"NEW.{name}", f"OLD.{name}", exactly=True)

        insert = f"IF NEW.{new} IS NOT NULL THEN {down} ELSE {up} END IF;"
        update = f"IF {changed(new)} THEN {down} ELSEIF {changed(old)} THEN {up} END IF;"
        each = f"ON {table} FOR EACH ROW BEGIN IF {apart} THEN"
        return (
            f"CREATE TRIGGER {names[0]} BEFORE INSERT {each} {insert} END IF; END",
            f"CREATE TRIGGER {names[1]} BEFORE UPDATE {each} {update} END IF; END",
        )

    def _sqlite(self, dialect: Dialect) -> tuple[str, str]:
        # A trigger of SQLite cannot assign to NEW. The UPDATE inside one does not fire the same one again, and the
        # one of UPDATE finds what that of INSERT has done in step.
        (table, old, new, *names) = quoted(dialect, self.table, self.old, self.new, *self.triggers)
        down, up = self._filled_in(dialect, self.down, "NEW."), self._filled_in(dialect, self.up, "NEW.")
        apart = self.out_of_step(dialect, "NEW.")

        def both(condition: str) -> str:
            return (
                f"BEGIN UPDATE {table} SET {old} = CASE WHEN {condition} THEN {down} ELSE NEW.{old} END,"
                f" {new} = CASE WHEN {condition} THEN NEW.{new} ELSE {up} END WHERE rowid = NEW.rowid; END"
            )

        changed = f"NEW.{new} IS NOT OLD.{new}"
        either = f"({changed} OR NEW.{old} IS NOT OLD.{old})"
        return (
            f"CREATE TRIGGER {names[0]} AFTER INSERT ON {table} WHEN {apart} {both(f'NEW.{new} IS NOT NULL')}",
            f"CREATE TRIGGER {names[1]} AFTER UPDATE ON {table} WHEN {either} AND {apart} {both(changed)}",
        )


def _changes_of(connection: Connection, table: str) -> dict[str, set[tuple[str, ...]]]:
    """For each column what foreign keys do to it: the table and the column referred to, ON UPDATE, ON DELETE."""
    found: dict[str, set[tuple[str, ...]]] = {}
    with inspecting(connection) as inspector:
        keys = inspector.get_foreign_keys(table)
    for key in keys:
        on_update, on_delete = (
            str(key.get("options", {}).get(name, "")).upper() for name in ("onupdate", "ondelete")
        )
        if on_update not in _RULES and on_delete not in _RULES - {"CASCADE"}:
            continue
        for name, referred in zip(key["constrained_columns"], key["referred_columns"], strict=True):
            found.setdefault(name, set()).add((key["referred_table"], referred, on_update, on_delete))
    return found
