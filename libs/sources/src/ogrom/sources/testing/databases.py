"""Databases at each phase of the schema, for those who try which releases work there."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Engine, MetaData, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn

from ogrom.protocols.testing import CATALOGUE

from .. import migrations
from ..database.engine import database_engine
from ..schema.change import Kind
from ..schema.changes import CHANGES
from ..schema.runner import finish_all
from ..sql.loading import rows_of

__all__ = ["columns", "fill", "phases"]

_SCRIPTS = Path(migrations.__file__).parent
_SIGNS = {Kind.BACKFILL: "~", Kind.CONTRACT: "+"}

_SQLITES_OWN = ("sqlite_", "texts_fts")
# Tables that it makes behind others, each version its own.


def phases() -> tuple[str, ...]:
    """The phases that the changes of this release lead to, first to last, as texts such as `0006~0007+0008`.

    Two databases go through them: one where each change is made as early as its number allows, and one where backfills
    and contracts wait for the last expand.
    """
    steps = [(each, "") for each in _revisions()]
    steps += [(each.number, _SIGNS[each.kind]) for each in CHANGES if each.kind in _SIGNS]
    early, late = sorted(steps), sorted(steps, key=lambda each: (each[1] != "", each))
    return tuple(sorted({*_through(early), *_through(late)}, key=lambda each: (each[:4], len(each), each)))


def fill(url: str, phase: str) -> None:
    """Bring an empty database to a phase, with the contracts' CATALOGUE in it.

    It is filled at the first phase, so that what later ones derive from rows they derive here too.

    Args:
        url: as `database_engine` takes it.
        phase: one of `phases()`.

    Raises:
        Refused: a change of the phase comes after one that is not in it.
    """
    expand, finished = phase[:4], {*phase[4:].replace("~", "+").split("+")}
    first, *later = (each for each in _revisions() if each <= expand)
    changes = {each.number: each for each in CHANGES if each.number in finished}
    with _engine(url) as engine:
        _upgrade(engine, first)
        _load(engine)
        for each in sorted((*later, *changes)):
            if each in changes:
                finish_all(engine, [changes[each]])
            else:
                _upgrade(engine, each)


def columns(url: str) -> tuple[str, ...]:
    """Each column of a database as `table.column`, sorted; without the tables that SQLite makes behind others."""
    with _engine(url) as engine:
        inspector = inspect(engine)
        tables = [each for each in inspector.get_table_names() if not each.startswith(_SQLITES_OWN)]
        found = ((table, column["name"]) for table in tables for column in inspector.get_columns(table))
        return tuple(sorted(f"{table}.{column}" for table, column in found))


def _through(line: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The phase after each change, given by its number and sign."""
    expand, done = "", dict.fromkeys(_SIGNS.values(), "")
    for number, sign in line:
        if sign:
            done[sign] += f"{sign}{number}"
        else:
            expand = number
        yield "".join((expand, *done.values()))


def _load(engine: Engine) -> None:
    """Store CATALOGUE in the tables that there are; what today's lack, and these must have, is empty."""
    with engine.begin() as connection:
        inspector = inspect(connection)
        for table, rows in rows_of(CATALOGUE):
            if not (rows and inspector.has_table(table.name)):
                continue
            known, copy = inspector.get_columns(table.name), table.to_metadata(MetaData())
            more = [each for each in known if each["name"] not in copy.columns and _must_be_given(each)]
            for each in more:
                copy.append_column(Column(each["name"], each["type"]))
            empty = {each["name"]: each["type"].python_type() for each in more}
            names = {each["name"] for each in known}
            connection.execute(
                copy.insert(), [{key: row[key] for key in row.keys() & names} | empty for row in rows]
            )


def _must_be_given(column: ReflectedColumn) -> bool:
    return not column["nullable"] and column["default"] is None


def _revisions() -> list[str]:
    """The numbers of the expands."""
    from alembic.script import ScriptDirectory

    return sorted(each.revision for each in ScriptDirectory(str(_SCRIPTS)).walk_revisions())


def _upgrade(engine: Engine, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # The parser behind Config takes a percent sign for the beginning of a variable.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = database_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
