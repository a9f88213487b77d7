"""A Catalogue as rows of the tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Table

from ogrom.protocols.catalogue import Catalogue, CategoryRecord, ProductRecord
from ogrom.protocols.models import Collage

from .bulk import Rows
from .collage_rows import placement_rows
from .searching import searchable, text_of_collage, text_of_offer
from .tables import (
    categories,
    category_names,
    collages,
    comments,
    likes,
    offer_ids,
    offers,
    placements,
    products,
    users,
)


def rows_of(batch: Catalogue) -> Iterator[tuple[Table, Rows]]:
    """The rows of a batch by table, in an order in which each refers to earlier ones only."""
    yield categories, [_category(record) for record in batch.categories]
    yield category_names, [row for record in batch.categories for row in _names(record)]
    yield products, [_product(record) for record in batch.products]
    yield offers, [row for record in batch.products for row in _offers(record)]
    yield offer_ids, [asdict(record) for record in batch.offer_ids]
    yield users, [asdict(user) for user in batch.users]
    yield collages, [_collage(collage) for collage in batch.collages]
    yield placements, [row for collage in batch.collages for row in _placements(collage)]
    yield comments, [asdict(comment) for comment in batch.comments]
    yield likes, [asdict(like) for like in batch.likes]


def texts_of(batch: Catalogue, names: Mapping[tuple[str, int], str]) -> Rows:
    """The rows of `texts` that a batch is found by.

    Args:
        batch: its products and collages are to be found.
        names: the names of the categories that the products are in, by locale and id.
    """
    return [
        *(row for record in batch.products for row in _texts_of_offers(record, names)),
        *(text_of_collage(collage.locale, collage.id, collage.title) for collage in batch.collages),
    ]


def _texts_of_offers(record: ProductRecord, names: Mapping[tuple[str, int], str]) -> Rows:
    return [
        text_of_offer(
            locale, record.id, offer.title, record.brand, names.get((locale, record.category_id), "")
        )
        for locale, offer in record.offers.items()
    ]


def _category(record: CategoryRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "parent_id": record.parent_id,
        "revision": record.revision,
        "updated_at": record.updated_at,
    }


def _names(record: CategoryRecord) -> Rows:
    return [
        {"locale": locale, "category_id": record.id, "name": name} for locale, name in record.names.items()
    ]


def _product(record: ProductRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "brand": record.brand,
        "category_id": record.category_id,
        "image_url": record.image_url,
        "revision": record.revision,
        "updated_at": record.updated_at,
    }


def _offers(record: ProductRecord) -> Rows:
    return [
        {
            "locale": locale,
            "product_id": record.id,
            "title": offer.title,
            "amount": offer.price.amount,
            "currency": offer.price.currency,
            "words": searchable(f"{offer.title} {record.brand}"),
        }
        for locale, offer in record.offers.items()
    ]


def _collage(collage: Collage) -> dict[str, Any]:
    return {
        "id": collage.id,
        "locale": collage.locale,
        "author_id": collage.author_id,
        "title": collage.title,
        "words": searchable(collage.title),
        "revision": collage.revision,
        "created_at": collage.created_at,
        "updated_at": collage.updated_at,
    }


def _placements(collage: Collage) -> Rows:
    return placement_rows(collage.id, collage.locale, collage.placements)
