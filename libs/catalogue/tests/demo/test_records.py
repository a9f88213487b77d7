"""The demo's records: within the models' limits, true to one another, plausible as a shop."""

import re
from collections import Counter
from itertools import chain

import msgspec
import pytest

from ogrom.catalogue.demo import LOCALES, catalogue
from ogrom.catalogue.demo.products import charming
from ogrom.protocols.catalogue import Catalogue
from ogrom.protocols.models import (
    Category,
    Collage,
    CollageDraft,
    Comment,
    CommentDraft,
    Product,
    Title,
    User,
)

CURRENCIES = {"de-DE": "EUR", "en-GB": "GBP", "fr-FR": "EUR", "pl-PL": "PLN"}


@pytest.fixture(scope="module")
def batches() -> list[Catalogue]:
    return list(catalogue(products=6000, batch=250))


@pytest.fixture(scope="module")
def whole(batches: list[Catalogue]) -> Catalogue:
    return Catalogue(
        **{
            kind: tuple(chain(*(getattr(batch, kind) for batch in batches)))
            for kind in Catalogue.__struct_fields__
        }
    )


def valid(value: object, model: object) -> bool:
    """Whether msgspec, which checks limits when it converts, gives the value back."""
    return bool(msgspec.convert(msgspec.to_builtins(value), model) == value)


def test_records_keep_the_models_limits(whole: Catalogue) -> None:
    """Users, collages and comments pass the checks that incoming ones must pass."""
    assert all(valid(user, User) for user in whole.users)
    assert all(valid(collage, Collage) for collage in whole.collages)
    assert all(valid(comment, Comment) for comment in whole.comments)


def test_drafts_could_have_made_them(whole: Catalogue) -> None:
    """Each collage and comment could have been written by a person through the API."""
    for collage in whole.collages:
        draft = CollageDraft(author_id=collage.author_id, title=collage.title, placements=collage.placements)
        assert valid(draft, CollageDraft)
    for comment in whole.comments:
        assert valid(CommentDraft(author_id=comment.author_id, text=comment.text), CommentDraft)


def test_offers_make_valid_products(whole: Catalogue) -> None:
    """Every offer makes a valid product of its market, with a title of sensible length."""
    for record in whole.products:
        for offer in record.offers.values():
            product = Product(
                id=record.id,
                title=offer.title,
                brand=record.brand,
                category_id=record.category_id,
                price=offer.price,
                image_url=record.image_url,
                revision=record.revision,
                updated_at=record.updated_at,
            )
            assert valid(product, Product)
            assert msgspec.convert(offer.title, Title)


def test_categories_make_valid_trees(whole: Catalogue) -> None:
    """Every category has a name in every locale and comes after its parent."""
    seen: set[int] = set()
    for record in whole.categories:
        assert record.parent_id is None or record.parent_id in seen
        assert set(record.names) == set(LOCALES)
        seen.add(record.id)
        for name in record.names.values():
            category = Category(
                id=record.id,
                parent_id=record.parent_id,
                name=name,
                revision=record.revision,
                updated_at=record.updated_at,
            )
            assert valid(category, Category)


def test_ids_are_unique(whole: Catalogue) -> None:
    """No two records of a kind share an id, and nobody likes a collage twice."""
    for kind in ("categories", "products", "users", "collages", "comments"):
        ids = [record.id for record in getattr(whole, kind)]
        assert len(set(ids)) == len(ids)
    likes = [(like.collage_id, like.user_id) for like in whole.likes]
    assert len(set(likes)) == len(likes)


def test_references_point_back(batches: list[Catalogue]) -> None:
    """Whatever a record refers to stands in its own batch or an earlier one."""
    seen: dict[str, set[int]] = {kind: set() for kind in ("categories", "products", "users", "collages")}
    for batch in batches:
        for kind, ids in seen.items():
            ids.update(record.id for record in getattr(batch, kind))
        assert {product.category_id for product in batch.products} <= seen["categories"]
        assert {collage.author_id for collage in batch.collages} <= seen["users"]
        placed = chain(*(collage.placements for collage in batch.collages))
        assert {placement.product_id for placement in placed} <= seen["products"]
        assert {comment.author_id for comment in batch.comments} <= seen["users"]
        assert {comment.collage_id for comment in batch.comments} <= seen["collages"]
        assert {like.user_id for like in batch.likes} <= seen["users"]
        assert {like.collage_id for like in batch.likes} <= seen["collages"]


def test_smallest_world_holds_together() -> None:
    """With a dozen products there already is a collage, made of three of them at least."""
    (batch,) = catalogue(products=12)
    (collage,) = batch.collages
    assert len({placement.product_id for placement in batch.collages[0].placements}) >= 3
    assert {comment.collage_id for comment in batch.comments} == {collage.id}


def test_currencies(whole: Catalogue) -> None:
    """Each market sells in its own money."""
    for record in whole.products:
        for locale, offer in record.offers.items():
            assert offer.price.currency == CURRENCIES[locale]


def test_prices_are_plausible(whole: Catalogue) -> None:
    """Prices lie between a pair of socks and a fine weekender, and end as shops like them to."""
    for record in whole.products:
        for locale, offer in record.offers.items():
            rate = 4 if locale == "pl-PL" else 1
            assert 199 <= offer.price.amount <= 100_000 * rate
            assert offer.price.amount % 100 in {99, 95, 49, 0}


@pytest.mark.parametrize(
    ("amount", "charmed"),
    [(0, 199), (1_777, 1_749), (4_130, 3_999), (4_200, 3_995), (25_999, 24_995)],
)
def test_charming(amount: int, charmed: int) -> None:
    """An amount is rounded to just under a round one."""
    assert charming(amount) == charmed


def test_some_products_are_not_sold_everywhere(whole: Catalogue) -> None:
    """About three products in a hundred miss one market, none misses two."""
    missing = Counter(len(LOCALES) - len(record.offers) for record in whole.products)
    assert set(missing) == {0, 1}
    assert 0.02 < missing[1] / len(whole.products) < 0.04


def test_collages_show_what_their_market_sells(whole: Catalogue) -> None:
    """A collage shows three to eight different products, all sold in its market, of several categories."""
    products = {record.id: record for record in whole.products}
    for collage in whole.collages:
        shown = [products[placement.product_id] for placement in collage.placements]
        assert 3 <= len({record.id for record in shown}) == len(shown) <= 8
        assert all(collage.locale in record.offers for record in shown)
        assert len({record.category_id for record in shown}) >= 3


def test_placements_lie_inside(whole: Catalogue) -> None:
    """No piece sticks out of its collage, each lies above the last, none is turned far."""
    for collage in whole.collages:
        assert [p.z for p in collage.placements] == list(range(len(collage.placements)))
        for placement in collage.placements:
            assert placement.x >= 0
            assert placement.x + placement.width <= 1
            assert placement.y >= 0
            assert placement.y + placement.height <= 1
            assert abs(placement.rotation) <= 6


def test_comments_follow_their_collage(whole: Catalogue) -> None:
    """A comment is in its collage's language and later than it; every collage has one."""
    collages = {collage.id: collage for collage in whole.collages}
    for comment in whole.comments:
        collage = collages[comment.collage_id]
        assert comment.locale == collage.locale
        assert comment.created_at > collage.created_at
    assert {comment.collage_id for comment in whole.comments} == set(collages)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_has_phrases(whole: Catalogue, locale: str) -> None:
    """Each language has collages, and comments that mostly differ from one another."""
    texts = [comment.text for comment in whole.comments if comment.locale == locale]
    titles = [collage.title for collage in whole.collages if collage.locale == locale]
    assert len(texts) > 600
    assert len(set(texts)) > len(texts) / 3
    assert len(set(titles)) > len(titles) / 2


def test_no_template_shows(whole: Catalogue) -> None:
    """No placeholder, double space or stray edge is left in anything people read."""
    read = chain(
        (offer.title for record in whole.products for offer in record.offers.values()),
        (collage.title for collage in whole.collages),
        (comment.text for comment in whole.comments),
        (user.name for user in whole.users),
    )
    assert not [text for text in read if re.search(r"[{}]|  |^\s|\s$", text)]


def test_mentions_are_of_shown_pieces(whole: Catalogue) -> None:
    """A comment that asks where a piece is from asks about a piece of its collage."""
    products = {record.id: record for record in whole.products}
    collages = {collage.id: collage for collage in whole.collages}
    asked = 0
    for comment in whole.comments:
        found = re.match(r"Where (?:is|are) the (.+) from\?", comment.text)
        if found:
            asked += 1
            noun = found[1].split()[-1]
            shown = (products[p.product_id] for p in collages[comment.collage_id].placements)
            assert any(noun in record.offers["en-GB"].title.lower().split() for record in shown) or (
                noun == "T-shirt"
            )
    assert asked > 10
