"""The state behind the in-memory sources: one lock, one dictionary a kind of record."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from ..catalogue import Catalogue, CategoryRecord, ProductRecord
from ..context import Context
from ..errors import Conflict, Timeout
from ..keyset import AgeKey, Keyset
from ..models import Collage, Comment, User
from ..outcomes import Outcome
from ..pages import Page, PageRequest

T = TypeVar("T")


class Store:
    """What the sources of one `MemorySources` share; use it only inside `opened`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._lock = threading.RLock()
        self.categories: dict[int, CategoryRecord] = {c.id: c for c in catalogue.categories}
        self.products: dict[int, ProductRecord] = {p.id: p for p in catalogue.products}
        self.users: dict[int, User] = {u.id: u for u in catalogue.users}
        self.collages: dict[int, Collage] = {c.id: c for c in catalogue.collages}
        self.comments: dict[int, Comment] = {c.id: c for c in catalogue.comments}
        self.likes: set[tuple[int, int]] = {(x.collage_id, x.user_id) for x in catalogue.likes}
        self.outcomes: dict[tuple[int, str, str], Outcome] = {}
        # Ids are never reused, not even after a delete, so a stale link cannot lead to something else.
        self._last_id = max((0, *self.collages, *self.comments))

    @contextmanager
    def opened(self, source: str, ctx: Context) -> Iterator["Store"]:
        """The store, for one call at a time.

        Raises:
            Timeout: the deadline has passed.
        """
        if ctx.remaining() == 0.0:
            raise Timeout(source, "the deadline had passed before the call")
        with self._lock:
            yield self

    def new_id(self) -> int:
        """An id that no collage and no comment has had."""
        self._last_id += 1
        return self._last_id

    def collage(self, locale: str, collage_id: int) -> Collage | None:
        """The collage, if it is of this market."""
        collage = self.collages.get(collage_id)
        return collage if collage is not None and collage.locale == locale else None

    def require_user(self, source: str, user_id: int) -> None:
        """Raise Conflict where the user does not exist."""
        if user_id not in self.users:
            raise Conflict(source, f"user {user_id} does not exist")

    def require_collage(self, source: str, locale: str, collage_id: int) -> None:
        """Raise Conflict where the collage does not exist in this market."""
        if self.collage(locale, collage_id) is None:
            raise Conflict(source, f"collage {collage_id} does not exist in {locale}")


def now() -> datetime:
    """The time of a write."""
    return datetime.now(UTC)


def newest_first(items: Iterable[T], keyset: Keyset[T, AgeKey], page: PageRequest, *scope: object) -> Page[T]:
    """The page of `items` by age."""
    after = keyset.after(page, *scope)
    ordered = sorted(items, key=keyset.key_of, reverse=True)
    found = [item for item in ordered if after is None or keyset.key_of(item) < after]
    return keyset.page(found, page, *scope)
