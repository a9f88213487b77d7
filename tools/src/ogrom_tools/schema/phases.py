"""The phases of the schema, and databases at each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from ogrom.protocols.testing import CATALOGUE
from ogrom.sources import migrations
from ogrom.sources.database.engine import database_engine
from ogrom.sources.sql.loading import rows_of

_SCRIPTS = Path(migrations.__file__).parent

_SQLITES_OWN = ("sqlite_", "texts_fts")
# Tables that it makes behind others, each version its own.


@dataclass(frozen=True, order=True)
class Phase:
    """How far the schema of a database is.

    Attributes:
        expand: the revision of its last expand.
        contracts: the contracts that are finished, in order.
    """

    expand: str
    contracts: tuple[str, ...] = ()

    def __str__(self) -> str:
        """`0005`, or `0006+0007` after a contract."""
        return "+".join((self.expand, *self.contracts))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The phase of its text."""
        expand, *contracts = text.split("+")
        return cls(expand, tuple(contracts))


def phases() -> tuple[Phase, ...]:
    """All of the work tree's, first to last: each revision of Alembic's is an expand, and there is no contract yet."""
    revisions = ScriptDirectory(str(_SCRIPTS)).walk_revisions()
    return tuple(sorted(Phase(each.revision) for each in revisions))


def fill(url: str, phase: Phase) -> None:
    """Bring an empty database to a phase, with the contracts' CATALOGUE in it.

    It is filled at the first phase, so that what later ones derive from rows they derive here too.
    """
    with _engine(url) as engine:
        _upgrade(engine, phases()[0])
        known = {each: _columns(engine, each) for each in inspect(engine).get_table_names()}
        with engine.begin() as connection:
            for table, rows in rows_of(CATALOGUE):
                kept = [{key: row[key] for key in row.keys() & known.get(table.name, ())} for row in rows]
                if kept and table.name in known:
                    connection.execute(table.insert(), kept)
        _upgrade(engine, phase)


def columns(url: str) -> tuple[str, ...]:
    """Each column of a database as `table.column`, sorted: what nobody may change while a release is tried."""
    with _engine(url) as engine:
        tables = [each for each in inspect(engine).get_table_names() if not each.startswith(_SQLITES_OWN)]
        return tuple(sorted(f"{table}.{column}" for table in tables for column in _columns(engine, table)))


def _columns(engine: Engine, table: str) -> frozenset[str]:
    return frozenset(str(each["name"]) for each in inspect(engine).get_columns(table))


def _upgrade(engine: Engine, phase: Phase) -> None:
    config = Config()
    # The parser behind Config takes a percent sign for the beginning of a variable.
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, phase.expand)


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = database_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
