"""/: the home document."""

from dataclasses import dataclass

from ogrom.http import Endpoint

from ..resource import Exchange, Resource
from ..views.home import HomeView


@dataclass(frozen=True)
class IndexResource(Resource):
    """Where a client begins."""

    links_to = HomeView.links_to

    def handle_ok(self, x: Exchange) -> HomeView:
        return HomeView.of(x)


def index() -> Endpoint:
    """The endpoint of the home document."""
    return Endpoint("index", "/", IndexResource())
