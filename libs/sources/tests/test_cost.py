"""What a read costs in calls of Python functions and in round trips: numbers that no busy machine changes.

A limit is what a call costs today and a few more, on any Python and with any release of the packages. Whoever
goes beyond one has put something into every request; whoever stays well below may lower it.
"""

import gc
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import pytest

from ogrom.protocols.consistency import Copies
from ogrom.protocols.context import Context
from ogrom.protocols.models import CollageDraft, Placement
from ogrom.protocols.pages import PageRequest
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.testing import MariaDB, Proxy, sample
from ogrom.sources.wrappers import Breaker, Cache, Timings, cached, guarded, observed

PAGE = PageRequest(limit=20)


def ctx() -> Context:
    """Of a request as the service serves it."""
    return Context(locale="de-DE", deadline=time.monotonic() + 60, copies=Copies())


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlSources]:
    """Over a small demo in SQLite."""
    engine = database_engine(f"sqlite:///{tmp_path_factory.mktemp('cost') / 'ogrom.db'}")
    migrate(engine)
    load(engine, sample(1000))
    yield SqlSources.over(engine)
    engine.dispose()


def calls(function: Callable[[], object]) -> Counter[str]:
    """How often each Python function runs in one call, once it has been made before."""
    function()
    counted: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            counted[f"{Path(frame.f_code.co_filename).name}: {frame.f_code.co_qualname}"] += 1

    gc.disable()  # others have callbacks there
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
        gc.enable()
    return counted


def cost(function: Callable[[], object]) -> int:
    """How many Python functions run in one call."""
    return calls(function).total()


def test_a_read_by_id_goes_straight_to_the_driver(sources: SqlSources) -> None:
    """Through the pool's proxies it would be 80, through SQLAlchemy's Connection 200 and more."""
    assert cost(lambda: sources.products.product_by_id(ctx(), 7)) <= 53
    assert cost(lambda: sources.users.user_by_id(ctx(), 7)) <= 53
    assert cost(lambda: sources.comments.comment_by_id(ctx(), 7)) <= 53


def test_a_page_of_collages_makes_a_collage_once(sources: SqlSources) -> None:
    """Its own columns come with each placement, a hundred times on this page, and are looked at once."""
    page = sources.collages.collages(ctx(), PAGE)
    rows = sum(len(collage.placements) for collage in page.items)
    assert (len(page.items), rows > 90) == (20, True)
    assert cost(lambda: sources.collages.collages(ctx(), PAGE)) <= 258


def test_a_placement_more_is_one_call_more(sources: SqlSources) -> None:
    """A collage of a hundred costs for each what one of ten does."""
    placed = Placement(product_id=1, x=0, y=0, width=1, height=1)

    def of(number: int) -> int:
        draft = CollageDraft(author_id=1, title="x", placements=(placed,) * number)
        made = sources.collages.add_collage(ctx(), draft)
        return cost(lambda: sources.collages.collage_by_id(ctx(), made.id))

    assert (of(100) - of(10)) / 90 <= 1


def test_a_row_more_is_a_few_calls_more(sources: SqlSources) -> None:
    """Its time is made aware and its model built: nothing is done by the column."""

    def page(limit: int) -> int:
        return cost(lambda: sources.comments.comments(ctx(), PageRequest(limit=limit)))

    assert (page(100) - page(10)) / 90 < 5


def test_an_id_more_is_no_call_more_but_its_row_s(sources: SqlSources) -> None:
    """The text for so many ids is remembered."""

    def of(number: int) -> int:
        return cost(lambda: sources.products.products_by_ids(ctx(), range(1, number + 1)))

    assert (of(100) - of(10)) / 90 < 5


def test_breaker_and_timings_are_a_few_calls(sources: SqlSources) -> None:
    """Looked up by its name once, a method passes through both without being made anew."""
    bare = sources.products
    within = guarded(observed(bare, "products", Timings()), "products", Breaker("database"))
    more = cost(lambda: within.product_by_id(ctx(), 7)) - cost(lambda: bare.product_by_id(ctx(), 7))
    assert more <= 16


def test_an_answer_from_memory_is_no_search_for_its_key(sources: SqlSources) -> None:
    """However the arguments are passed; and a page costs what a product does."""
    products = cached(sources.products, "products", Cache(), ttl=60)
    collages = cached(sources.collages, "collages", Cache(), ttl=60)
    assert cost(lambda: products.product_by_id(ctx(), 7)) <= 30
    assert cost(lambda: products.product_by_id(ctx(), product_id=7)) <= 30
    assert cost(lambda: collages.collages(ctx(), PAGE)) <= 31


@pytest.mark.slow
def test_a_read_from_a_server_is_one_round_trip(mariadb: MariaDB) -> None:
    """And some calls of Python functions more than one from a file, for the deadline and a look at the socket."""
    with Proxy(mariadb.port) as proxy, ExitStack() as stack:
        url = mariadb.database().replace(f":{mariadb.port}/", f":{proxy.port}/")
        engine = database_engine(f"{url}?ssl-mode=DISABLED", pool_size=1)
        stack.callback(engine.dispose)
        migrate(engine)
        load(engine, sample(1000))
        sources = SqlSources.over(engine)
        # The least of some: a read may wake the watchdog, or be so late that a session's limit no longer will do.
        reads: list[tuple[Callable[[], object], int]] = [
            (lambda: sources.products.product_by_id(ctx(), 7), 77),
            (lambda: sources.collages.collages(ctx(), PAGE), 282),
        ]
        for read, limit in reads:
            counted = min((calls(read) for _ in range(5)), key=Counter.total)
            assert counted.total() <= limit, counted
            before = proxy.requests
            read()
            assert proxy.requests - before == 1
