"""/products: the products of the market, filtered or by their ids."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from ogrom.http import Answer, Endpoint, QueryParameters
from ogrom.protocols.models import Id, Product
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import ProductSource

from ..lists import Ids, ListResource, ids_alone, in_order
from ..resource import Exchange
from ..views.page import PageView
from ..views.product import ProductView

LONGEST_NAME = 255
"""How many characters a brand may have: stores keep no longer one, and caches the question beside its answer."""


class ProductQuery(PageRequest, frozen=True, kw_only=True):
    """Which products are wanted: those that fit every filter, or those of `ids` in that order."""

    category_id: Id | None = None
    brand: Annotated[str, Meta(max_length=LONGEST_NAME)] | None = None
    collage_id: Id | None = None
    ids: Ids | None = None


@dataclass(frozen=True)
class ProductsResource(ListResource[Product]):
    """Products by ascending id."""

    products: ProductSource

    query = QueryParameters(ProductQuery)
    name = "products"
    links_to = ProductView.links_to

    def processable(self, x: Exchange[Page[Product]]) -> Answer:
        query = self.query(x)
        return ids_alone(query, query.ids)

    def page(self, x: Exchange[Page[Product]], wanted: PageRequest) -> Page[Product]:
        query = self.query(x)
        if query.ids is not None:
            found = self.products.products_by_ids(x.context, query.ids)
            return Page(items=in_order(query.ids, found))
        return self.products.products(
            x.context,
            wanted,
            category_id=query.category_id,
            brand=query.brand,
            collage_id=query.collage_id,
        )

    def handle_ok(self, x: Exchange[Page[Product]]) -> PageView[ProductView]:
        return self.shown(x, (ProductView.of(each, x) for each in x.entity.items))


def products(products: ProductSource) -> Endpoint:
    """The endpoint of the list of products."""
    return Endpoint("products", "/products", ProductsResource(products))
