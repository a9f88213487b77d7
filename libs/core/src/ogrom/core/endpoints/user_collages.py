"""/users/{user_id}/collages: what a user made for the market."""

from collections.abc import Mapping
from dataclasses import dataclass

from ogrom.http import Answer, Endpoint, PathParameter, QueryParameters
from ogrom.protocols.models import Collage
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import CollageSource, ProductSource, UserSource

from ..lists import ListResource
from ..resource import REVALIDATED, Exchange
from ..views.collage import CollageView, pictures
from ..views.page import PageView


@dataclass(frozen=True)
class UserCollagesResource(ListResource[Collage]):
    """A user's collages, newest first."""

    collages: CollageSource
    products: ProductSource
    users: UserSource

    user_id = PathParameter()
    query = QueryParameters(PageRequest)
    name = "user_collages"
    cache = REVALIDATED
    links_to = (*CollageView.links_to, "product")  # where the page leads from what is placed

    def exists(self, x: Exchange[Page[Collage]]) -> Page[Collage] | Answer | None:
        user = self.users.user_by_id(x.context, self.user_id(x))
        return None if user is None else super().exists(x)

    def page(self, x: Exchange[Page[Collage]], wanted: PageRequest) -> Page[Collage]:
        return self.collages.collages(x.context, wanted, author_id=self.user_id(x))

    def handle_ok(self, x: Exchange[Page[Collage]]) -> PageView[CollageView]:
        return self.shown(x, (CollageView.of(each, x) for each in x.entity.items))

    def pictures(self, x: Exchange[Page[Collage]]) -> Mapping[str, str]:
        return pictures(x.entity.items, self.products, x)


def user_collages(collages: CollageSource, products: ProductSource, users: UserSource) -> Endpoint:
    """The endpoint of the list of a user's collages."""
    return Endpoint(
        "user_collages", "/users/{user_id}/collages", UserCollagesResource(collages, products, users)
    )
