"""Products, categories and users in memory; no endpoint writes them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..catalogue import CategoryRecord, ProductRecord
from ..context import Context
from ..keyset import IdKey, Keyset
from ..models import Category, Product, User
from ..pages import Page, PageRequest
from .store import Store

_PRODUCTS: Keyset[Product, IdKey] = Keyset("products", IdKey, lambda product: IdKey(product.id))


@dataclass(frozen=True)
class MemoryProducts:
    """A ProductSource."""

    store: Store

    def product_by_id(self, ctx: Context, product_id: int) -> Product | None:
        return self.products_by_ids(ctx, (product_id,)).get(product_id)

    def products_by_ids(self, ctx: Context, product_ids: Collection[int]) -> Mapping[int, Product]:
        with self.store.opened("products", ctx) as store:
            records = [store.products[id] for id in product_ids if id in store.products]
        return {r.id: _product(r, ctx.locale) for r in records if ctx.locale in r.offers}

    def products(
        self,
        ctx: Context,
        page: PageRequest,
        *,
        category_id: int | None = None,
        brand: str | None = None,
        collage_id: int | None = None,
    ) -> Page[Product]:
        scope = (ctx.locale, category_id, brand, collage_id)
        after = _PRODUCTS.after(page, *scope)
        first = 0 if after is None else after.id
        with self.store.opened("products", ctx) as store:
            within = None if category_id is None else _within(store, category_id)
            lying = None if collage_id is None else _lying_on(store, ctx.locale, collage_id)
            found = [
                _product(record, ctx.locale)
                for id, record in sorted(store.products.items())
                if id > first
                and ctx.locale in record.offers
                and (within is None or record.category_id in within)
                and brand in (None, record.brand)
                and (lying is None or id in lying)
            ]
        return _PRODUCTS.page(found, page, *scope)


@dataclass(frozen=True)
class MemoryCategories:
    """A CategorySource."""

    store: Store

    def category_by_id(self, ctx: Context, category_id: int) -> Category | None:
        found = (c for c in self.categories(ctx) if c.id == category_id)
        return next(found, None)

    def categories(self, ctx: Context) -> tuple[Category, ...]:
        with self.store.opened("categories", ctx) as store:
            records = [record for _, record in sorted(store.categories.items())]
        return tuple(_category(r, ctx.locale) for r in records if ctx.locale in r.names)


@dataclass(frozen=True)
class MemoryUsers:
    """A UserSource."""

    store: Store

    def user_by_id(self, ctx: Context, user_id: int) -> User | None:
        return self.users_by_ids(ctx, (user_id,)).get(user_id)

    def users_by_ids(self, ctx: Context, user_ids: Collection[int]) -> Mapping[int, User]:
        with self.store.opened("users", ctx) as store:
            return {id: store.users[id] for id in user_ids if id in store.users}


def _within(store: Store, category_id: int) -> set[int]:
    """The category and all below it, also where data have them in a circle."""
    found, fresh = set[int](), {category_id}
    while fresh:
        found |= fresh
        fresh = {each.id for each in store.categories.values() if each.parent_id in fresh} - found
    return found


def _lying_on(store: Store, locale: str, collage_id: int) -> frozenset[int]:
    collage = store.collage(locale, collage_id)
    return frozenset(p.product_id for p in collage.placements) if collage else frozenset()


def _product(record: ProductRecord, locale: str) -> Product:
    offer = record.offers[locale]
    return Product(
        id=record.id,
        title=offer.title,
        brand=record.brand,
        category_id=record.category_id,
        price=offer.price,
        image_url=record.image_url,
        revision=record.revision,
        updated_at=record.updated_at,
    )


def _category(record: CategoryRecord, locale: str) -> Category:
    return Category(
        id=record.id,
        parent_id=record.parent_id,
        name=record.names[locale],
        revision=record.revision,
        updated_at=record.updated_at,
    )
