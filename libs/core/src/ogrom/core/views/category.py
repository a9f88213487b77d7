"""The representation of a category."""

from typing import ClassVar

from msgspec import Struct

from ogrom.protocols.models import Category, Timestamp

from ..resource import Exchange


class CategoryLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a category; a root has no parent."""

    itself: str
    parent: str | None
    products: str


class CategoryView(Struct, frozen=True, kw_only=True):
    """A node of the category tree, named in the language of the URL."""

    id: int
    parent_id: int | None
    name: str
    revision: int
    updated_at: Timestamp
    links: CategoryLinks

    links_to: ClassVar[tuple[str, ...]] = ("category", "products")

    @classmethod
    def of(cls, category: Category, x: Exchange) -> "CategoryView":
        """The category with links of this exchange."""
        parent_id = category.parent_id
        return cls(
            id=category.id,
            parent_id=parent_id,
            name=category.name,
            revision=category.revision,
            updated_at=category.updated_at,
            links=CategoryLinks(
                itself=x.link("category", category_id=category.id),
                parent=None if parent_id is None else x.link("category", category_id=parent_id),
                products=x.link("products", category_id=category.id),
            ),
        )
