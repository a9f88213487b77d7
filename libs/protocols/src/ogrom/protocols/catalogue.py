"""A Catalogue: what a store is filled with, for all markets at once.

Sources answer for one market; the demo, an import or a test fills a store for all of them.
"""

from collections.abc import Mapping

from msgspec import Struct

from .models import Collage, Comment, Id, Money, Timestamp, User


class CategoryRecord(Struct, frozen=True, kw_only=True):
    """A category with its name by locale."""

    id: Id
    parent_id: Id | None
    names: Mapping[str, str]
    updated_at: Timestamp
    revision: int = 1


class Offer(Struct, frozen=True, kw_only=True):
    """How a market shows and sells a product."""

    title: str
    price: Money


class ProductRecord(Struct, frozen=True, kw_only=True):
    """A product with its offers by locale; a market without an offer does not have the product."""

    id: Id
    brand: str
    category_id: Id
    image_url: str
    offers: Mapping[str, Offer]
    updated_at: Timestamp
    revision: int = 1


class OfferId(Struct, frozen=True, kw_only=True):
    """A shop's own id of a product; it stays even while no market sells the product."""

    offer_id: str
    product_id: Id


class Like(Struct, frozen=True, kw_only=True):
    """A user likes a collage."""

    collage_id: Id
    user_id: Id


class Catalogue(Struct, frozen=True, kw_only=True):
    """A batch of records; what a record refers to is in the same batch or an earlier one."""

    categories: tuple[CategoryRecord, ...] = ()
    products: tuple[ProductRecord, ...] = ()
    offer_ids: tuple[OfferId, ...] = ()
    users: tuple[User, ...] = ()
    collages: tuple[Collage, ...] = ()
    comments: tuple[Comment, ...] = ()
    likes: tuple[Like, ...] = ()
