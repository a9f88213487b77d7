"""/categories: the whole category tree; /categories/{category_id}: one category."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Struct

from ogrom.http import PathParameter, link_to
from ogrom.protocols.models import Category, Id, Timestamp
from ogrom.protocols.sources import CategorySource

from .lists import PageLinks, PageView, digest
from .pages import LIST_RENDERERS
from .resource import Exchange, Resource


class CategoryLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a category; a root has no parent."""

    itself: Annotated[str, link_to("category", category_id="id")]
    parent: Annotated[str, link_to("category", category_id="parent_id")] | None
    products: Annotated[str, link_to("products", category_id="id")]


class CategoryView(Struct, frozen=True, kw_only=True):
    """A node of the category tree, named in the language of the URL."""

    id: Id
    parent_id: Id | None
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


@dataclass(frozen=True)
class CategoriesResource(Resource[tuple[Category, ...]]):
    """The tree as a flat list, each parent before its children, so that one pass builds it or a menu."""

    categories: CategorySource

    links_to = CategoryView.links_to
    renderers = LIST_RENDERERS

    def exists(self, x: Exchange[tuple[Category, ...]]) -> tuple[Category, ...]:
        return self.categories.categories(x.context)

    def etag(self, x: Exchange[tuple[Category, ...]]) -> str:
        return digest(x.entity)

    def handle_ok(self, x: Exchange[tuple[Category, ...]]) -> PageView[CategoryView]:
        return PageView(
            items=tuple(CategoryView.of(each, x) for each in x.entity),
            next=None,
            links=PageLinks(itself=x.link(x.endpoint)),
        )


@dataclass(frozen=True)
class CategoryResource(Resource[Category]):
    """A node of the category tree."""

    categories: CategorySource

    category_id = PathParameter()
    links_to = CategoryView.links_to

    def exists(self, x: Exchange[Category]) -> Category | None:
        return self.categories.category_by_id(x.context, self.category_id(x))

    def etag(self, x: Exchange[Category]) -> int:
        return x.entity.revision

    def last_modified(self, x: Exchange[Category]) -> datetime:
        return x.entity.updated_at

    def handle_ok(self, x: Exchange[Category]) -> CategoryView:
        return CategoryView.of(x.entity, x)
