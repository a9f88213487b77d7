"""The tables and columns that a release declares, read from the text of its module of tables: nothing is imported.

The module is SQLAlchemy's: `Table("collages", metadata, Column("id", ID, primary_key=True), ...)`. A release of any age
can be read, whatever it requires. What it declares counts as read and written.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DeclaredColumn:
    """What a release knows of a column."""

    nullable: bool
    """Whether it may write NULL, and expects to read it."""


@dataclass(frozen=True)
class Key:
    """A unique, primary or foreign key."""

    columns: frozenset[str]
    to: str = ""
    """The table that a foreign key refers to."""


@dataclass(frozen=True)
class DeclaredTable:
    """What a release knows of a table."""

    columns: Mapping[str, DeclaredColumn]
    keys: frozenset[Key]


@dataclass(frozen=True)
class Release:
    """A release, by what it declares."""

    name: str
    """`sources 4.1.0`."""
    tables: Mapping[str, DeclaredTable]

    def column(self, table: str, column: str) -> DeclaredColumn | None:
        """What it knows of a column; None if it does not declare it."""
        return self.tables[table].columns.get(column) if table in self.tables else None


def declared(name: str, text: str) -> Release:
    """What a release declares.

    Args:
        name: the release, as people call it.
        text: its module of tables.

    Raises:
        ValueError: the module declares no table, or one in a way that cannot be read.
    """
    tables = dict(_table(each) for each in ast.walk(ast.parse(text)) if _calls(each) == "Table")
    if not tables:
        raise ValueError(f"{name}: its module of tables declares none that can be read")
    return Release(name, tables)


def _table(call: ast.AST) -> tuple[str, DeclaredTable]:
    assert isinstance(call, ast.Call)
    name, parts = _text(call), call.args[1:]
    made = {_text(each): each for each in parts if _calls(each) == "Column"}
    primary = frozenset(column for column, each in made.items() if _says(each, "primary_key", default=False))
    columns = {
        column: DeclaredColumn(_says(each, "nullable", default=True) and column not in primary)
        for column, each in made.items()
    }
    keys = {Key(primary), *(key for column, each in made.items() for key in _of_column(column, each))}
    return name, DeclaredTable(columns, frozenset(keys.union(*(_of_table(each) for each in parts))))


def _of_column(column: str, call: ast.Call) -> Iterator[Key]:
    for each in call.args[1:]:
        if _calls(each) == "ForeignKey":
            yield Key(frozenset({column}), _text(each).split(".")[0])
    if _says(call, "unique", default=False):
        yield Key(frozenset({column}))


def _of_table(part: ast.expr) -> Iterator[Key]:
    match _calls(part):
        case "UniqueConstraint":
            yield Key(frozenset(_texts(part)))
        case "Index" if _says(part, "unique", default=False):
            yield Key(frozenset(_texts(part)[1:]))
        case "ForeignKeyConstraint":
            assert isinstance(part, ast.Call)
            ours, theirs = map(ast.literal_eval, part.args[:2])
            yield Key(frozenset(ours), str(theirs[0]).split(".")[0])


def _calls(node: ast.AST) -> str:
    """The name of what is called, such as `Column`, however it was imported."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _texts(node: ast.AST) -> list[str]:
    """The texts among a call's arguments, those of `*("a", "b")` too."""
    assert isinstance(node, ast.Call)
    plain = [each.value if isinstance(each, ast.Starred) else each for each in node.args]
    flat = [part for each in plain for part in (each.elts if isinstance(each, ast.Tuple) else [each])]
    return [each.value for each in flat if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _text(node: ast.AST) -> str:
    """A call's first argument.

    Raises:
        ValueError: it is no text.
    """
    assert isinstance(node, ast.Call)
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        raise ValueError(f"line {node.lineno}: {_calls(node)} must begin with its name, as a text")  # noqa: TRY004
    return first.value


def _says(node: ast.AST, name: str, *, default: bool) -> bool:
    """The value of a keyword argument that is True or False."""
    assert isinstance(node, ast.Call)
    values = [each.value for each in node.keywords if each.arg == name]
    return bool(ast.literal_eval(values[0])) if values else default
