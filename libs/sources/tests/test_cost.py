"""What a read costs in calls of Python functions: a number that no busy machine changes."""

import sys
from collections.abc import Callable, Iterator

import pytest

from ogrom.protocols.context import Context
from ogrom.protocols.pages import PageRequest
from ogrom.sources.demo import catalogue
from ogrom.sources.engine import database_engine
from ogrom.sources.loading import load
from ogrom.sources.migrate import migrate
from ogrom.sources.sql import SqlSources

CTX = Context(locale="de-DE")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlSources]:
    """Over a small demo in SQLite."""
    engine = database_engine(f"sqlite:///{tmp_path_factory.mktemp('cost') / 'ogrom.db'}")
    migrate(engine)
    load(engine, catalogue(products=1000))
    yield SqlSources.over(engine)
    engine.dispose()


def calls(function: Callable[[], object]) -> int:
    """How many Python functions run in one call, once it has been made before."""
    function()
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def test_a_read_by_id_goes_straight_to_the_driver(sources: SqlSources) -> None:
    """Through SQLAlchemy's Connection it would be 200 and more."""
    assert calls(lambda: sources.products.product_by_id(CTX, 7)) < 100
    assert calls(lambda: sources.users.user_by_id(CTX, 7)) < 100
    assert calls(lambda: sources.comments.comment_by_id(CTX, 7)) < 100


def test_a_row_more_is_a_few_calls_more(sources: SqlSources) -> None:
    """Its time is made aware and its model built: nothing is done by the column."""

    def page(limit: int) -> int:
        return calls(lambda: sources.comments.comments(CTX, PageRequest(limit=limit)))

    assert (page(100) - page(10)) / 90 < 5


def test_an_id_more_is_no_call_more_but_its_row_s(sources: SqlSources) -> None:
    """The text for so many ids is remembered."""

    def of(number: int) -> int:
        return calls(lambda: sources.products.products_by_ids(CTX, range(1, number + 1)))

    assert (of(100) - of(10)) / 90 < 5
