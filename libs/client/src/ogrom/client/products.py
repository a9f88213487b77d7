"""Over HTTP: products, categories, users and search, which no endpoint writes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ogrom.protocols.context import Context
from ogrom.protocols.models import Category, Hit, Product, User
from ogrom.protocols.pages import Page, PageRequest
from ogrom.protocols.words import MAX_QUERY_LENGTH, words

from .calls import Calls, by_ids, page_of
from .documents import Listed

T = TypeVar("T")


@dataclass(frozen=True)
class RemoteProducts:
    """A ProductSource."""

    calls: Calls

    def product_by_id(self, ctx: Context, product_id: int) -> Product | None:
        return self.calls.begin(ctx).read(Product, "product", product_id=product_id)

    def products_by_ids(self, ctx: Context, product_ids: Collection[int]) -> Mapping[int, Product]:
        return by_ids(self.calls.begin(ctx), Product, _same, "products", product_ids)

    def products(
        self,
        ctx: Context,
        page: PageRequest,
        *,
        category_id: int | None = None,
        brand: str | None = None,
        collage_id: int | None = None,
    ) -> Page[Product]:
        filters = {"category_id": category_id, "brand": brand, "collage_id": collage_id}
        return page_of(self.calls.begin(ctx), Product, _same, "products", page, **filters)


@dataclass(frozen=True)
class RemoteCategories:
    """A CategorySource."""

    calls: Calls

    def category_by_id(self, ctx: Context, category_id: int) -> Category | None:
        return self.calls.begin(ctx).read(Category, "category", category_id=category_id)

    def categories(self, ctx: Context) -> tuple[Category, ...]:
        tree = self.calls.begin(ctx).follow(Listed[Category], "categories")
        return () if tree is None else tree.items


@dataclass(frozen=True)
class RemoteUsers:
    """A UserSource; users belong to no market, so any market of the service gives them."""

    calls: Calls

    def user_by_id(self, ctx: Context, user_id: int) -> User | None:
        return self.calls.begin(ctx).read(User, "user", user_id=user_id)

    def users_by_ids(self, ctx: Context, user_ids: Collection[int]) -> Mapping[int, User]:
        return by_ids(self.calls.begin(ctx), User, _same, "users", user_ids)


@dataclass(frozen=True)
class RemoteSearch:
    """A SearchSource."""

    calls: Calls

    def search(self, ctx: Context, query: str, page: PageRequest) -> Page[Hit]:
        call = self.calls.begin(ctx)
        typed = query[:MAX_QUERY_LENGTH]
        # The API takes no empty query.
        if not words(typed):
            return Page(items=())
        return page_of(call, Hit, _same, "search", page, q=typed)


def _same(document: T) -> T:
    return document
