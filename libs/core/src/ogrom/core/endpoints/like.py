"""/collages/{collage_id}/likes/{user_id}: a user likes a collage from PUT to DELETE."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ogrom.http import Answer, Endpoint, PathParameter, always, only_for
from ogrom.protocols.sources import CollageSource, LikeSource, UserSource

from ..access import somebody_elses, writing
from ..resource import Exchange, Resource

CHANGED = "Ogrom-Changed"
"""Whether the request changed anything: `?1` or `?0`, a Boolean of RFC 9651. A PUT's 201 or 204 says the same."""


@dataclass(frozen=True)
class LikeResource(Resource[bool]):
    """Whether a user likes a collage; saying it twice changes nothing."""

    likes: LikeSource
    collages: CollageSource
    users: UserSource

    collage_id = PathParameter()
    user_id = PathParameter()

    header_names: ClassVar[tuple[str, ...]] = (*Resource.header_names, CHANGED)
    scopes = writing("likes:write")

    can_put_to_missing = always(False)
    handle_created = always(None)

    @only_for("PUT", "DELETE")
    def allowed(self, x: Exchange[bool]) -> Answer:
        return somebody_elses(x, self.user_id(x)) or super().allowed(x)

    def exists(self, x: Exchange[bool]) -> bool:
        """Whether there are a user and a collage, as there must be even to take a like back."""
        return (
            self.collages.collage_by_id(x.context, self.collage_id(x)) is not None
            and self.users.user_by_id(x.context, self.user_id(x)) is not None
        )

    def put(self, x: Exchange[bool]) -> bool:
        """Like a collage."""
        return self.likes.like(x.context, self.collage_id(x), self.user_id(x))

    def new(self, x: Exchange[bool]) -> bool:
        return x.entity

    def delete(self, x: Exchange[bool]) -> bool:
        """Take a like back."""
        return self.likes.unlike(x.context, self.collage_id(x), self.user_id(x))

    def headers(self, x: Exchange[bool]) -> Mapping[str, str]:
        """The shared ones, and whether there was anything to change."""
        return {**super().headers(x), CHANGED: "?1" if x.result else "?0"}


def like(likes: LikeSource, collages: CollageSource, users: UserSource) -> Endpoint:
    """The endpoint of one user's like of one collage."""
    resource = LikeResource(likes, collages, users)
    return Endpoint("like", "/collages/{collage_id}/likes/{user_id}", resource)
