"""/collages/{collage_id}/likes: how many users like a collage.

They are no part of the collage, whose ETag would otherwise change with each of them.
"""

from dataclasses import dataclass

from ogrom.http import Endpoint, PathParameter
from ogrom.protocols.sources import CollageSource, LikeSource

from ..resource import REVALIDATED, Exchange, Resource
from ..views.likes import LikesView


@dataclass(frozen=True)
class LikesResource(Resource[int]):
    """A collage's likes, counted."""

    likes: LikeSource
    collages: CollageSource

    collage_id = PathParameter()
    cache = REVALIDATED
    links_to = LikesView.links_to

    def exists(self, x: Exchange[int]) -> int | None:
        collage_id = self.collage_id(x)
        count = self.likes.likes(x.context, collage_id)
        # What somebody likes is there; only what nobody likes has to be looked for.
        liked = count > 0 or self.collages.collage_by_id(x.context, collage_id) is not None
        return count if liked else None

    def etag(self, x: Exchange[int]) -> int:
        return x.entity

    def handle_ok(self, x: Exchange[int]) -> LikesView:
        return LikesView.of(self.collage_id(x), x.entity, x)


def likes(likes: LikeSource, collages: CollageSource) -> Endpoint:
    """The endpoint of a collage's likes."""
    return Endpoint("likes", "/collages/{collage_id}/likes", LikesResource(likes, collages))
