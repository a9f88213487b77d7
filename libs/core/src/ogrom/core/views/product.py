"""The representation of a product."""

from typing import ClassVar

from msgspec import Struct

from ogrom.protocols.models import Money, Product, Timestamp

from ..resource import Exchange


class ProductLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a product."""

    itself: str
    category: str


class ProductView(Struct, frozen=True, kw_only=True):
    """A product as the market of the URL sees it."""

    id: int
    title: str
    brand: str
    category_id: int
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
