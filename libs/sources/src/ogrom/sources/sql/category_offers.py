"""The rows of `category_offers`, from which the products of a category and of all below it are read.

An offer has a row for the category of its product and for each one above it, so a page of any category, however much
lies below it, is one range of an index: docs/decisions/categories.md.
"""

from collections.abc import Collection

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, insert, select

from .rows import AnySelect
from .tables import categories, category_offers, offers, products

__all__ = ["list_in_categories", "products_below"]

# MariaDB makes a temporary table of a thousand keys or more.
_CHUNK = 500

_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_KEY = category_offers.primary_key.columns


def _wanted() -> AnySelect:
    """The rows that the products of these ids should have."""
    above = (
        select(products.c.category_id, products.c.category_id.label("above_id"))
        .where(products.c.id.in_(_IDS))
        .cte("above", recursive=True, nesting=True)
    )
    # UNION leaves out what is there already, so categories that lie in a circle come to an end.
    above = above.union(
        select(above.c.category_id, categories.c.parent_id)
        .join(categories, categories.c.id == above.c.above_id)
        .where(categories.c.parent_id.is_not(None))
    )
    return (
        select(offers.c.product_id, offers.c.locale, above.c.above_id.label("category_id"), products.c.brand)
        .select_from(products)
        .join(offers, offers.c.product_id == products.c.id)
        .join(above, above.c.category_id == products.c.category_id)
        .where(products.c.id.in_(_IDS))
    )


_WANTED = _wanted().subquery("wanted")
_HAS_KEY = and_(*(_WANTED.c[column.name] == column for column in _KEY))
_STALE = (
    select(*_KEY)
    .outerjoin(_WANTED, _HAS_KEY & (_WANTED.c.brand == category_offers.c.brand))
    .where(category_offers.c.product_id.in_(_IDS), _WANTED.c.product_id.is_(None))
)
_REMOVE = delete(category_offers).where(*(column == bindparam(f"key_{column.name}") for column in _KEY))
_ADD = insert(category_offers).from_select(
    _WANTED.c.keys(),
    select(_WANTED).outerjoin(category_offers, _HAS_KEY).where(category_offers.c.product_id.is_(None)),
)


def _below() -> AnySelect:
    below = select(categories.c.id).where(categories.c.id.in_(_IDS)).cte("below", recursive=True)
    below = below.union(select(categories.c.id).join(below, categories.c.parent_id == below.c.id))
    return select(products.c.id).where(products.c.category_id.in_(select(below.c.id)))


_PRODUCTS_BELOW = _below()


def list_in_categories(connection: Connection, product_ids: Collection[int]) -> int:
    """Bring the lists of categories that these products are on up to date.

    Whoever changes a product's category, brand or offers calls it after that in the same transaction; after a category
    was moved, with the ids of all products below it.

    Returns:
        How many rows were wrong or missing, one for each market and category.
    """
    ids = list(product_ids)
    return sum(_listed(connection, ids[start : start + _CHUNK]) for start in range(0, len(ids), _CHUNK))


def products_below(connection: Connection, category_ids: Collection[int]) -> list[int]:
    """The ids of all products in these categories and below them."""
    return list(connection.scalars(_PRODUCTS_BELOW, {"ids": list(category_ids)}))


def _listed(connection: Connection, ids: list[int]) -> int:
    stale = [row._asdict() for row in connection.execute(_STALE, {"ids": ids})]
    if stale:
        connection.execute(_REMOVE, [{f"key_{name}": key for name, key in row.items()} for row in stale])
    return len(stale) + connection.execute(_ADD, {"ids": ids}).rowcount
