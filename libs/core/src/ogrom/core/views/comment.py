"""The representation of a comment."""

from typing import ClassVar

from msgspec import Struct

from ogrom.protocols.models import Comment, Timestamp

from ..resource import Exchange


class CommentLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a comment; `products` are those of its collage."""

    itself: str
    collage: str
    author: str
    products: str


class CommentView(Struct, frozen=True, kw_only=True):
    """A comment under a collage."""

    id: int
    collage_id: int
    author_id: int
    text: str
    created_at: Timestamp
    links: CommentLinks

    links_to: ClassVar[tuple[str, ...]] = ("comment", "collage", "user", "products")

    @classmethod
    def of(cls, comment: Comment, x: Exchange) -> "CommentView":
        """The comment with links of this exchange."""
        return cls(
            id=comment.id,
            collage_id=comment.collage_id,
            author_id=comment.author_id,
            text=comment.text,
            created_at=comment.created_at,
            links=CommentLinks(
                itself=x.link("comment", comment_id=comment.id),
                collage=x.link("collage", collage_id=comment.collage_id),
                author=x.link("user", user_id=comment.author_id),
                products=x.link("products", collage_id=comment.collage_id),
            ),
        )
