"""Importing: entries in batches, each stored on its own, and the bad ones told one by one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import Connection, Engine

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict

from ..calls import written
from ..turns import turn
from .entries import BrokenFile, Entry, Fault, Rejected
from .feed import feed_entries
from .jsonlines import Record, batch_of, json_entries
from .limits import faults_of
from .merchant import REQUIRED, Item, Market, item_of
from .merging import ItemWriter
from .opened import Form, OpenedFile
from .seen import SeenOffers
from .storing import Stored, store
from .tsv import tsv_entries

T = TypeVar("T")

BATCH = 1000
"""How many entries are stored in one transaction at most."""

Write = Callable[[Sequence[Entry[T]]], tuple[Stored, tuple[Rejected, ...]]]


class Step(Struct, frozen=True):
    """What a batch came to."""

    stored: Stored
    rejected: tuple[Rejected, ...]


def import_items(
    engine: Engine, file: OpenedFile, market: Market, seen: SeenOffers, now: datetime
) -> Iterator[Step]:
    """Load a market's product data, TSV or XML; each step is stored when it is told.

    Args:
        engine: of a database whose tables are up to date.
        seen: gets every offer of the file.
        now: when what changes is said to have changed.

    Raises:
        BrokenFile: the file cannot be read on; what came before is stored.
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

    def write(entries: Sequence[Entry[Record]]) -> tuple[Stored, tuple[Rejected, ...]]:
        batch = batch_of([entry.value for entry in entries])

        def work(connection: Connection) -> Stored:
            return store(connection, batch)

        with turn(engine, "import"):
            return written(engine, "database", Context(locale=""), work), ()

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
        fault = Fault("id", f"is that of line {first} already; each product has its own")
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
        yield Step(*write(batch))
    except Conflict as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            yield from _halved(batch[:middle], write)
            yield from _halved(batch[middle:], write)
        else:
            fault = Fault("", f"the database refuses it: {error.message}")
            yield Step(Stored(), (Rejected(batch[0].line, _id(batch[0].value), (fault,)),))
