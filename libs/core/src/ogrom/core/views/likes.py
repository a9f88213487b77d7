"""The representation of how much a collage is liked."""

from typing import ClassVar

from msgspec import Struct

from ..resource import Exchange


class LikesLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a collage's likes."""

    itself: str
    collage: str


class LikesTemplates(Struct, frozen=True, kw_only=True):
    """URI templates (RFC 6570): where a user likes the collage with PUT, and takes that back with DELETE."""

    like: str


class LikesView(Struct, frozen=True, kw_only=True):
    """How many users like a collage."""

    collage_id: int
    count: int
    links: LikesLinks
    templates: LikesTemplates

    links_to: ClassVar[tuple[str, ...]] = ("likes", "collage", "like")

    @classmethod
    def of(cls, collage_id: int, count: int, x: Exchange) -> "LikesView":
        """The count with links of this exchange."""
        return cls(
            collage_id=collage_id,
            count=count,
            links=LikesLinks(
                itself=x.link("likes", collage_id=collage_id),
                collage=x.link("collage", collage_id=collage_id),
            ),
            templates=LikesTemplates(like=x.link("like", collage_id=collage_id, user_id="{user_id}")),
        )
