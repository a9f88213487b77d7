"""Loading fills a store batch by batch."""

from datetime import datetime, timedelta, timezone

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, func, select

from ogrom.protocols.catalogue import Catalogue, Like
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict
from ogrom.protocols.models import CommentDraft, User
from ogrom.protocols.pages import PageRequest
from ogrom.protocols.testing import CATALOGUE, DE, GB
from ogrom.sources.sql.loading import is_empty, load
from ogrom.sources.sql.sources import SqlSources
from ogrom.sources.sql.tables import metadata

GOODS = Catalogue(categories=CATALOGUE.categories, products=CATALOGUE.products, users=CATALOGUE.users)
REMARKS = Catalogue(collages=CATALOGUE.collages, comments=CATALOGUE.comments, likes=CATALOGUE.likes)

NOON = datetime(2015, 6, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))


def size(engine: Engine) -> int:
    """How many rows there are in all tables."""
    with engine.connect() as connection:
        counts = (select(func.count()).select_from(table) for table in metadata.sorted_tables)
        return sum(connection.execute(count).scalar_one() for count in counts)


def test_batches_may_refer_to_earlier_ones(store: Engine) -> None:
    """Loading in parts is loading the whole, and progress counts the records."""
    seen: list[int] = []
    loaded = load(store, iter([GOODS, REMARKS]), seen.append)
    assert loaded.records == 30
    assert seen == [14, 30]
    split = size(store)
    assert loaded.rows == split
    sources = SqlSources.over(store)
    found = sources.collages.collage_by_id(Context(locale=GB), 15)
    assert found == CATALOGUE.collages[4]
    # 4 categories and 7 names, 7 products and 12 offers, 3 users, 6 collages, 11 placements, 6 + 4, a text for each
    # offer and collage, and 23 times an offer under a category.
    assert split == 4 + 7 + 7 + 12 + 3 + 6 + 11 + 6 + 4 + 12 + 6 + 23


def test_a_store_is_empty_until_something_is_loaded(store: Engine) -> None:
    """A service asks this before it loads a demo."""
    assert is_empty(store)
    load(store, [Catalogue(users=CATALOGUE.users)])
    assert not is_empty(store)


def test_a_batch_is_stored_whole_or_not_at_all(store: Engine) -> None:
    """The earlier batches stay, of the one that fails nothing does."""
    bad = replace(REMARKS, likes=(Like(collage_id=11, user_id=999),))
    with pytest.raises(Conflict):
        load(store, [GOODS, bad])
    assert size(store) == 4 + 7 + 7 + 12 + 3 + 12 + 23


def test_a_category_of_an_earlier_batch_finds_its_products(store: Engine) -> None:
    """Its name is read from the store."""
    load(store, [Catalogue(categories=CATALOGUE.categories), Catalogue(products=CATALOGUE.products)])
    hits = SqlSources.over(store).search.search(Context(locale=DE), "kleider", PageRequest()).items
    assert [hit.id for hit in hits] == [1, 2]


def test_loaded_as_a_whole_no_batch_stays_when_one_fails(store: Engine) -> None:
    """Nobody takes half of it for all; and nothing is in the way of another try."""
    bad = replace(REMARKS, likes=(Like(collage_id=11, user_id=999),))
    with pytest.raises(Conflict):
        load(store, [GOODS, bad], whole=True)
    assert is_empty(store)
    assert load(store, iter([GOODS, REMARKS]), whole=True).rows == size(store)


def test_a_batch_may_have_many_rows(store: Engine) -> None:
    """More than one statement holds, and each row arrives as it was, with every character and microsecond."""
    users = tuple(
        User(
            id=n,
            name=f"%s Ñ'\\ {n}",
            avatar_url="",
            revision=n,
            created_at=NOON + n * timedelta(microseconds=1),
        )
        for n in range(1, 2502)
    )
    assert load(store, [Catalogue(users=users)]).rows == 2501
    found = SqlSources.over(store).users.users_by_ids(Context(locale=GB), [1, 1000, 1001, 2501])
    assert [found[n] for n in (1, 1000, 1001, 2501)] == [users[n - 1] for n in (1, 1000, 1001, 2501)]


def test_what_is_there_already_conflicts(store: Engine) -> None:
    """Loading twice is a mistake that is told."""
    load(store, [GOODS])
    with pytest.raises(Conflict):
        load(store, [GOODS])


def test_a_collage_may_come_without_placements(store: Engine) -> None:
    """An import may bring one; it is read with none."""
    bare = replace(CATALOGUE.collages[0], placements=())
    load(store, [GOODS, Catalogue(collages=(bare,))])
    collages = SqlSources.over(store).collages
    assert collages.collage_by_id(Context(locale=DE), bare.id) == bare


def test_new_ids_follow_the_loaded_ones(sources: SqlSources) -> None:
    """A comment written after a load does not take a loaded one's id."""
    added = sources.comments.add_comment(Context(locale=GB), 15, CommentDraft(author_id=1, text="x"))
    assert added.id > 26
