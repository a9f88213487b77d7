"""/products/{product_id}: one product."""

from dataclasses import dataclass
from datetime import datetime

from ogrom.http import Endpoint, PathParameter
from ogrom.protocols.models import Product
from ogrom.protocols.sources import ProductSource

from ..resource import Exchange, Resource
from ..views.product import ProductView


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


def product(products: ProductSource) -> Endpoint:
    """The endpoint of one product."""
    return Endpoint("product", "/products/{product_id}", ProductResource(products))
