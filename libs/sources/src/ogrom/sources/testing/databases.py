"""Databases at each phase of the schema, for those who try which releases work there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Engine, MetaData, Table, inspect

from ogrom.protocols.testing import CATALOGUE

from .. import migrations
from ..database.engine import database_engine
from ..schema.change import Kind
from ..schema.changes import CHANGES
from ..schema.runner import finish_all

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
    """Store CATALOGUE in the first revision's tables; what they must have that no record has is empty."""
    with engine.begin() as connection:
        for name, rows in _rows():
            table = Table(name, MetaData(), autoload_with=connection)
            known = {each.name: each for each in table.columns}
            empty = {
                each.name: each.type.python_type()
                for each in table.columns
                if each.name not in rows[0] and not each.nullable and each.server_default is None
            }
            values = [{key: _value(row[key]) for key in row.keys() & known} | empty for row in rows]
            connection.execute(table.insert(), values)


def _rows() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """CATALOGUE by the names of the first revision's columns, which never change: today's tables may have others."""
    for name in ("categories", "products", "users", "collages", "comments", "likes"):
        records = getattr(CATALOGUE, name)
        yield name, [asdict(each) for each in records]
        if name in _PARTS:
            part, rows = _PARTS[name]
            yield part, [row for each in records for row in rows(each)]


_PARTS: Mapping[str, tuple[str, Callable[[Any], Iterable[dict[str, Any]]]]] = {
    "categories": (
        "category_names",
        lambda category: (
            {"category_id": category.id, "locale": locale, "name": name}
            for locale, name in category.names.items()
        ),
    ),
    "products": (
        "offers",
        lambda product: (
            {"product_id": product.id, "locale": locale, "title": offer.title, **asdict(offer.price)}
            for locale, offer in product.offers.items()
        ),
    ),
    "collages": (
        "placements",
        lambda collage: (
            {"collage_id": collage.id, "locale": collage.locale, "position": position, **asdict(placement)}
            for position, placement in enumerate(collage.placements)
        ),
    ),
}


def _value(value: object) -> object:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


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
