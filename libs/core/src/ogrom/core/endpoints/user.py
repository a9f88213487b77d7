"""/users/{user_id}: one user."""

from dataclasses import dataclass

from ogrom.http import Endpoint, PathParameter
from ogrom.protocols.models import User
from ogrom.protocols.sources import UserSource

from ..resource import Exchange, Resource
from ..views.user import UserView


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


def user(users: UserSource) -> Endpoint:
    """The endpoint of one user."""
    return Endpoint("user", "/users/{user_id}", UserResource(users))
