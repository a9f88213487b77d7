"""Writing a market's items into the products of all markets: `ItemWriter`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, func, select

from ogrom.protocols.catalogue import Catalogue, Offer, OfferId, ProductRecord
from ogrom.protocols.context import Context

from ..calls import written
from ..tables import offer_ids, products
from ..turns import turn
from .categories import CategoryTree, TooManyCategories, version
from .entries import Entry, Fault, Rejected
from .merchant import Item, Market
from .stored import product_records, rows_by
from .storing import Stored, store

_NAME = "database"
_NOBODY = Context(locale="")

Result = tuple[Stored, tuple[Rejected, ...]]


def merged(
    old: ProductRecord | None, item: Item, market: Market, *, id: int, category_id: int, now: datetime
) -> ProductRecord:
    """The product with this market's offer; `old` itself where nothing differs.

    The market decides on brand, picture and category unless one before it sells the product.
    """
    offer = Offer(title=item.title, price=item.price)
    if old is None:
        return ProductRecord(
            id=id,
            brand=item.brand,
            category_id=category_id,
            image_url=item.image_url,
            offers={market.locale: offer},
            updated_at=now,
        )
    new = replace(old, offers={**old.offers, market.locale: offer}, category_id=category_id)
    if leads(old, market):
        new = replace(new, brand=item.brand, image_url=item.image_url)
    return old if new == old else replace(new, revision=old.revision + 1, updated_at=now)


def leads(old: ProductRecord | None, market: Market) -> bool:
    """Whether no market that goes before this one sells the product."""
    return old is None or not market.before & old.offers.keys()


class ItemWriter:
    """Writes batches of items, each in a transaction of its own, and keeps the category tree between them."""

    def __init__(self, engine: Engine, market: Market, now: datetime) -> None:
        """Write into the store behind `engine`; what changes gets the time `now`."""
        self._engine = engine
        self._market = market
        self._now = now
        self._tree: CategoryTree | None = None
        self._version: tuple[int, ...] = ()

    def __call__(self, entries: Sequence[Entry[Item]]) -> Result:
        """Store what differs; rejects items whose category cannot be made.

        Raises:
            Conflict: one of the items cannot be stored, so none is.
            Unavailable: the database cannot be reached, or others wrote for too long.
        """
        try:
            with turn(self._engine, "import"):
                return written(
                    self._engine, _NAME, _NOBODY, lambda connection: self._write(connection, entries)
                )
        except BaseException:
            # It may hold categories that were rolled back.
            self._tree = None
            raise

    def _write(self, connection: Connection, entries: Sequence[Entry[Item]]) -> Result:
        tree = self._fresh_tree(connection)
        ids = _ids(connection, [entry.value.offer_id for entry in entries])
        old = _products(connection, ids.values())
        named = _numbered(connection, [e.value.offer_id for e in entries if e.value.offer_id not in ids])
        made: dict[str, ProductRecord] = {}
        rejected: list[Rejected] = []
        for entry in entries:
            item = entry.value
            id = ids.get(item.offer_id) or named[item.offer_id]
            before = old.get(id)
            try:
                current = before.category_id if before else None
                category_id = tree.place(item.path, current, leads=leads(before, self._market))
            except TooManyCategories as error:
                fault = Fault("product_type", str(error))
                rejected.append(Rejected(entry.line, item.offer_id, (fault,)))
                continue
            made[item.offer_id] = merged(
                before, item, self._market, id=id, category_id=category_id, now=self._now
            )
        store(connection, Catalogue(categories=tree.changed()))
        differing = tuple(record for record in made.values() if old.get(record.id) is not record)
        stored = store(connection, Catalogue(products=differing))
        stored += Stored(unchanged=len(made) - len(differing))
        fresh = (OfferId(offer_id=each, product_id=named[each]) for each in made if each in named)
        store(connection, Catalogue(offer_ids=tuple(fresh)))
        tree.settled()
        self._version = version(connection)
        return stored, tuple(rejected)

    def _fresh_tree(self, connection: Connection) -> CategoryTree:
        if self._tree is None or version(connection) != self._version:
            self._tree = CategoryTree.read(connection, self._market.locale, self._now)
        return self._tree


def _ids(connection: Connection, names: Sequence[str]) -> Mapping[str, int]:
    return {row.offer_id: row.product_id for row in rows_by(connection, offer_ids, ("offer_id",), names)}


def _products(connection: Connection, ids: Collection[int]) -> Mapping[int, ProductRecord]:
    rows = rows_by(connection, products, ("id",), ids)
    return {record.id: record for record in product_records(connection, rows)}


def _numbered(connection: Connection, names: Sequence[str]) -> Mapping[str, int]:
    """Ids for offers that have none yet, above all that any product has or had."""
    if not names:
        return {}
    highest = select(func.max(products.c.id)), select(func.max(offer_ids.c.product_id))
    last = max(connection.scalar(each) or 0 for each in highest)
    return {name: last + position for position, name in enumerate(dict.fromkeys(names), 1)}
