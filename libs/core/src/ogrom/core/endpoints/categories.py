"""/categories: the whole category tree."""

from dataclasses import dataclass

from ogrom.http import LISTED, Endpoint
from ogrom.protocols.models import Category
from ogrom.protocols.sources import CategorySource

from ..lists import digest
from ..resource import Exchange, Resource
from ..views.category import CategoryView
from ..views.page import PageLinks, PageView


@dataclass(frozen=True)
class CategoriesResource(Resource[tuple[Category, ...]]):
    """The tree as one flat list, each parent before its children, so that one pass builds it or a menu."""

    categories: CategorySource

    links_to = ("categories", *CategoryView.links_to)
    renderers = LISTED

    def exists(self, x: Exchange[tuple[Category, ...]]) -> tuple[Category, ...]:
        return self.categories.categories(x.context)

    def etag(self, x: Exchange[tuple[Category, ...]]) -> str:
        return digest(x.entity)

    def handle_ok(self, x: Exchange[tuple[Category, ...]]) -> PageView[CategoryView]:
        return PageView(
            items=tuple(CategoryView.of(each, x) for each in x.entity),
            next=None,
            links=PageLinks(itself=x.link("categories")),
        )


def categories(categories: CategorySource) -> Endpoint:
    """The endpoint of the category tree."""
    return Endpoint("categories", "/categories", CategoriesResource(categories))
