"""/products: the products of the market, filtered or by their ids; /products/{product_id}: one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from ogrom.http import Answer, PathParameter, QueryParameters, link_to, refuses
from ogrom.http.problems import INVALID_QUERY
from ogrom.protocols.models import Id, Money, Product, Timestamp
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.sources import ProductSource

from .lists import Ids, ListResource, PageView, in_order, only_ids
from .resource import Exchange, Resource

MAX_BRAND_LENGTH = 255
"""How many characters a brand may have: stores keep no longer one, and caches the query beside its answer."""


class ProductLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a product."""

    itself: Annotated[str, link_to("product", product_id="id")]
    category: Annotated[str, link_to("category", category_id="category_id")]


class ProductView(Struct, frozen=True, kw_only=True):
    """A product as the market of the URL sees it."""

    id: Id
    title: str
    brand: str
    category_id: Id
    price: Money
    image_url: str
    revision: int
    updated_at: Timestamp
    links: ProductLinks

    links_to: ClassVar[tuple[str, ...]] = ("product", "category")

    @classmethod
    def of(cls, product: Product, x: Exchange) -> "ProductView":
        """The product with links of this exchange."""
        return cls(
            id=product.id,
            title=product.title,
            brand=product.brand,
            category_id=product.category_id,
            price=product.price,
            image_url=product.image_url,
            revision=product.revision,
            updated_at=product.updated_at,
            links=ProductLinks(
                itself=x.link("product", product_id=product.id),
                category=x.link("category", category_id=product.category_id),
            ),
        )


class ProductQuery(PageRequest, frozen=True, kw_only=True):
    """Those products that match every filter, or those of `ids` in that order."""

    category_id: (
        Annotated[Id, Meta(description="Only those of this category and of all below it.")] | None
    ) = None
    brand: (
        Annotated[
            str, Meta(max_length=MAX_BRAND_LENGTH, description="Only those of this brand, as it is written.")
        ]
        | None
    ) = None
    collage_id: Annotated[Id, Meta(description="Only those on this collage.")] | None = None
    ids: Ids | None = None


@dataclass(frozen=True)
class ProductsResource(ListResource[Product]):
    """Products by ascending id."""

    products: ProductSource

    query = QueryParameters(ProductQuery)
    links_to = ProductView.links_to

    @refuses(INVALID_QUERY)
    def processable(self, x: Exchange[Page[Product]]) -> Answer:
        query = self.query(x)
        return only_ids(query, query.ids)

    def load_page(self, x: Exchange[Page[Product]], page: PageRequest) -> Page[Product]:
        query = self.query(x)
        if query.ids is not None:
            found = self.products.products_by_ids(x.context, query.ids)
            return Page(items=in_order(query.ids, found))
        return self.products.products(
            x.context,
            page,
            category_id=query.category_id,
            brand=query.brand,
            collage_id=query.collage_id,
        )

    def handle_ok(self, x: Exchange[Page[Product]]) -> PageView[ProductView]:
        return self.to_view(x, (ProductView.of(each, x) for each in x.entity.items))


@dataclass(frozen=True)
class ProductResource(Resource[Product]):
    """A product that the market sells."""

    products: ProductSource

    product_id = PathParameter()
    links_to = ProductView.links_to

    def exists(self, x: Exchange[Product]) -> Product | None:
        return self.products.product_by_id(x.context, self.product_id(x))

    def etag(self, x: Exchange[Product]) -> int:
        return x.entity.revision

    def last_modified(self, x: Exchange[Product]) -> datetime:
        return x.entity.updated_at

    def handle_ok(self, x: Exchange[Product]) -> ProductView:
        return ProductView.of(x.entity, x)
