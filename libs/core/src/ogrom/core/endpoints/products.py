"""/products: the products of the market, filtered or by their ids."""

from dataclasses import dataclass, replace
from typing import Annotated

from msgspec import Meta

from ogrom.http import Answer, Endpoint, Fault, QueryParameters, faulty
from ogrom.protocols.models import Id, Product
from ogrom.protocols.pages import MAX_LIMIT, Page, PageRequest
from ogrom.protocols.sources import ProductSource

from ..lists import ListResource
from ..resource import Exchange
from ..views.page import PageView
from ..views.product import ProductView


class ProductQuery(PageRequest, frozen=True, kw_only=True):
    """Which products are wanted: those that fit every filter, or those of `ids` in that order."""

    category_id: Id | None = None
    brand: str | None = None
    collage_id: Id | None = None
    ids: Annotated[tuple[Id, ...], Meta(max_length=MAX_LIMIT)] | None = None


@dataclass(frozen=True)
class ProductsResource(ListResource[Product]):
    """Products by ascending id."""

    products: ProductSource

    query = QueryParameters(ProductQuery)
    name = "products"
    links_to = ProductView.links_to

    def processable(self, x: Exchange[Page[Product]]) -> Answer:
        """`ids` says everything: beside it a filter or a cursor would be passed over in silence."""
        query = self.query(x)
        if query.ids is None:
            return True
        beside = ("category_id", "brand", "collage_id", "cursor")
        faults = tuple(
            Fault(name, "Not together with ids") for name in beside if getattr(query, name) is not None
        )
        return not faults or replace(faulty("parameter", faults, "Leave them out, or ids."), status=400)

    def page(self, x: Exchange[Page[Product]], wanted: PageRequest) -> Page[Product]:
        query = self.query(x)
        if query.ids is not None:
            found = self.products.products_by_ids(x.context, query.ids)
            return Page(items=tuple(found[id] for id in dict.fromkeys(query.ids) if id in found))
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
