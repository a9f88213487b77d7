"""SetDefault: what a column has in rows whose writer does not name it."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, Dialect

from ..change import Operation, Step
from ..clauses import instant
from ..expressions import literal, quoted
from ..inspection import column
from ..sqlite import Definition, edited_column

__all__ = ["SetDefault"]

_DEFAULT = re.compile(r"\s+DEFAULT\s+('(?:[^']|'')*'|\([^()]*\)|\S+)", re.IGNORECASE)
_QUOTED = re.compile(r"'(.*)'", re.DOTALL)


@dataclass(frozen=True)
class SetDefault(Operation):
    """A default for a column that is there, so that the next release need not write it. Rows stay as they are.

    Attributes:
        default: as a text; of a column of numbers `0`.
    """

    table: str
    name: str
    default: str

    def steps(self, dialect: Dialect) -> tuple[Step, ...]:
        """One step, which touches no row."""
        table, name = quoted(dialect, self.table, self.name)
        value = literal(dialect, self.default)
        # In parentheses, since MySQL's TEXT has no default that is a mere literal.
        text = f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT ({value})"
        if dialect.name == "sqlite":
            edit = edited_column(self.name, lambda part: _DEFAULT.sub("", part) + f" DEFAULT {value}")
            return (Definition(text, self._is_done, table=self.table, edit=edit),)
        return (Step(text, self._is_done, **instant(dialect)),)

    def _is_done(self, connection: Connection) -> bool:
        found = column(connection, self.table, self.name)
        if found is None or found["default"] is None:
            return False
        told = _QUOTED.search(found["default"])
        return (told[1].replace("''", "'") if told else found["default"]) == self.default
