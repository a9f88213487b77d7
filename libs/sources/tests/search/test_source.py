"""Search over SQL finds what the in-memory search finds, by its index, in time."""

import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st
from sqlalchemy import Engine, insert

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Offer, ProductRecord
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Timeout
from ogrom.protocols.models import Collage, Hit, Money, User
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.sources import SearchSource
from ogrom.protocols.testing import DE, GB, MemorySources
from ogrom.sources.database.statements import listening
from ogrom.sources.search.tokens import text_of_collage
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import categories, collages, metadata, texts, users

START = datetime(2024, 2, 29, 12, tzinfo=UTC)
PRICE = Money(amount=1, currency="EUR")
AUTHOR = User(id=1, name="x", avatar_url="", revision=1, created_at=START)

# What titles and queries are made of: few enough to meet, and everything that might break an index.
PIECES = st.sampled_from(
    [
        *(
            "kleid",
            "Sommerkleid",
            "Kleider",
            "KLEI",
            "hut",
            "Strohhut",
            "s",
            "38",
            "grün",
            "gruen",
            "grun",
            "Straße",
        ),
        *(
            "STRASSE",
            "łódź",
            "lodz",
            "smørrebrød",
            "Ærø",
            "nu\u0308mph",
            "the",
            "und",
            "AND",
            "OR",
            "NOT",
            "NEAR",
            "w",
        ),
        *(
            "שמלה",
            "שָׁלוֹם",
            "فستان",
            "Платье",
            "достопримечательности",
            "достопримечательностей",
            "連衣裙",
            "🌷",
            "👩‍👩‍👧",
        ),
        *("ﬁne", "İstanbul", "ﷺ", "𐐨𐐩𐐪", "dede_wkleid", "x" * 59 + "yz", "x" * 61, "\u202e", "\x00", "हिन्दी"),
        *(
            "*",
            '"',
            "'",
            "(",
            ")",
            "+",
            "-",
            "~",
            "<",
            ">",
            "@",
            "%",
            "_",
            "\\",
            ":",
            "^",
            "{",
            "--",
            ";",
            "/*",
        ),
    ]
)
GLUE = st.sampled_from([" ", " ", " ", "", "-", "\n"])


def phrases(pieces: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[str]:
    """A few pieces, with or without something between them."""
    return st.lists(st.builds(str.__add__, pieces, GLUE), min_size=1, max_size=most).map("".join)


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@st.composite
def stores(draw: st.DrawFn) -> tuple[Catalogue, list[str]]:
    """Some products and collages of two markets, and what is looked for in them: both of the same few pieces."""
    pieces = st.sampled_from(draw(st.lists(PIECES, min_size=1, max_size=3, unique=True)))
    titles = st.one_of(phrases(pieces), phrases(pieces), phrases(pieces), phrases(PIECES), ANYTHING)
    names = st.fixed_dictionaries({DE: titles}, optional={GB: titles})
    catalogue = Catalogue(
        categories=tuple(
            CategoryRecord(id=id, parent_id=None, names=draw(names), updated_at=START) for id in (1, 2)
        ),
        products=tuple(
            _product(draw, id, draw(titles), draw(names)) for id in range(1, draw(st.integers(1, 8)))
        ),
        users=(AUTHOR,),
        collages=tuple(_collage(draw, id, draw(titles)) for id in range(1, draw(st.integers(1, 5)))),
    )
    queries = st.one_of(phrases(pieces), phrases(PIECES, most=40), st.text(max_size=20), st.just(""))
    return catalogue, [*(draw(PIECES)[:length] for length in (1, 4)), *draw(st.lists(queries, max_size=4))]


def _product(draw: st.DrawFn, id: int, brand: str, titles: dict[str, str]) -> ProductRecord:
    return ProductRecord(
        id=id,
        brand=brand,
        category_id=draw(st.sampled_from([1, 2])),
        image_url="",
        offers={locale: Offer(title=title, price=PRICE) for locale, title in titles.items()},
        updated_at=START,
    )


def _collage(draw: st.DrawFn, id: int, title: str) -> Collage:
    return Collage(
        id=id,
        locale=draw(st.sampled_from([DE, GB])),
        author_id=1,
        title=title,
        placements=(),
        revision=1,
        created_at=START,
        updated_at=START,
    )


def hits(source: SearchSource, query: str, limit: int) -> list[Hit]:
    """All the hits in Germany, page by page."""
    found: list[Hit] = []
    page = PageRequest(limit=limit)
    while True:
        got = source.search(Context(locale=DE), query, page)
        found += got.items
        if got.next_cursor is None:
            return found
        page = PageRequest(limit=limit, cursor=got.next_cursor)


def emptied(engine: Engine) -> Engine:
    """The engine, on a store without a row."""
    with engine.begin() as connection:
        # A category cannot go before those below it.
        connection.execute(categories.update().values(parent_id=None))
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    return engine


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(held=(Catalogue(), ["", "\x00", "*", '"', "x" * 5000, "a " * 5000]))
@given(held=stores())
def test_a_search_finds_what_one_in_memory_finds(migrated: Engine, held: tuple[Catalogue, list[str]]) -> None:
    """The same hits in the same order, whatever is stored and whatever is typed, also by a title itself."""
    catalogue, queries = held
    load(emptied(migrated), [catalogue])
    sql, memory = SqlSources.over(migrated).search, MemorySources(catalogue).search
    titles = [offer.title for product in catalogue.products for offer in product.offers.values()]
    for query in (*queries, *titles, *(collage.title for collage in catalogue.collages)):
        expected = hits(memory, query, 100)
        assert hits(sql, query, 100) == expected
        assert hits(sql, query, 2) == expected


@pytest.fixture
def crowded(store: Engine) -> Engine:
    """A store of 3,000 collages, in each of which 32 words begin with those of `HARD`."""
    titles = [" ".join(f"w{word}{number % 10}" for word in range(10, 42)) for number in range(3000)]
    collage: dict[str, Any] = {"locale": DE, "author_id": 1, "revision": 1, "created_at": START}
    with store.begin() as connection:
        connection.execute(
            insert(users), {"id": 1, "name": "", "avatar_url": "", "revision": 1, "created_at": START}
        )
        for start in range(0, len(titles), 500):
            part = list(enumerate(titles[start : start + 500], start + 1))
            rows = [{"id": id, "title": title, "updated_at": START, **collage} for id, title in part]
            connection.execute(insert(collages), rows)
            connection.execute(insert(texts), [text_of_collage(DE, id, title) for id, title in part])
    return store


HARD = " ".join(f"w{word}" for word in range(10, 42))


def test_a_search_ends_at_its_deadline(crowded: Engine) -> None:
    """The database itself ends the statement; the store goes on serving."""
    source = SqlSources.over(crowded).search
    with pytest.raises(Timeout):
        source.search(Context(locale=DE, deadline=time.monotonic() + 0.01), HARD, PageRequest())
    assert [hit.id for hit in source.search(Context(locale=DE), HARD, PageRequest(limit=3)).items] == [
        1,
        2,
        3,
    ]


def plan(engine: Engine, query: str) -> str:
    """How the database goes about a search, one line a step."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    asked: list[tuple[str, Any]] = []
    with listening(engine, lambda *call: asked.append(call)):
        SqlSources.over(engine).search.search(Context(locale=DE), query, PageRequest())
    with engine.connect() as connection:
        rows = [row for sql, values in asked for row in connection.exec_driver_sql(explain + sql, values)]
    return "\n".join(" ".join(map(str, row)) for row in rows)


@pytest.mark.parametrize("query", ["w10", "w10 w110", HARD])
def test_a_search_reads_the_full_text_index(crowded: Engine, query: str) -> None:
    """And the rows that it names, none else; what a list shows of a hit is read by primary keys."""
    steps = plan(crowded, query)
    if crowded.dialect.name == "sqlite":
        assert "SCAN texts_fts VIRTUAL TABLE INDEX" in steps
        assert "SEARCH texts USING INTEGER PRIMARY KEY" in steps
        assert "SCAN offers" not in steps
        assert "SCAN placements" not in steps
        assert "SCAN products" not in steps
    else:
        assert re.search("^2 DERIVED texts fulltext [a-z_,]* ft_texts_tokens ", steps, re.MULTILINE)
        for table in ("offers", "placements", "products"):
            assert re.search(f"^1 PRIMARY {table} eq_ref [a-zA-Z_,]* PRIMARY ", steps, re.MULTILINE)
