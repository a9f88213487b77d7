"""/collages: the collages of the market, or some by their ids; a POST makes a new one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogrom.http import Answer, Endpoint, Fault, QueryParameters
from ogrom.protocols.context import Context
from ogrom.protocols.models import Collage, CollageDraft
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import CollageSource, ProductSource, UserSource

from ..access import as_somebody_else, writing
from ..drafts import blanks, sensible, unknown_author, unknown_products
from ..lists import Ids, ListResource, ids_alone, in_order
from ..resource import REVALIDATED, Exchange, is_read
from ..views.collage import CollageView, pictures
from ..views.page import PageView


class CollageQuery(PageRequest, frozen=True, kw_only=True):
    """Which collages are wanted: all, or those of `ids` in that order."""

    ids: Ids | None = None


@dataclass(frozen=True)
class CollagesResource(ListResource[Collage]):
    """Collages, newest first."""

    collages: CollageSource
    products: ProductSource
    users: UserSource

    query = QueryParameters(CollageQuery)
    name = "collages"
    cache = REVALIDATED
    links_to = (*CollageView.links_to, "product")  # where the page leads from what is placed
    scopes = writing("collages:write")

    def processable(self, x: Exchange[Page[Collage]]) -> Answer:
        if x.body is not None:
            return as_somebody_else(x, x.body) or sensible(self._faults(x.context, x.body))
        query = self.query(x)
        return ids_alone(query, query.ids)

    def _faults(self, ctx: Context, draft: CollageDraft) -> Iterator[Fault]:
        yield from unknown_author(ctx, draft.author_id, self.users)
        yield from blanks("#/title", draft.title)
        yield from unknown_products(ctx, draft.placements, self.products)

    def page(self, x: Exchange[Page[Collage]], wanted: PageRequest) -> Page[Collage]:
        ids = self.query(x).ids
        if ids is not None:
            return Page(items=in_order(ids, self.collages.collages_by_ids(x.context, ids)))
        return self.collages.collages(x.context, wanted)

    def post(self, x: Exchange[Page[Collage], CollageDraft]) -> Collage:
        """Make a collage."""
        return self.collages.add_collage(x.context, x.body)

    def location(self, x: Exchange[Page[Collage]]) -> str:
        return x.link("collage", collage_id=x.result.id)

    def created_etag(self, x: Exchange[Page[Collage]]) -> int:
        made: Collage = x.result
        return made.revision

    def handle_ok(self, x: Exchange[Page[Collage]]) -> PageView[CollageView]:
        return self.shown(x, (CollageView.of(each, x) for each in x.entity.items))

    def handle_created(self, x: Exchange[Page[Collage]]) -> CollageView:
        return CollageView.of(x.result, x)

    def pictures(self, x: Exchange[Page[Collage]]) -> Mapping[str, str]:
        return pictures(x.entity.items if is_read(x) else [x.result], self.products, x)


def collages(collages: CollageSource, products: ProductSource, users: UserSource) -> Endpoint:
    """The endpoint of the list of collages."""
    return Endpoint("collages", "/collages", CollagesResource(collages, products, users))
