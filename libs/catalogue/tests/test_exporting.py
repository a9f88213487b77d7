"""Export, import, export is identical."""

import gzip
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Engine

from ogrom.catalogue.demo import catalogue
from ogrom.catalogue.exporting import export
from ogrom.protocols.catalogue import Catalogue, CategoryRecord, Like, Offer, OfferId, ProductRecord
from ogrom.protocols.models import Collage, Comment, Money, Placement, User
from ogrom.protocols.testing import CATALOGUE
from ogrom.sources.sql.loading import load
from ogrom.sources.sql.tables import metadata

LOCALES = ("de-DE", "en-GB", "fr-FR")
IDS = (1, 2, 7, 2**63 - 1)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
moments = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
numbers = st.integers(0, 2**63 - 1)
fractions = st.floats(0, 1)


def some(values: Any) -> Any:
    """A value for some of the locales."""
    return st.dictionaries(st.sampled_from(LOCALES), values, max_size=3)


def categories() -> Any:
    """Four of them, each below one that has a lower place, whatever its id."""
    parents = st.tuples(*(st.sampled_from((None, *IDS[::-1][:place])) for place in range(4)))
    return parents.flatmap(
        lambda above: st.tuples(
            *(
                st.builds(
                    CategoryRecord,
                    id=st.just(id),
                    parent_id=st.just(parent),
                    names=some(texts),
                    updated_at=moments,
                    revision=numbers,
                )
                for id, parent in zip(IDS[::-1], above, strict=True)
            )
        )
    )


offer = st.builds(Offer, title=texts, price=st.builds(Money, amount=numbers, currency=st.just("EUR")))


def product(id: int) -> Any:
    return st.builds(
        ProductRecord,
        id=st.just(id),
        brand=texts,
        category_id=st.sampled_from(IDS),
        image_url=texts,
        # Sold here, so that collages can show it.
        offers=some(offer).flatmap(lambda rest: offer.map(lambda here: {**rest, "de-DE": here})),
        updated_at=moments,
        revision=numbers,
    )


placement = st.builds(
    Placement,
    product_id=st.sampled_from(IDS),
    x=fractions,
    y=fractions,
    width=st.floats(0, 1, exclude_min=True),
    height=st.floats(0, 1, exclude_min=True),
    rotation=st.floats(-360, 360, exclude_min=True, exclude_max=True),
    z=st.integers(0, 1000),
)
user = {
    id: st.builds(User, id=st.just(id), name=texts, avatar_url=texts, revision=numbers, created_at=moments)
    for id in IDS
}
catalogues = st.builds(
    Catalogue,
    categories=categories(),
    products=st.tuples(*map(product, IDS)),
    offer_ids=st.lists(
        st.builds(
            OfferId,
            offer_id=st.text("aAä1", min_size=1, max_size=50),
            product_id=numbers.map(lambda n: n or 1),
        ),
        unique_by=(lambda each: each.offer_id, lambda each: each.product_id),
        max_size=3,
    ).map(tuple),
    users=st.tuples(*user.values()),
    collages=st.builds(
        Collage,
        id=st.just(7),
        locale=st.just("de-DE"),
        author_id=st.sampled_from(IDS),
        title=texts,
        placements=st.lists(placement, max_size=3).map(tuple),
        revision=numbers,
        created_at=moments,
        updated_at=moments,
    ).map(lambda each: (each,)),
    comments=st.builds(
        Comment,
        id=st.sampled_from(IDS),
        locale=st.just("de-DE"),
        collage_id=st.just(7),
        author_id=st.sampled_from(IDS),
        text=texts,
        created_at=moments,
    ).map(lambda each: (each,)),
    likes=st.sets(st.sampled_from(IDS)).map(lambda ids: tuple(Like(collage_id=7, user_id=id) for id in ids)),
)


def clear(*engines: Engine) -> None:
    for engine in engines:
        with engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                if table.name == "categories":
                    connection.execute(table.update().values(parent_id=None))
                connection.execute(table.delete())


@pytest.mark.slow
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batch=catalogues)
def test_any_catalogue_comes_back_to_the_byte(own_shop: Any, other: Engine, batch: Catalogue) -> None:
    """From either database into SQLite and back, with ids, revisions and times."""
    shop = own_shop
    clear(shop.engine, other)
    load(shop.engine, [batch])
    exported = shop.export()
    loaded = shop.load(shop.folder / "export.jsonl", into=other)
    assert (loaded.wrong, loaded.broken) == ([], "")
    assert shop.export("2.jsonl", of=other) == exported
    clear(shop.engine)
    assert shop.load(shop.folder / "2.jsonl").wrong == []
    assert shop.export("3.jsonl") == exported


@pytest.mark.slow
def test_the_demo_comes_back_to_the_byte(shop: Any, other: Engine) -> None:
    """Over many batches; a second import finds nothing to do."""
    load(shop.engine, catalogue(products=2500))
    exported = shop.export()
    lines = exported.count(b"\n")
    assert shop.load(shop.folder / "export.jsonl", into=other).counts == (lines, 0, 0)
    assert shop.export("2.jsonl", of=other) == exported
    assert shop.load(shop.folder / "export.jsonl", into=other).counts == (0, 0, lines)


def test_every_record_is_there(shop: Any) -> None:
    """What was loaded is what is exported, parents and whatever else is referred to first."""
    load(shop.engine, [CATALOGUE])
    kinds = [next(iter(msgspec.json.decode(line))) for line in shop.export().splitlines()]
    assert list(dict.fromkeys(kinds)) == ["category", "product", "user", "collage", "comment", "like"]
    assert len(kinds) == 30


def test_the_name_says_whether_to_compress(shop: Any) -> None:
    """Twice the same bytes, for they hold no time."""
    load(shop.engine, [CATALOGUE])
    plain = shop.export()
    zipped = shop.export("export.jsonl.gz")
    assert gzip.decompress(zipped) == plain
    assert zipped[4:8] == bytes(4)
    assert shop.export("other.jsonl.gz") == zipped


def test_an_export_is_of_one_moment(shop: Any) -> None:
    """What is written while it runs is not in it, in part or as a whole."""
    load(shop.engine, catalogue(products=2000))
    before = shop.export()
    busy = threading.Event()

    def disturb(done: int, total: int) -> None:
        if not busy.is_set():
            busy.set()
            load(shop.engine, [Catalogue(users=(msgspec.structs.replace(CATALOGUE.users[0], id=10**6),))])

    path = shop.folder / "during.jsonl"
    export(shop.engine, path, disturb)
    assert busy.is_set()
    assert path.read_bytes() == before
    assert len(shop.export("after.jsonl")) > len(before)


def test_a_file_is_there_whole_or_not_at_all(shop: Any) -> None:
    """An export that fails leaves the older one as it was, and nothing beside it."""
    load(shop.engine, catalogue(products=2000))
    path: Path = shop.folder / "export.jsonl"
    path.write_text("older")

    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(shop.engine, path, fail)
    assert path.read_text() == "older"
    assert [each.name for each in path.parent.iterdir()] == ["export.jsonl"]


def test_a_tree_that_bites_its_tail_is_exported_whole(shop: Any) -> None:
    """Nothing is lost where nobody can say what comes first."""
    load(shop.engine, [Catalogue(categories=CATALOGUE.categories)])
    lines = shop.export().splitlines()
    with shop.engine.begin() as connection:
        table = metadata.tables["categories"]
        connection.execute(table.update().values(parent_id=CATALOGUE.categories[1].id))
    assert len(shop.export().splitlines()) == len(lines)
