"""The tables and columns that a release declares, read from the text of its module of tables: nothing is imported.

The module is SQLAlchemy's: `Table("collages", metadata, Column("id", ID, primary_key=True), ...)`. A release of any age
can be read, whatever it requires. What it declares counts as read and written.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """A unique, primary or foreign key."""

    columns: frozenset[str]
    to: str = ""
    """The table that a foreign key refers to."""


@dataclass(frozen=True)
class DeclaredTable:
    """What a release knows of a table."""

    columns: Mapping[str, bool]
    """By name, whether it may write NULL, and expects to read it."""
    keys: frozenset[Key]


@dataclass(frozen=True)
class Release:
    """A release, by what it declares."""

    name: str
    """`sources 4.1.0`."""
    tables: Mapping[str, DeclaredTable]


def declared(name: str, text: str) -> Release:
    """What a release declares.

    Args:
        name: the release, as people call it.
        text: its module of tables.

    Raises:
        ValueError: the module declares no table, or one in a way that cannot be read.
    """
    tables = dict(_table(each) for each in _calls(ast.walk(ast.parse(text)), "Table"))
    if not tables:
        raise ValueError(f"{name}: its module of tables declares none that can be read")
    return Release(name, tables)


def _table(call: ast.Call) -> tuple[str, DeclaredTable]:
    made = {_name(each): each for each in _calls(call.args, "Column")}
    primary = frozenset(column for column, each in made.items() if _says(each, "primary_key", default=False))
    columns = {
        column: column not in primary and _says(each, "nullable", default=True)
        for column, each in made.items()
    }
    keys = {Key(primary), *_keys(call), *(key for column, each in made.items() for key in _of(column, each))}
    return _name(call), DeclaredTable(columns, frozenset(keys))


def _of(column: str, call: ast.Call) -> Iterator[Key]:
    """The keys that are part of a column."""
    for each in _calls(call.args, "ForeignKey"):
        yield Key(frozenset({column}), _name(each).split(".")[0])
    if _says(call, "unique", default=False):
        yield Key(frozenset({column}))


def _keys(table: ast.Call) -> Iterator[Key]:
    """The keys beside a table's columns."""
    for each in _calls(table.args, "UniqueConstraint"):
        yield Key(frozenset(_texts(each)))
    for each in _calls(table.args, "Index"):
        if _says(each, "unique", default=False):
            yield Key(frozenset(_texts(each)[1:]))
    for each in _calls(table.args, "ForeignKeyConstraint"):
        ours, theirs = map(ast.literal_eval, each.args[:2])
        yield Key(frozenset(ours), str(theirs[0]).split(".")[0])


def _calls(nodes: Iterable[ast.AST], name: str) -> Iterator[ast.Call]:
    """The calls of this name among the nodes, whatever it was imported from."""
    for each in nodes:
        if isinstance(each, ast.Call) and name in {
            getattr(each.func, "id", ""),
            getattr(each.func, "attr", ""),
        }:
            yield each


def _texts(call: ast.Call) -> list[str]:
    """The texts among a call's arguments, those of `*("a", "b")` too."""
    plain = [each.value if isinstance(each, ast.Starred) else each for each in call.args]
    flat = [part for each in plain for part in (each.elts if isinstance(each, ast.Tuple) else [each])]
    return [each.value for each in flat if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _name(call: ast.Call) -> str:
    """A call's first argument.

    Raises:
        ValueError: it is no text.
    """
    first = call.args[0] if call.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        raise ValueError(f"line {call.lineno}: a table or column must begin with its name, as a text")  # noqa: TRY004
    return first.value


def _says(call: ast.Call, name: str, *, default: bool) -> bool:
    """The value of a keyword argument that is True or False."""
    values = [each.value for each in call.keywords if each.arg == name]
    return bool(ast.literal_eval(values[0])) if values else default
