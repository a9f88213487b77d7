"""The category tree while a market's file is read: categories are found by their names in its language."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from ogrom.protocols.catalogue import CategoryRecord
from ogrom.sources.sql.categories import CATEGORIES
from ogrom.sources.sql.tables import categories

from .merchant import CategoryPath

MOST = 20_000
"""How many categories there may be: Google's taxonomy has some 6,000, and all are kept in memory."""


class TooManyCategories(ValueError):
    """There would be more than `MOST`."""


class CategoryTree:
    """All categories, those that were made or named here, and where each stands in one market's language."""

    def __init__(self, records: list[CategoryRecord], locale: str, now: datetime) -> None:
        """Know these categories; new ones and new names get the time `now`."""
        self._locale = locale
        self._now = now
        self._records = {record.id: record for record in records}
        self._last = max(self._records, default=0)
        self._ids: dict[tuple[int | None, str], int] = {}
        self._changed: dict[int, CategoryRecord] = {}
        for record in records:
            self._find_by_name(record)

    @classmethod
    def read(cls, connection: Connection, locale: str, now: datetime) -> "CategoryTree":
        rows = connection.execute(select(categories).order_by(categories.c.id)).all()
        return cls(CATEGORIES.records(connection, rows), locale, now)

    def changed(self) -> tuple[CategoryRecord, ...]:
        """The categories that are to be stored, parents first."""
        return tuple(self._changed.values())

    def settled(self) -> None:
        """Forget the changes, once they are stored."""
        self._changed.clear()

    def place(self, path: CategoryPath, current: int | None, *, leads: bool) -> int:
        """The category of a product, every name on the way to it known in this market.

        Args:
            path: the names from the root on.
            current: the product's category now, if it has one. A category of another market at the same depth is taken
                to be the same one, and gets this market's names.
            leads: whether this market decides; if not, the product stays where it is.

        Raises:
            TooManyCategories: another one would be one too many.
        """
        if current is None:
            return self._made(path)
        chain = self._chain(current)
        names = [record.names.get(self._locale) for record in chain]
        fits = len(chain) == len(path)
        agrees = fits and all(name in {None, wanted} for name, wanted in zip(names, path, strict=True))
        if leads and not agrees:
            return self._made(path)
        for position, record in enumerate(chain):
            if names[position] is None:
                self._name(record, path[position] if fits else next(iter(record.names.values()), path[-1]))
        return current

    def _made(self, path: CategoryPath) -> int:
        parent: int | None = None
        for name in path:
            found = self._ids.get((parent, name))
            parent = self._new(parent, name) if found is None else found
        assert parent is not None, "a path has a name"
        return parent

    def _new(self, parent: int | None, name: str) -> int:
        if len(self._records) >= MOST:
            raise TooManyCategories(f"would be category number {MOST + 1}; a shop can have {MOST}")
        self._last += 1
        names = {self._locale: name}
        self._keep(CategoryRecord(id=self._last, parent_id=parent, names=names, updated_at=self._now))
        return self._last

    def _name(self, record: CategoryRecord, name: str) -> None:
        names = {**record.names, self._locale: name}
        self._keep(replace(record, names=names, revision=record.revision + 1, updated_at=self._now))

    def _keep(self, record: CategoryRecord) -> None:
        self._records[record.id] = record
        self._changed[record.id] = record
        self._find_by_name(record)

    def _find_by_name(self, record: CategoryRecord) -> None:
        if self._locale in record.names:
            self._ids.setdefault((record.parent_id, record.names[self._locale]), record.id)

    def _chain(self, id: int) -> list[CategoryRecord]:
        """The category and what it lies in, from the root on."""
        return list(self._up(id))[::-1]

    def _up(self, id: int | None) -> Iterator[CategoryRecord]:
        seen: set[int] = set()
        while id is not None and id not in seen:
            seen.add(id)
            yield self._records[id]
            id = self._records[id].parent_id


def version(connection: Connection) -> tuple[int, ...]:
    """A value that changes when a category is made or changed."""
    return tuple(connection.execute(select(func.max(categories.c.id), func.sum(categories.c.revision))).one())
