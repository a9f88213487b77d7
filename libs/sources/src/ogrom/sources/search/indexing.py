"""Writing the rows of `texts`, which search reads, so that they follow what the store holds.

Each function works in the caller's transaction. A row that is right already is left alone, because a full text
index has to take note of every change. What is deleted from the store leaves `texts` by itself.
"""

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from ..sql.rows import insert_rows
from ..sql.tables import category_names, collages, offers, products, texts
from .tokens import Row, text_of_collage, text_of_offer

__all__ = ["index_collages", "index_products"]

# Ids of one SELECT, and rows of one INSERT.
_CHUNK = 1000

_NEW = insert(texts)
_CHANGED = update(texts).where(texts.c.id == bindparam("this"))
_CHANGED_COLLAGE = update(texts).where(
    texts.c.collage_id == bindparam("this"), texts.c.locale == bindparam("market")
)
_WRITTEN = ("title", "title_words", "tokens")
_HAS = (texts.c.id.label("this"), *(texts.c[name].label(f"has_{name}") for name in _WRITTEN))

_OFFERS = (
    select(
        offers.c.locale,
        offers.c.product_id,
        offers.c.title,
        products.c.brand,
        func.coalesce(category_names.c.name, "").label("category"),
        *_HAS,
    )
    .join(products, products.c.id == offers.c.product_id)
    .outerjoin(
        category_names,
        (category_names.c.locale == offers.c.locale)
        & (category_names.c.category_id == products.c.category_id),
    )
    .outerjoin(texts, (texts.c.locale == offers.c.locale) & (texts.c.product_id == offers.c.product_id))
    .where(offers.c.product_id.in_(bindparam("ids", expanding=True)))
    .order_by(offers.c.product_id, offers.c.locale)
)

_COLLAGES = (
    select(collages.c.locale, collages.c.id, collages.c.title, *_HAS)
    .outerjoin(texts, (texts.c.collage_id == collages.c.id) & (texts.c.locale == collages.c.locale))
    .order_by(collages.c.id)
)
_COLLAGES_BY_IDS = _COLLAGES.where(collages.c.id.in_(bindparam("ids", expanding=True))).with_for_update()
# MySQL ignores spaces at the end when it compares, and so may search.
_MISSED = (
    _COLLAGES.where(collages.c.id > bindparam("after"))
    .where(texts.c.id.is_(None) | (texts.c.title != collages.c.title))
    .with_only_columns(collages.c.id)
    .limit(_CHUNK)
)


def index_products(connection: Connection, product_ids: Collection[int]) -> int:
    """Bring what search finds these products by up to date: brand, titles of offers and name of the category.

    Whoever changes a product's brand or category, an offer's title or a category's name calls it after that
    in the same transaction; after a category was renamed, with the ids of all its products.

    Returns:
        How many rows were wrong or missing, one a market.
    """
    ids = list(product_ids)
    return sum(_index_offers(connection, ids[start : start + _CHUNK]) for start in range(0, len(ids), _CHUNK))


def index_collage(
    connection: Connection, locale: str, collage_id: int, title: str, *, new: bool = False
) -> None:
    """Bring what search finds a collage by up to date; a `new` one has no row yet."""
    row = text_of_collage(locale, collage_id, title)
    changed = {"this": collage_id, "market": locale, **{name: row[name] for name in _WRITTEN}}
    # A release before revision 0002 may have stored the collage without a row.
    if new or connection.execute(_CHANGED_COLLAGE, changed).rowcount == 0:
        connection.execute(_NEW, row)


def index_collages(connection: Connection, collage_ids: Collection[int]) -> int:
    """Bring what search finds these collages by up to date: their titles.

    Returns:
        How many rows were wrong or missing.
    """
    ids = list(collage_ids)
    return sum(
        _index_collages(connection, ids[start : start + _CHUNK]) for start in range(0, len(ids), _CHUNK)
    )


def collages_missed(connection: Connection, after: int = 0) -> list[int]:
    """The ids of the first 1,000 collages after an id that search does not find by their titles, ascending."""
    return list(connection.scalars(_MISSED, {"after": after}))


def _index_collages(connection: Connection, ids: list[int]) -> int:
    # The collages are locked, so that nobody who changes one meanwhile is overwritten.
    rows = connection.execute(_COLLAGES_BY_IDS, {"ids": ids}).mappings().all()
    return _write(
        connection, [(row, text_of_collage(row["locale"], row["id"], row["title"])) for row in rows]
    )


def _index_offers(connection: Connection, ids: list[int]) -> int:
    rows = connection.execute(_OFFERS, {"ids": ids}).mappings().all()
    return _write(connection, [(row, _text_of_offer(row)) for row in rows])


def _text_of_offer(row: RowMapping) -> Row:
    return text_of_offer(row["locale"], row["product_id"], row["title"], row["brand"], row["category"])


def _write(connection: Connection, pairs: list[tuple[RowMapping, Row]]) -> int:
    """Store what differs: each pair is what there is, `this` and `has_...`, and the row that there should be."""
    new = [text for has, text in pairs if has["this"] is None]
    changed = [
        {"this": has["this"], **{name: text[name] for name in _WRITTEN}}
        for has, text in pairs
        if has["this"] is not None and any(has[f"has_{name}"] != text[name] for name in _WRITTEN)
    ]
    insert_rows(connection, texts, new)
    if changed:
        connection.execute(_CHANGED, changed)
    return len(new) + len(changed)
