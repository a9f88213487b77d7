"""/search?q=: full text search."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta, Struct

from ogrom.http import QueryParameters
from ogrom.protocols.models import Hit, Id, Money
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import SearchSource
from ogrom.protocols.words import MAX_QUERY_LENGTH

from .lists import ListResource, PageView
from .resource import Exchange


class HitLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a hit: what was found, whole."""

    itself: str


Kind: TypeAlias = Annotated[str, Meta(extra_json_schema={"x-extensible-enum": ["product", "collage"]})]
"""What was found; further kinds may come."""


class HitView(Struct, frozen=True, kw_only=True):
    """A thing that was found, with what a list shows of it.

    `kind` says whether it is a product or a collage. Only a product has a brand and a price, in the market's currency;
    a collage has the picture of the product that was placed first.
    """

    kind: Kind
    id: Id
    title: str
    brand: str | None
    price: Money | None
    image_url: str | None
    links: HitLinks

    links_to: ClassVar[tuple[str, ...]] = ("product", "collage")

    @classmethod
    def of(cls, hit: Hit, x: Exchange) -> "HitView":
        """The hit with links of this exchange; the endpoint of a thing has the name of its kind."""
        return cls(
            kind=hit.kind,
            id=hit.id,
            title=hit.title,
            brand=hit.brand,
            price=hit.price,
            image_url=hit.image_url,
            links=HitLinks(itself=x.link(hit.kind, **{f"{hit.kind}_id": hit.id})),
        )


class SearchQuery(PageRequest, frozen=True, kw_only=True):
    """The query, as a person typed it."""

    q: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_QUERY_LENGTH,
            description="The words to look for, as somebody typed them.",
        ),
    ]


@dataclass(frozen=True)
class SearchResource(ListResource[Hit]):
    """Products and collages that have every word of the query."""

    search: SearchSource

    query = QueryParameters(SearchQuery)
    links_to = HitView.links_to

    def load_page(self, x: Exchange[Page[Hit]], page: PageRequest) -> Page[Hit]:
        return self.search.search(x.context, self.query(x).q, page)

    def handle_ok(self, x: Exchange[Page[Hit]]) -> PageView[HitView]:
        # A newer store may find more kinds of things than there are endpoints for here.
        known = (each for each in x.entity.items if each.kind in self.links_to)
        return self.to_view(x, (HitView.of(each, x) for each in known))
