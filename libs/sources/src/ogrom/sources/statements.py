"""Text: a statement of SQLAlchemy Core as a driver wants it, with what its values need on their way in and out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, SelectBase
from sqlalchemy.sql.compiler import SQLCompiler

Conversion = Callable[[Any], Any]


@dataclass(frozen=True)
class Text:
    """A statement for one dialect and, where it has lists, for one length of each.

    Attributes:
        sql: with the dialect's placeholders.
        places: for each placeholder the parameter's name, the position in it if it is a list, and how to convert.
        constants: parameters of SQLAlchemy's own.
        results: the positions in a row that have to be converted, and how.
    """

    sql: str
    places: tuple[tuple[str, int | None, Conversion | None], ...]
    constants: Mapping[str, Any]
    results: tuple[tuple[int, Conversion], ...]

    def values(self, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters in the order of the placeholders."""
        given = {**self.constants, **parameters}
        found = []
        for name, position, convert in self.places:
            value = given[name] if position is None else given[name][position]
            found.append(value if convert is None else convert(value))
        return tuple(found)

    def converted(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """The rows with values of Python's types, where the driver has others."""
        return [self._converted(row) for row in rows] if self.results else rows

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for position, convert in self.results:
            values[position] = convert(values[position])
        return values


def text_of(statement: SelectBase, dialect: Dialect, parameters: Mapping[str, Any]) -> Text:
    """The statement's text for as many values as `parameters` has."""
    lengths = tuple((name, len(value)) for name, value in parameters.items() if isinstance(value, list))
    return _text(statement, dialect, lengths)


@lru_cache(maxsize=1000)
def _text(statement: SelectBase, dialect: Dialect, lengths: tuple[tuple[str, int], ...]) -> Text:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    values = {name: bind.value for name, bind in compiled.binds.items()}
    values.update((name, [None] * length) for name, length in lengths)
    state = compiled.construct_expanded_state(values, escape_names=False)
    places_in_lists = {f"{name}_{n + 1}": (name, n) for name, length in lengths for n in range(length)}

    def place(name: str) -> tuple[str, int | None, Conversion | None]:
        of, position = places_in_lists.get(name, (name, None))
        return of, position, compiled.binds[of].type.dialect_impl(dialect).bind_processor(dialect)

    names = state.positiontup or ()
    conversions = (
        (position, column.type.dialect_impl(dialect).result_processor(dialect, None))
        for position, column in enumerate(statement.selected_columns)
    )
    return Text(
        sql=state.statement,
        places=tuple(place(name) for name in names),
        constants={
            name: bind.value for name, bind in compiled.binds.items() if name in names and not bind.required
        },
        results=tuple((position, convert) for position, convert in conversions if convert is not None),
    )
