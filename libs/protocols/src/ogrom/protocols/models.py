"""The domain's values: what sources return and endpoints render.

Every value is frozen and compared by content. Ids are positive integers below 2**63, times are aware
datetimes in UTC, money is an integer count of minor units with its ISO 4217 currency.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Timestamp = Annotated[datetime, Meta(tz=True)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]

MAX_PLACEMENTS = 100


class Money(Struct, frozen=True, kw_only=True):
    """An amount in minor units (cents, pence, grosze) of one currency (ISO 4217, three capitals)."""

    amount: Annotated[int, Meta(ge=0)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class Category(Struct, frozen=True, kw_only=True):
    """A node of the category tree, its name in the locale of the call; a root has no parent."""

    id: Id
    parent_id: Id | None
    name: str
    revision: int
    updated_at: Timestamp


class Product(Struct, frozen=True, kw_only=True):
    """A product as one market sees it: title in the locale of the call, price in its currency."""

    id: Id
    title: str
    brand: str
    category_id: Id
    price: Money
    image_url: str
    revision: int
    updated_at: Timestamp


class Placement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The place of a product on a collage.

    Lengths are fractions of the collage's width and height (0 to 1, the origin is the top left corner),
    `rotation` is in degrees clockwise, a higher `z` lies above a lower one.
    """

    product_id: Id
    x: Annotated[float, Meta(ge=0, le=1)]
    y: Annotated[float, Meta(ge=0, le=1)]
    width: Annotated[float, Meta(gt=0, le=1)]
    height: Annotated[float, Meta(gt=0, le=1)]
    rotation: Annotated[float, Meta(gt=-360, lt=360)] = 0.0
    z: Annotated[int, Meta(ge=0, le=1000)] = 0


Placements = Annotated[tuple[Placement, ...], Meta(min_length=1, max_length=MAX_PLACEMENTS)]


class CollageDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a user decides about a collage; the source adds id, locale, revision and times."""

    author_id: Id
    title: Title
    placements: Placements


class Collage(Struct, frozen=True, kw_only=True):
    """Products arranged by a user of one market; `revision` grows with every write."""

    id: Id
    locale: str
    author_id: Id
    title: str
    placements: tuple[Placement, ...]
    revision: int
    created_at: Timestamp
    updated_at: Timestamp


class CommentDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a user writes about a collage."""

    author_id: Id
    text: Text


class Comment(Struct, frozen=True, kw_only=True):
    """A comment on a collage, in the collage's language. Comments are never edited, only deleted."""

    id: Id
    locale: str
    collage_id: Id
    author_id: Id
    text: str
    created_at: Timestamp


class User(Struct, frozen=True, kw_only=True):
    """An author of collages, comments and likes; users belong to every market."""

    id: Id
    name: str
    avatar_url: str
    revision: int
    created_at: Timestamp


class Hit(Struct, frozen=True, kw_only=True):
    """A search result, with what a list shows of it; what its kind does not have is None.

    `kind` is `product` or `collage`; more may come. Title, brand, price and picture of a product are those of the
    market. A collage has its title, and the picture of the product that was placed first.
    """

    kind: str
    id: Id
    title: str
    brand: str | None = None
    price: Money | None = None
    image_url: str | None = None
