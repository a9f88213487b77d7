"""/users: users by their ids; /users/{user_id}: one of them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Struct

from ogrom.http import PathParameter, QueryParameters, link_to
from ogrom.protocols.models import Id, Timestamp, User
from ogrom.protocols.sources import UserSource

from .lists import Ids, PageLinks, PageView, digest, in_order
from .pages import LIST_RENDERERS
from .resource import Exchange, Resource


class UserLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a user."""

    itself: Annotated[str, link_to("user", user_id="id")]
    collages: Annotated[str, link_to("user_collages", user_id="id")]


class UserView(Struct, frozen=True, kw_only=True):
    """A user, the same in every market but for the collages."""

    id: Id
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


class UserQuery(Struct, frozen=True, kw_only=True):
    """The users of `ids`, in that order."""

    ids: Ids


@dataclass(frozen=True)
class UsersResource(Resource[tuple[User, ...]]):
    """Users by their ids, for clients that show comments or collages with their authors."""

    users: UserSource

    query = QueryParameters(UserQuery)
    links_to = UserView.links_to
    renderers = LIST_RENDERERS

    def exists(self, x: Exchange[tuple[User, ...]]) -> tuple[User, ...]:
        ids = self.query(x).ids
        return in_order(ids, self.users.users_by_ids(x.context, ids))

    def etag(self, x: Exchange[tuple[User, ...]]) -> str:
        return digest(x.entity)

    def handle_ok(self, x: Exchange[tuple[User, ...]]) -> PageView[UserView]:
        return PageView(
            items=tuple(UserView.of(each, x) for each in x.entity),
            next=None,
            links=PageLinks(itself=x.link(x.endpoint, ids=self.query(x).ids)),
        )


@dataclass(frozen=True)
class UserResource(Resource[User]):
    """A user."""

    users: UserSource

    user_id = PathParameter()
    links_to = UserView.links_to

    def exists(self, x: Exchange[User]) -> User | None:
        return self.users.user_by_id(x.context, self.user_id(x))

    def etag(self, x: Exchange[User]) -> int:
        return x.entity.revision

    def handle_ok(self, x: Exchange[User]) -> UserView:
        return UserView.of(x.entity, x)
