"""Pruning: removing what a market's newest file no longer has."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, bindparam, exists, select

from ogrom.protocols.catalogue import Catalogue, ProductRecord
from ogrom.protocols.context import Context
from ogrom.sources.database.transactions import advisory_lock, reading, run_in_transaction
from ogrom.sources.sql.loading import remove_products, store
from ogrom.sources.sql.products import PRODUCTS
from ogrom.sources.sql.rows import rows_by
from ogrom.sources.sql.tables import offer_ids, offers, placements, products

from .importing import SeenOffers

__all__ = ["Missing", "missing", "prune"]

_NAME = "database"
_NOBODY = Context(locale="")
_PAGE = 1000

_SHOWN = exists().where(
    placements.c.locale == offers.c.locale, placements.c.product_id == offers.c.product_id
)
_IMPORTED = (
    select(offer_ids.c.offer_id, offers.c.product_id, _SHOWN.label("shown"))
    .join(offers, offers.c.product_id == offer_ids.c.product_id)
    .where(offers.c.locale == bindparam("locale"), offers.c.product_id > bindparam("after"))
    .order_by(offers.c.product_id)
    .limit(_PAGE)
)


class Missing(Struct, frozen=True):
    """Products that were imported into a market and are not in its file; some collages may show some of them."""

    ids: tuple[int, ...]
    shown: int


def missing(engine: Engine, locale: str, seen: SeenOffers) -> Iterator[Missing]:
    """What could be removed, some thousand products at a time; what a collage shows must stay."""
    after = 0
    while True:
        with reading(engine, _NAME, _NOBODY) as connection:
            rows = connection.execute(_IMPORTED, {"locale": locale, "after": after}).all()
        if not rows:
            return
        after = rows[-1].product_id
        here = seen.among([row.offer_id for row in rows])
        gone = [row for row in rows if row.offer_id not in here]
        ids = tuple(row.product_id for row in gone if not row.shown)
        if gone:
            yield Missing(ids, len(gone) - len(ids))


def prune(engine: Engine, locale: str, ids: tuple[int, ...], now: datetime) -> int:
    """Take products out of a market, and those that no other market has out of the store.

    Returns:
        How many; what is on a collage by now stays.
    """

    def work(connection: Connection) -> int:
        rows = rows_by(connection, products, ("id",), ids, lock=True)
        shown = set(_shown(connection, locale, ids))
        gone = [each for each in PRODUCTS.records(connection, rows) if each.id not in shown]
        left = [_without(record, locale, now) for record in gone]
        store(connection, Catalogue(products=tuple(left)))
        remove_products(connection, [record.id for record in left if not record.offers])
        return len(gone)

    with advisory_lock(engine, "import"):
        return run_in_transaction(engine, _NAME, _NOBODY, work)


def _without(record: ProductRecord, locale: str, now: datetime) -> ProductRecord:
    others = {name: offer for name, offer in record.offers.items() if name != locale}
    return replace(record, offers=others, revision=record.revision + 1, updated_at=now)


def _shown(connection: Connection, locale: str, ids: tuple[int, ...]) -> list[int]:
    statement = select(placements.c.product_id).where(
        placements.c.locale == locale, placements.c.product_id.in_(ids)
    )
    return list(connection.scalars(statement.group_by(placements.c.product_id)))
