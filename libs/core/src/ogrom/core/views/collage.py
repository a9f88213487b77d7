"""The representation of a collage."""

from typing import ClassVar

from msgspec import Struct

from ogrom.protocols.models import Collage, Placement, Timestamp

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
