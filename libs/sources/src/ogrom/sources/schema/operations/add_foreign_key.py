"""AddForeignKey: a reference that the database keeps whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Dialect

from ..change import Operation, Refused, Step
from ..clauses import brief
from ..expressions import quoted
from ..inspection import has_foreign_key, inspecting
from ..sqlite import Definition

__all__ = ["AddForeignKey"]


@dataclass(frozen=True)
class AddForeignKey(Operation):
    """A new foreign key. What old code writes must obey it already.

    MySQL and MariaDB add one without a copy of the table only if they do not look at its rows. So we do, before and
    after: from the moment it is there, the server looks at each write.

    Attributes:
        columns: an index begins with them.
        referred: the other table's columns, in the same order.
        ondelete: what happens to a row when the one that it refers to goes: `CASCADE`, `SET NULL`; None refuses that.
        onupdate: the same, when the key that it refers to changes.
    """

    table: str
    name: str
    columns: tuple[str, ...]
    referred_table: str
    referred: tuple[str, ...]
    ondelete: str | None = None
    onupdate: str | None = None

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """The foreign key, then the look at the rows that came between the first look and it."""
        table, name, referred_table = quoted(dialect, self.table, self.name, self.referred_table)
        listed, referred = (
            ", ".join(quoted(dialect, *self.columns)),
            ", ".join(quoted(dialect, *self.referred)),
        )
        rules = "".join(
            f" ON {event} {rule}"
            for event, rule in (("DELETE", self.ondelete), ("UPDATE", self.onupdate))
            if rule
        )
        made = f"CONSTRAINT {name} FOREIGN KEY ({listed}) REFERENCES {referred_table} ({referred}){rules}"
        text, is_done = f"ALTER TABLE {table} ADD {made}", has_foreign_key(self.table, self.name)
        if dialect.name == "sqlite":
            return (Definition(text, is_done, table=self.table, edit=lambda parts: [*parts, " " + made]),)
        check = _Check(f"SELECT of orphans in {table}", lambda connection: self._orphan(connection) is None)
        return (_Unchecked(text, is_done, **brief(dialect, "INSTANT")), check)

    def obstacle(self, connection: Connection) -> str | None:
        """No index, which the server would build while others wait; or a row that refers to nothing."""
        with inspecting(connection) as inspector:
            keys: list[Sequence[str | None]] = [
                inspector.get_pk_constraint(self.table)["constrained_columns"]
            ]
            keys += [each["column_names"] for each in inspector.get_indexes(self.table)]
        if not any(tuple(each[: len(self.columns)]) == self.columns for each in keys):
            return f"no index of {self.table} begins with {self.columns}; add one first, by AddIndex"
        return self._orphan(connection)

    def _orphan(self, connection: Connection) -> str | None:
        dialect = connection.dialect
        table, referred_table = quoted(dialect, self.table, self.referred_table)
        columns, referred = quoted(dialect, *self.columns), quoted(dialect, *self.referred)
        same = " AND ".join(f"r.{there} = t.{here}" for here, there in zip(columns, referred, strict=True))
        known = " AND ".join(f"t.{here} IS NOT NULL" for here in columns)
        found = connection.exec_driver_sql(
            f"SELECT {', '.join(f't.{here}' for here in columns)} FROM {table} t WHERE {known}"
            f" AND NOT EXISTS (SELECT 1 FROM {referred_table} r WHERE {same}) LIMIT 1"
        ).first()
        if found is None:
            return None
        return (
            f"{self.table} has rows that refer to nothing in {self.referred_table}, such as {tuple(found)} in"
            f" {self.columns}; delete or correct them, then run it again"
        )


class _Unchecked(Step):
    def run(self, connection: Connection) -> None:
        connection.exec_driver_sql("SET SESSION foreign_key_checks = 0")
        try:
            super().run(connection)
        finally:
            if not connection.invalidated:
                connection.exec_driver_sql("SET SESSION foreign_key_checks = 1")


class _Check(Step):
    """Has nothing to do where no row is left over."""

    def run(self, connection: Connection) -> None:
        raise Refused(
            "while the foreign key was added, a row came that refers to nothing; see the next try's message"
        )
