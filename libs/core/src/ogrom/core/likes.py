"""/collages/{collage_id}/likes: how many users like a collage; .../{user_id}: a user likes it from PUT to DELETE.

Likes are not part of the collage, whose ETag would otherwise change with each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Struct

from ogrom.http import Answer, EarlierRequest, PathParameter, always, link_to, only_for, refuses, template_to
from ogrom.protocols.models import Id
from ogrom.protocols.outcomes import OutcomeSource
from ogrom.protocols.sources import CollageSource, LikeSource, UserSource

from .idempotency import earlier
from .problems import MISSING_SCOPE, NOT_OWNER
from .resource import REVALIDATED, Exchange, Resource
from .scopes import forbid_other_user, write_scopes

CHANGED = "Ogrom-Changed"
"""Whether the request changed anything: `?1` or `?0`, a Boolean of RFC 9651. A PUT's 201 or 204 says the same."""


class LikesLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a collage's likes."""

    itself: Annotated[str, link_to("likes", collage_id="collage_id")]
    collage: Annotated[str, link_to("collage", collage_id="collage_id")]


class LikesTemplates(Struct, frozen=True, kw_only=True):
    """URI templates (RFC 6570): where a user likes the collage with PUT, and takes that back with DELETE."""

    like: Annotated[str, template_to("like", collage_id="collage_id")]


class LikesView(Struct, frozen=True, kw_only=True):
    """How many users like a collage."""

    collage_id: Id
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
        # What somebody likes exists; only what nobody likes has to be looked up.
        liked = count > 0 or self.collages.collage_by_id(x.context, collage_id) is not None
        return count if liked else None

    def etag(self, x: Exchange[int]) -> int:
        return x.entity

    def handle_ok(self, x: Exchange[int]) -> LikesView:
        return LikesView.of(self.collage_id(x), x.entity, x)


@dataclass(frozen=True)
class LikeResource(Resource[bool]):
    """Whether a user likes a collage; liking it twice changes nothing."""

    likes: LikeSource
    collages: CollageSource
    users: UserSource
    outcomes: OutcomeSource

    collage_id = PathParameter()
    user_id = PathParameter()

    header_names: ClassVar[tuple[str, ...]] = (*Resource.header_names, CHANGED)
    scopes = write_scopes("likes:write")

    can_put_to_missing = always(False)
    handle_created = always(None)

    @only_for("PUT", "DELETE")
    @refuses(NOT_OWNER, MISSING_SCOPE)
    def allowed(self, x: Exchange[bool]) -> Answer:
        forbidden = forbid_other_user(x, self.user_id(x))
        return super().allowed(x) if forbidden is True else forbidden

    @only_for("PUT", "DELETE")
    def idempotency_key_used(self, x: Exchange[bool]) -> EarlierRequest | None:
        return earlier(x, self.outcomes, lambda then: then.changed)

    def exists(self, x: Exchange[bool]) -> bool:
        """Whether the user and the collage exist, as they must even to take a like back."""
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
        """The shared ones, and whether anything changed."""
        return {**super().headers(x), CHANGED: "?1" if x.result else "?0"}
