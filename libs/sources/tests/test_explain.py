"""No statement reads a whole table: MariaDB's plan for each of them, on tables that are worth an index."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, SelectBase, UpdateBase, delete, select, text

from ogrom.sources import search, sql
from ogrom.sources.database.engine import database_engine
from ogrom.sources.database.statements import compiled
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql import collages, comments, products, tables
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.rows import AnySelect
from ogrom.sources.sql.tables import metadata
from ogrom.sources.testing import MariaDB, sample

pytestmark = pytest.mark.slow

LOCALE, WANTED = "de-DE", 21
NOW = datetime(2015, 6, 1, tzinfo=UTC)
THIS: dict[str, Any] = {"this": 9, "market": LOCALE, "at": 1}
OF_COLLAGE: dict[str, Any] = {"locale": LOCALE, "collage_id": 9}
LIKE: dict[str, Any] = {"collage": 9, "user": 3}
WORDS = {"title": "x", "title_words": "x", "tokens": "x"}
KEY: dict[str, Any] = {"user": 3, "market": LOCALE, "text": b"9"}
OLDER: dict[str, Any] = {"created_at": NOW, "id": 100}

# Each statement constant by where it is, with parameters.
CONSTANTS: dict[str, Mapping[str, Any]] = {
    "categories._BY_ID": {"locale": LOCALE, "id": 101},
    "category_offers._ADD": {"ids": [1, 5, 9]},
    "category_offers._PRODUCTS_BELOW": {"ids": [102]},
    "category_offers._REMOVE": {"key_product_id": 9, "key_locale": LOCALE, "key_category_id": 105},
    "category_offers._STALE": {"ids": [1, 5, 9]},
    "collages._BY_IDS": {"locale": LOCALE, "ids": [1, 5, 9]},
    "collages._CLEAR": THIS,
    "collages._DELETE": THIS,
    "collages._REPLACE": {**THIS, "title": "x", "updated_at": NOW},
    "comments._BY_IDS": {"locale": LOCALE, "ids": [1, 5, 9]},
    "comments._DELETE": {"locale": LOCALE, "id": 9},
    "indexing._CHANGED": {"this": 9, **WORDS},
    "indexing._CHANGED_COLLAGE": {"this": 9, "market": LOCALE, **WORDS},
    "indexing._COLLAGES_BY_IDS": {"ids": [1, 5, 9]},
    "indexing._MISSED": {"after": 1_000},
    "indexing._OFFERS": {"ids": [1, 5, 9]},
    "likes._COLLAGE": OF_COLLAGE,
    "likes._COUNT": OF_COLLAGE,
    "likes._IS_LIKED": LIKE,
    "likes._UNLIKE": LIKE,
    "outcomes._BEYOND": {"user": 3, "market": LOCALE, "most": 1_000, "settled": NOW},
    "outcomes._DROP": {"ids": [1, 5, 9]},
    "outcomes._FIND": KEY,
    "outcomes._KEEP": {**KEY, "kept": "{}"},
    "outcomes._OLD": {"before": NOW},
    "products._BY_IDS": {"locale": LOCALE, "ids": [1, 5, 9]},
    "users._BY_IDS": {"ids": [1, 5, 9]},
}

# An INSERT reads nothing.
INSERTS = {
    "collages._ADD",
    "collages._PLACE",
    "comments._ADD",
    "indexing._NEW",
    "likes._LIKE",
    "outcomes._TAKE",
}

# What others begin with, and nobody runs.
PARTS = {"comments._COMMENTS", "indexing._COLLAGES", "products._OF_CATEGORY", "products._PRODUCTS"}

# The tree is wanted whole; it is a hundred rows however many products there are.
WHOLE = {"categories._TREE"}


def pages() -> Iterator[tuple[str, AnySelect, Mapping[str, Any]]]:
    """Every statement that reads a page of a list, first pages and later ones."""
    page = {"locale": LOCALE, "wanted": WANTED}
    for after in (False, True):
        key = OLDER if after else {}
        for one in (False, True):
            of_collage = {"collage_id": 9} if one else {}
            of_author = {"author_id": 3} if one else {}
            name = f"{'later' if after else 'first'}, {'of one' if one else 'all'}"
            yield f"comments {name}", comments._newest(of_collage=one, after=after), page | key | of_collage
            yield f"collages {name}", collages._newest(of_author=one, after=after), page | key | of_author
        start = {"after": 5_000 if after else 0}
        # A root, a branch, a leaf.
        categories = ({"category_id": 100}, {"category_id": 101}, {"category_id": 105})
        for filters in ({}, *categories, {"brand": "Kaltblau"}, {"category_id": 100, "brand": "Kaltblau"}):
            yield f"products {filters} after {start}", products._page(tuple(filters)), page | start | filters


PAGES = list(pages())

# The functions that make statements; their statements are in `pages`. Search has an index of its own kind.
MAKERS = {"collages._newest", "comments._newest", "products._page", "source._statement"}


def members() -> Iterator[tuple[str, Any]]:
    """What the modules of the package hold, each thing once, by module and name."""
    seen: set[int] = set()
    modules = [each for package in (sql, search) for each in _modules(package)]
    for module in modules:
        for name, value in vars(module).items():
            if id(value) not in seen:
                seen.add(id(value))
                yield f"{module.__name__.rpartition('.')[2]}.{name}", value


def _modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(each.name) for each in found]


STATEMENTS = {name: value for name, value in members() if isinstance(value, SelectBase | UpdateBase)}


def makes_statements(value: Any) -> bool:
    """Whether it is a remembering function that gives a statement."""
    return isinstance(value, type(products._page)) and value.__annotations__.get("return") is AnySelect


@pytest.fixture(scope="module")
def filled(mariadb: MariaDB) -> Iterator[Connection]:
    """A store with some ten thousand products, and the server's statistics about it."""
    engine = database_engine(mariadb.database())
    migrate(engine)
    load(engine, sample(12_000))
    with engine.connect() as connection:
        connection.execute(tables.idempotency_keys.insert(), keys())
        for table in metadata.sorted_tables:
            connection.execute(text(f"ANALYZE TABLE {table.name}")).all()
        yield connection
    engine.dispose()


def keys() -> list[dict[str, Any]]:
    """Two thousand keys of each of five users, an hour apart."""
    return [
        {
            "user_id": number % 5,
            "locale": LOCALE,
            "key": str(number).encode(),
            "outcome": "{}",
            "created_at": NOW + timedelta(hours=number - 100),
        }
        for number in range(10_000)
    ]


def plan(connection: Connection, statement: Any, parameters: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What EXPLAIN says, a row for each table."""
    if isinstance(statement, SelectBase):
        query = compiled(statement, connection.dialect, parameters)
        sql, values = query.sql, query.values(parameters)
    else:
        made = statement.compile(dialect=connection.dialect, column_keys=list(parameters))
        state = made.construct_expanded_state(made.construct_params(parameters))
        sql, values = state.statement, tuple(state.parameters[name] for name in state.positiontup)
    return [dict(row) for row in connection.exec_driver_sql(f"EXPLAIN {sql}", values).mappings()]


def scans(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of a plan that read all of a table, or all of an index."""
    return [row for row in rows if row["type"] in {"ALL", "index"} and row["table"] in metadata.tables]


def test_every_statement_is_known_here() -> None:
    """A new one needs parameters in this module."""
    assert STATEMENTS.keys() == CONSTANTS.keys() | INSERTS | PARTS | WHOLE
    assert {name for name, value in members() if makes_statements(value)} == MAKERS


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_statement_reads_by_keys(filled: Connection, name: str) -> None:
    """Never a whole table or a whole index."""
    rows = plan(filled, STATEMENTS[name], CONSTANTS[name])
    assert rows
    assert scans(rows) == []


@pytest.mark.parametrize("after", [0, 5_000])
@pytest.mark.parametrize("filters", [("collage_id",), ("category_id", "collage_id")])
def test_products_of_a_collage_are_read_by_keys(
    filled: Connection, filters: tuple[str, ...], after: int
) -> None:
    """They are sorted, which costs the same in a store of any size: a collage places a hundred at most."""
    parameters = {"locale": LOCALE, "wanted": WANTED, "after": after, "collage_id": 9, "category_id": 100}
    assert scans(plan(filled, products._page(filters), parameters)) == []


@pytest.mark.parametrize(
    ("statement", "parameters"), [page[1:] for page in PAGES], ids=[page[0] for page in PAGES]
)
def test_a_page_is_read_in_the_order_of_an_index(
    filled: Connection, statement: AnySelect, parameters: Mapping[str, Any]
) -> None:
    """Nothing is read to its end, and nothing but the page itself is sorted."""
    rows = plan(filled, statement, parameters)
    assert scans(rows) == []
    extras = [row["Extra"] or "" for row in rows if row["table"] in metadata.tables]
    assert not [extra for extra in extras if "filesort" in extra or "temporary" in extra]


@pytest.mark.parametrize("filters", [("category_id",), ("category_id", "brand")])
@pytest.mark.parametrize("category_id", [100, 105])
def test_a_category_s_page_begins_with_the_category(
    filled: Connection, filters: tuple[str, ...], category_id: int
) -> None:
    """Not with the market's offers, of which any number may come before the first one of the category."""
    parameters = {
        "locale": LOCALE,
        "wanted": WANTED,
        "after": 0,
        "category_id": category_id,
        "brand": "Kaltblau",
    }
    first, *others = plan(filled, products._page(filters), parameters)
    assert (first["table"], first["type"]) == ("category_offers", "range")
    assert {each["type"] for each in others} == {"eq_ref"}


def test_a_scan_is_seen(filled: Connection) -> None:
    """What this module looks for does occur: a condition that no index serves."""
    assert scans(plan(filled, select(tables.users.c.id).where(tables.users.c.name == "x"), {}))
    assert scans(plan(filled, delete(tables.comments).where(tables.comments.c.text == "x"), {}))
