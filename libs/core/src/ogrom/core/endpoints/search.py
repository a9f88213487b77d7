"""/search?q=: full text search."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from ogrom.http import Endpoint, QueryParameters
from ogrom.protocols.models import Hit
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import SearchSource
from ogrom.protocols.words import LONGEST_QUERY

from ..lists import ListResource
from ..resource import Exchange
from ..views.hit import HitView
from ..views.page import PageView


class SearchQuery(PageRequest, frozen=True, kw_only=True):
    """What a person typed."""

    q: Annotated[str, Meta(min_length=1, max_length=LONGEST_QUERY)]


@dataclass(frozen=True)
class SearchResource(ListResource[Hit]):
    """Products and collages that have every word."""

    source: SearchSource

    query = QueryParameters(SearchQuery)
    name = "search"
    links_to = HitView.links_to

    def page(self, x: Exchange[Page[Hit]], wanted: PageRequest) -> Page[Hit]:
        return self.source.search(x.context, self.query(x).q, wanted)

    def handle_ok(self, x: Exchange[Page[Hit]]) -> PageView[HitView]:
        return self.shown(x, (HitView.of(each, x) for each in x.entity.items))


def search(source: SearchSource) -> Endpoint:
    """The endpoint of the search."""
    return Endpoint("search", "/search", SearchResource(source))
