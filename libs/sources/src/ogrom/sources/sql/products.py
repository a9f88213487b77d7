"""SqlProducts: a ProductSource over SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select

from ogrom.protocols.catalogue import Offer, OfferId, ProductRecord
from ogrom.protocols.context import Context
from ogrom.protocols.keyset import IdKey, Keyset
from ogrom.protocols.models import Money, Product
from ogrom.protocols.pages import Page, PageRequest

from ..database.database import Database
from .rows import AnyRow, AnySelect, Entity, Parts, Rows
from .tables import category_offers, offer_ids, offers, placements, products

__all__ = ["OFFER_IDS", "PRODUCTS", "SqlProducts"]

_NAME = "products"
_KEYSET: Keyset[Product, IdKey] = Keyset(_NAME, IdKey, lambda product: IdKey(product.id))


def _offer_rows(record: ProductRecord) -> Rows:
    return [
        {
            "locale": locale,
            "product_id": record.id,
            "title": offer.title,
            "amount": offer.price.amount,
            "currency": offer.price.currency,
        }
        for locale, offer in record.offers.items()
    ]


def _offers(rows: Sequence[AnyRow]) -> dict[str, Any]:
    prices = ((row, Money(amount=row.amount, currency=row.currency)) for row in rows)
    return {"offers": {row.locale: Offer(title=row.title, price=price) for row, price in prices}}


PRODUCTS = Entity(_NAME, ProductRecord, products, Parts(offers, "product_id", _offer_rows, _offers))
OFFER_IDS = Entity("offer_ids", OfferId, offer_ids)

_COLUMNS = (
    products.c.id,
    offers.c.title,
    products.c.brand,
    products.c.category_id,
    offers.c.amount,
    offers.c.currency,
    products.c.image_url,
    products.c.revision,
    products.c.updated_at,
)
_OFFERED = (offers.c.product_id == products.c.id) & (offers.c.locale == bindparam("locale"))
_PRODUCTS = select(*_COLUMNS).join(offers, _OFFERED)
_BY_IDS = _PRODUCTS.where(products.c.id.in_(bindparam("ids", expanding=True)))

_OF_CATEGORY = (
    select(*_COLUMNS)
    .select_from(category_offers)
    .join(products, products.c.id == category_offers.c.product_id)
    .join(offers, _OFFERED)
    .where(
        category_offers.c.locale == bindparam("locale"),
        category_offers.c.category_id == bindparam("category_id"),
    )
)
_ON_COLLAGE = offers.c.product_id.in_(
    select(placements.c.product_id).where(
        placements.c.collage_id == bindparam("collage_id"),
        placements.c.locale == bindparam("locale"),
    )
)


@cache
def _page(filters: tuple[str, ...]) -> AnySelect:
    # SQLite does not see that all ids are one: name that of the table whose index gives the order.
    statement, id, brand = _PRODUCTS, offers.c.product_id, products.c.brand
    if "category_id" in filters:
        statement, id, brand = _OF_CATEGORY, category_offers.c.product_id, category_offers.c.brand
    elif "brand" in filters:
        id = products.c.id
    if "brand" in filters:
        # MySQL ignores spaces at the end when it compares, so their number is compared as well.
        same_length = func.length(products.c.brand) == func.length(bindparam("brand"))
        statement = statement.where(brand == bindparam("brand"), same_length)
    if "collage_id" in filters:
        statement = statement.where(_ON_COLLAGE)
    elif "category_id" in filters:
        # MySQL might begin with the market's offers, and read all that come before the first one of the category.
        statement = statement.prefix_with("STRAIGHT_JOIN", dialect="mysql")
    return statement.where(id > bindparam("after")).order_by(id).limit(bindparam("wanted"))


@dataclass(frozen=True)
class SqlProducts:
    """Products in the store behind `database`."""

    database: Database

    def product_by_id(self, ctx: Context, product_id: int) -> Product | None:
        return self.products_by_ids(ctx, (product_id,)).get(product_id)

    def products_by_ids(self, ctx: Context, product_ids: Collection[int]) -> Mapping[int, Product]:
        parameters = {"locale": ctx.locale, "ids": list(product_ids)}
        rows = self.database.read(_NAME, ctx, _BY_IDS, parameters)
        return {row[0]: _product(row) for row in rows}

    def products(
        self,
        ctx: Context,
        page: PageRequest,
        *,
        category_id: int | None = None,
        brand: str | None = None,
        collage_id: int | None = None,
    ) -> Page[Product]:
        given = {"category_id": category_id, "brand": brand, "collage_id": collage_id}
        filters = {name: value for name, value in given.items() if value is not None}
        scope = (ctx.locale, filters)
        after = _KEYSET.after(page, *scope)
        parameters = {
            "locale": ctx.locale,
            "after": after.id if after else 0,
            "wanted": page.limit + 1,
            **filters,
        }
        rows = self.database.read(_NAME, ctx, _page(tuple(filters)), parameters)
        return _KEYSET.page([_product(row) for row in rows], page, *scope)


def _product(row: Sequence[Any]) -> Product:
    id, title, brand, category_id, amount, currency, image_url, revision, updated_at = row
    return Product(
        id=id,
        title=title,
        brand=brand,
        category_id=category_id,
        price=Money(amount=amount, currency=currency),
        image_url=image_url,
        revision=revision,
        updated_at=updated_at,
    )
