"""Importing: entries in batches, each stored on its own, and the bad ones reported one by one."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, func, select

from ogrom.protocols.catalogue import Catalogue, Offer, OfferId, ProductRecord
from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict
from ogrom.sources.database.transactions import advisory_lock, run_in_transaction
from ogrom.sources.sql.category_offers import list_in_categories
from ogrom.sources.sql.loading import Stored, store
from ogrom.sources.sql.products import PRODUCTS
from ogrom.sources.sql.rows import rows_by
from ogrom.sources.sql.tables import offer_ids, products

from .categories import CategoryTree, TooManyCategories, version
from .entries import BrokenFile, Entry, Fault, Rejected
from .feed import feed_entries
from .files import Form, OpenedFile
from .jsonlines import Record, batch_of, faults_of, json_entries
from .merchant import REQUIRED, Item, Market, item_of
from .tsv import tsv_entries

__all__ = ["SeenOffers", "Step", "import_items", "import_records", "seen_offers"]


class SeenOffers:
    """The offers of a file, each with the line it came first on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Keep them in a private database."""
        self._connection = connection
        connection.execute("CREATE TABLE seen (offer_id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def first(self, offer_id: str, line: int) -> int:
        """The line on which the offer appears first: `line` itself if it is new."""
        added = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (offer_id, line))
        if added.rowcount:
            return line
        found = self._connection.execute("SELECT line FROM seen WHERE offer_id = ?", (offer_id,)).fetchone()
        first: int = found[0]
        return first

    def among(self, offer_ids: Collection[str]) -> set[str]:
        """Those of these offers, some thousand at most, that the file has."""
        marks = ", ".join("?" * len(offer_ids))
        rows = self._connection.execute(
            f"SELECT offer_id FROM seen WHERE offer_id IN ({marks})",  # noqa: S608 - question marks only
            list(offer_ids),
        )
        return {offer_id for (offer_id,) in rows}


@contextmanager
def seen_offers() -> Iterator[SeenOffers]:
    """No offers yet; they are forgotten at the end of the block."""
    # Without a name SQLite makes a file that is gone once it is closed, and holds little of it in memory.
    connection = sqlite3.connect("", isolation_level=None)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8000"):
            connection.execute(f"PRAGMA {pragma}")
        yield SeenOffers(connection)
    finally:
        connection.close()


T = TypeVar("T")

_NAME = "database"
_NOBODY = Context(locale="")

BATCH = 1000
"""How many entries are stored in one transaction at most."""


class Step(Struct, frozen=True):
    """What a batch came to."""

    stored: Stored
    rejected: tuple[Rejected, ...] = ()


Write = Callable[[Sequence[Entry[T]]], Step]


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

    def __call__(self, entries: Sequence[Entry[Item]]) -> Step:
        """Store what differs; rejects items whose category cannot be made.

        Raises:
            Conflict: one of the items cannot be stored, so none is.
            Unavailable: the database cannot be reached, or others wrote for too long.
        """
        try:
            with advisory_lock(self._engine, "import"):
                return run_in_transaction(
                    self._engine, _NAME, _NOBODY, lambda connection: self._write(connection, entries)
                )
        except BaseException:
            # It may hold categories that were rolled back.
            self._tree = None
            raise

    def _write(self, connection: Connection, entries: Sequence[Entry[Item]]) -> Step:
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
        # An earlier release may have stored them, and knew no lists of categories.
        list_in_categories(
            connection, [record.id for record in made.values() if old.get(record.id) is record]
        )
        fresh = (OfferId(offer_id=each, product_id=named[each]) for each in made if each in named)
        store(connection, Catalogue(offer_ids=tuple(fresh)))
        tree.settled()
        self._version = version(connection)
        return Step(stored, tuple(rejected))

    def _fresh_tree(self, connection: Connection) -> CategoryTree:
        if self._tree is None or version(connection) != self._version:
            self._tree = CategoryTree.read(connection, self._market.locale, self._now)
        return self._tree


def _ids(connection: Connection, names: Sequence[str]) -> Mapping[str, int]:
    return {row.offer_id: row.product_id for row in rows_by(connection, offer_ids, ("offer_id",), names)}


def _products(connection: Connection, ids: Collection[int]) -> Mapping[int, ProductRecord]:
    rows = rows_by(connection, products, ("id",), ids)
    return {record.id: record for record in PRODUCTS.records(connection, rows)}


def _numbered(connection: Connection, names: Sequence[str]) -> Mapping[str, int]:
    """Ids for offers that have none yet, above all that any product has or had."""
    if not names:
        return {}
    highest = select(func.max(products.c.id)), select(func.max(offer_ids.c.product_id))
    last = max(connection.scalar(each) or 0 for each in highest)
    return {name: last + position for position, name in enumerate(dict.fromkeys(names), 1)}


def import_items(
    engine: Engine, file: OpenedFile, market: Market, seen: SeenOffers, now: datetime
) -> Iterator[Step]:
    """Load a market's product data, TSV or XML; each step is stored when it is yielded.

    Args:
        engine: of a database whose tables are up to date.
        seen: notes every offer of the file.
        now: the time of change that is stored.

    Raises:
        BrokenFile: the rest of the file cannot be read; what came before is stored.
        Unavailable: the database cannot be reached; the steps so far are stored.
    """
    entries = feed_entries(file) if file.form is Form.XML else tsv_entries(file, REQUIRED)
    items = (_item(entry, market, seen, now) for entry in entries)
    return _steps(items, ItemWriter(engine, market, now))


def import_records(engine: Engine, file: OpenedFile) -> Iterator[Step]:
    """Load JSON Lines; a record takes the place of the stored one with its id.

    Raises:
        BrokenFile, Unavailable: as in `import_items`.
    """

    def write(entries: Sequence[Entry[Record]]) -> Step:
        batch = batch_of([entry.value for entry in entries])
        with advisory_lock(engine, "import"):
            return Step(
                run_in_transaction(engine, _NAME, _NOBODY, lambda connection: store(connection, batch))
            )

    return _steps(map(_fitting, json_entries(file)), write)


def _item(
    entry: Entry[Mapping[str, str]] | Rejected, market: Market, seen: SeenOffers, now: datetime
) -> Entry[Item] | Rejected:
    if isinstance(entry, Rejected):
        return entry
    item = item_of(entry.value, market, now)
    if not isinstance(item, Item):
        return Rejected(entry.line, entry.value.get("id", ""), item)
    first = seen.first(item.offer_id, entry.line)
    if first != entry.line:
        fault = Fault("id", f"was used on line {first} already; each product needs its own")
        return Rejected(entry.line, item.offer_id, (fault,))
    return Entry(entry.line, item)


def _fitting(entry: Entry[Record] | Rejected) -> Entry[Record] | Rejected:
    if isinstance(entry, Rejected):
        return entry
    faults = tuple(faults_of(batch_of([entry.value])))
    return Rejected(entry.line, _id(entry.value), faults) if faults else entry


def _id(value: object) -> str:
    """What an entry calls itself."""
    return str(next((found for name in ("offer_id", "id") if (found := getattr(value, name, ""))), ""))


def _steps(entries: Iterable[Entry[T] | Rejected], write: Write[T]) -> Iterator[Step]:
    for batch, rejected in _batches(entries):
        if rejected:
            yield Step(Stored(), rejected)
        if batch:
            yield from _halved(batch, write)


def _batches(
    entries: Iterable[Entry[T] | Rejected],
) -> Iterator[tuple[list[Entry[T]], tuple[Rejected, ...]]]:
    """Entries of one type, `BATCH` or fewer, beside what was rejected between them."""
    batch: list[Entry[T]] = []
    rejected: list[Rejected] = []
    try:
        for entry in entries:
            other = (
                not isinstance(entry, Rejected) and batch and type(entry.value) is not type(batch[0].value)
            )
            if other or len(batch) + len(rejected) >= BATCH:
                yield batch, tuple(rejected)
                batch, rejected = [], []
            if isinstance(entry, Rejected):
                rejected.append(entry)
            else:
                batch.append(entry)
    except BrokenFile:
        yield batch, tuple(rejected)
        raise
    yield batch, tuple(rejected)


def _halved(batch: list[Entry[T]], write: Write[T]) -> Iterator[Step]:
    """Store the batch, or of each half what can be stored."""
    try:
        yield write(batch)
    except Conflict as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            yield from _halved(batch[:middle], write)
            yield from _halved(batch[middle:], write)
        else:
            fault = Fault("", f"the database refuses it: {error.message}")
            yield Step(Stored(), (Rejected(batch[0].line, _id(batch[0].value), (fault,)),))
