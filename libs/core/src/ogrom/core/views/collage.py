"""The representation of a collage."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from msgspec import Struct

from ogrom.protocols.models import Collage, Placement, Timestamp
from ogrom.protocols.sources import ProductSource

from ..resource import Exchange


class CollageLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a collage."""

    itself: str
    author: str
    products: str
    comments: str
    likes: str


class CollageView(Struct, frozen=True, kw_only=True):
    """A collage; its author, title and placements have the form in which they are written."""

    id: int
    author_id: int
    title: str
    placements: tuple[Placement, ...]
    revision: int
    created_at: Timestamp
    updated_at: Timestamp
    links: CollageLinks

    links_to: ClassVar[tuple[str, ...]] = ("collage", "user", "products", "collage_comments", "likes")

    @classmethod
    def of(cls, collage: Collage, x: Exchange) -> "CollageView":
        """The collage with links of this exchange."""
        return cls(
            id=collage.id,
            author_id=collage.author_id,
            title=collage.title,
            placements=collage.placements,
            revision=collage.revision,
            created_at=collage.created_at,
            updated_at=collage.updated_at,
            links=CollageLinks(
                itself=x.link("collage", collage_id=collage.id),
                author=x.link("user", user_id=collage.author_id),
                products=x.link("products", collage_id=collage.id),
                comments=x.link("collage_comments", collage_id=collage.id),
                likes=x.link("likes", collage_id=collage.id),
            ),
        )


def pictures(collages: Iterable[Collage], products: ProductSource, x: Exchange) -> Mapping[str, str]:
    """The pictures of what is placed on collages, by the path of each product."""
    ids = {placement.product_id for collage in collages for placement in collage.placements}
    found = products.products_by_ids(x.context, ids)
    return {x.link("product", product_id=number): each.image_url for number, each in found.items()}
