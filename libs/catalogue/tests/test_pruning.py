"""Removing what a market's newest file has no more."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, func, select

from ogrom.catalogue.demo import catalogue
from ogrom.catalogue.importing import seen_offers
from ogrom.catalogue.merchant import Market
from ogrom.catalogue.pruning import missing, prune
from ogrom.protocols.catalogue import Catalogue
from ogrom.protocols.context import Context
from ogrom.protocols.models import CollageDraft, Placement, User
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import offer_ids, products

LATER = datetime(2026, 11, 25, tzinfo=UTC)
GERMAN = Context(locale="de-DE")
BRITAIN = Market(locale="en-GB", currency="GBP", before=frozenset({"de-DE"}))


def remove(engine: Engine, *kept: str) -> tuple[int, int]:
    """How many were removed from Germany, and how many stayed because collages show them."""
    with seen_offers() as seen:
        for line, name in enumerate(kept):
            seen.first(name, line)
        found = list(missing(engine, "de-DE", seen))
    return sum(prune(engine, "de-DE", each.ids, LATER) for each in found), sum(each.shown for each in found)


def ids(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.scalars(select(products.c.id).order_by(products.c.id)))


def test_what_is_not_in_the_file_goes(shop: Any) -> None:
    """A thousand at a time; what came from elsewhere stays."""
    load(shop.engine, catalogue(products=20))
    shop.load(shop.table(*(shop.row(f"A{i}") for i in range(2500))))
    assert remove(shop.engine, "A7", "A2499") == (2498, 0)
    assert ids(shop.engine) == [*range(1, 21), 28, 2520]
    assert remove(shop.engine, "A7", "A2499") == (0, 0)


def test_another_market_keeps_its_own(shop: Any) -> None:
    """The product stays, with a new revision, for those who still sell it."""
    shop.load(shop.table(shop.row("A1"), shop.row("A2")))
    shop.load(shop.table(shop.row("A1", price="1 GBP")), BRITAIN)
    assert remove(shop.engine) == (2, 0)
    found = SqlSources.over(shop.engine).products
    assert found.product_by_id(GERMAN, 1) is None
    british = found.product_by_id(Context(locale="en-GB"), 1)
    assert british is not None
    assert (british.revision, british.updated_at) == (3, LATER)
    assert ids(shop.engine) == [1]


def test_what_a_collage_shows_stays(shop: Any) -> None:
    """And is counted, so that somebody may look."""
    shop.load(shop.table(shop.row("A1"), shop.row("A2")))
    user = User(id=1, name="x", avatar_url="", revision=1, created_at=LATER)
    load(shop.engine, [Catalogue(users=(user,))])
    shown = Placement(product_id=1, x=0, y=0, width=1, height=1)
    collages = SqlSources.over(shop.engine).collages
    collages.add_collage(GERMAN, CollageDraft(author_id=1, title="x", placements=(shown,)))
    assert remove(shop.engine) == (1, 1)
    assert ids(shop.engine) == [1]
    assert prune(shop.engine, "de-DE", (1,), LATER) == 0


def test_an_offer_that_comes_back_is_the_same_product(shop: Any) -> None:
    """No other one has got its id meanwhile."""
    shop.load(shop.table(shop.row("A1"), shop.row("A2")))
    remove(shop.engine)
    assert ids(shop.engine) == []
    shop.load(shop.table(shop.row("A3"), shop.row("A2")))
    assert ids(shop.engine) == [2, 3]
    with shop.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(offer_ids)) == 3
