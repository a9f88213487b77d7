"""CompiledQuery: a statement as a driver wants it; and what every statement passes on its way there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, Engine, SelectBase, event
from sqlalchemy.sql.compiler import SQLCompiler

from .deadlines import limited

__all__ = ["listening"]

Conversion: TypeAlias = Callable[[Any], Any]
Listener: TypeAlias = Callable[[str, Any], object]

# By engine. Empty outside of tests and measurements, so that statements pay nothing for it.
_LISTENERS: dict[Engine, list[Listener]] = {}


@contextmanager
def listening(engine: Engine, listener: Listener) -> Iterator[None]:
    """Call a listener with every statement before it is sent through this engine.

    SQLAlchemy's own events cover only half of them, since reads go past its Connection.

    Args:
        engine: made by `database_engine`.
        listener: called with the text and the driver's parameters, on the thread that sends them; a statement for
            many rows is one.
    """
    listeners = _LISTENERS.setdefault(engine, [])
    listeners.append(listener)
    try:
        yield
    finally:
        listeners.remove(listener)
        if not listeners:
            _LISTENERS.pop(engine, None)


def watch_statements(engine: Engine) -> None:
    """Make the statements of SQLAlchemy's Connections obey deadlines, and pass them to listeners."""
    event.listen(engine, "before_cursor_execute", _before_cursor_execute, retval=True)


def prepared(engine: Engine, driver: Any, statement: str, parameters: Any) -> str:
    """The statement in a form that ends at the current deadline, after it was passed to the listeners.

    Args:
        driver: the driver's connection.
    """
    if _LISTENERS:
        for listener in tuple(_LISTENERS.get(engine, ())):
            listener(statement, parameters)
    return limited(engine.dialect, driver, statement)


def _before_cursor_execute(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> tuple[str, Any]:
    driver = connection.connection.driver_connection
    made = prepared(connection.engine, driver, statement, parameters)
    # The driver of MySQL joins the rows of an executemany only if the statement begins with INSERT.
    return (statement if many and connection.dialect.name != "sqlite" else made), parameters


@dataclass(frozen=True)
class CompiledQuery:
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


def compiled(statement: SelectBase, dialect: Dialect, parameters: Mapping[str, Any]) -> CompiledQuery:
    """The statement, compiled for as many values as `parameters` has."""
    lengths = tuple((name, len(value)) for name, value in parameters.items() if isinstance(value, list))
    return _compiled(statement, dialect, lengths)


@lru_cache(maxsize=1000)
def _compiled(statement: SelectBase, dialect: Dialect, lengths: tuple[tuple[str, int], ...]) -> CompiledQuery:
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
    return CompiledQuery(
        sql=state.statement,
        places=tuple(place(name) for name in names),
        constants={
            name: bind.value for name, bind in compiled.binds.items() if name in names and not bind.required
        },
        results=tuple((position, convert) for position, convert in conversions if convert is not None),
    )
