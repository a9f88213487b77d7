"""/categories/{category_id}: one category."""

from dataclasses import dataclass
from datetime import datetime

from ogrom.http import Endpoint, PathParameter
from ogrom.protocols.models import Category
from ogrom.protocols.sources import CategorySource

from ..resource import Exchange, Resource
from ..views.category import CategoryView


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


def category(categories: CategorySource) -> Endpoint:
    """The endpoint of one category."""
    return Endpoint("category", "/categories/{category_id}", CategoryResource(categories))
