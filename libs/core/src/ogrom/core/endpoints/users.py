"""/users: users by their ids."""

from dataclasses import dataclass

from msgspec import Struct

from ogrom.http import LISTED, Endpoint, QueryParameters
from ogrom.protocols.models import User
from ogrom.protocols.sources import UserSource

from ..lists import Ids, digest, in_order
from ..resource import Exchange, Resource
from ..views.page import PageLinks, PageView
from ..views.user import UserView


class UserQuery(Struct, frozen=True, kw_only=True):
    """Which users are wanted: those of `ids` in that order."""

    ids: Ids


@dataclass(frozen=True)
class UsersResource(Resource[tuple[User, ...]]):
    """Users by their ids, for those who show comments or collages with their authors."""

    users: UserSource

    query = QueryParameters(UserQuery)
    links_to = ("users", *UserView.links_to)
    renderers = LISTED

    def exists(self, x: Exchange[tuple[User, ...]]) -> tuple[User, ...]:
        ids = self.query(x).ids
        return in_order(ids, self.users.users_by_ids(x.context, ids))

    def etag(self, x: Exchange[tuple[User, ...]]) -> str:
        return digest(x.entity)

    def handle_ok(self, x: Exchange[tuple[User, ...]]) -> PageView[UserView]:
        return PageView(
            items=tuple(UserView.of(each, x) for each in x.entity),
            next=None,
            links=PageLinks(itself=x.link("users", ids=self.query(x).ids)),
        )


def users(users: UserSource) -> Endpoint:
    """The endpoint of users by their ids."""
    return Endpoint("users", "/users", UsersResource(users))
