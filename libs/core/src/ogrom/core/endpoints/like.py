"""/collages/{collage_id}/likes/{user_id}: a user likes a collage from PUT to DELETE."""

from dataclasses import dataclass

from ogrom.http import Endpoint, PathParameter, always
from ogrom.protocols.sources import CollageSource, LikeSource, UserSource

from ..resource import Exchange, Resource


@dataclass(frozen=True)
class LikeResource(Resource[bool]):
    """Whether a user likes a collage; saying it twice changes nothing."""

    likes: LikeSource
    collages: CollageSource
    users: UserSource

    collage_id = PathParameter()
    user_id = PathParameter()

    can_put_to_missing = always(False)
    handle_created = always(None)

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


def like(likes: LikeSource, collages: CollageSource, users: UserSource) -> Endpoint:
    """The endpoint of one user's like of one collage."""
    resource = LikeResource(likes, collages, users)
    return Endpoint("like", "/collages/{collage_id}/likes/{user_id}", resource)
