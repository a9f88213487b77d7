"""The representation of a user."""

from typing import ClassVar

from msgspec import Struct

from ogrom.protocols.models import Timestamp, User

from ..resource import Exchange


class UserLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a user."""

    itself: str
    collages: str


class UserView(Struct, frozen=True, kw_only=True):
    """A user, the same in every market but for the collages."""

    id: int
    name: str
    avatar_url: str
    revision: int
    created_at: Timestamp
    links: UserLinks

    links_to: ClassVar[tuple[str, ...]] = ("user", "user_collages")

    @classmethod
    def of(cls, user: User, x: Exchange) -> "UserView":
        """The user with links of this exchange."""
        return cls(
            id=user.id,
            name=user.name,
            avatar_url=user.avatar_url,
            revision=user.revision,
            created_at=user.created_at,
            links=UserLinks(
                itself=x.link("user", user_id=user.id),
                collages=x.link("user_collages", user_id=user.id),
            ),
        )
