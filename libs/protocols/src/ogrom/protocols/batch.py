"""Batch: the ids that a request wants, read with one call."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Generic, TypeVar

from .context import Context

T = TypeVar("T")


class Batch(Generic[T]):
    """Collects ids, and reads everything wanted so far with one batch read when the first is needed.

    It is for one request in one thread, and reads nothing twice.

        authors = Batch(ctx, users.users_by_ids)
        authors.want(comment.author_id for comment in comments)
        names = [author.name if (author := authors.get(comment.author_id)) else "" for comment in comments]
    """

    def __init__(self, ctx: Context, read: Callable[[Context, Collection[int]], Mapping[int, T]]) -> None:
        """Read nothing yet.

        Args:
            ctx: of the request.
            read: a source's batch read, such as `products_by_ids`.
        """
        self._ctx = ctx
        self._read = read
        self._wanted: set[int] = set()
        self._found: dict[int, T | None] = {}

    def want(self, ids: Iterable[int]) -> None:
        """Include these ids in the next batch."""
        self._wanted.update(id for id in ids if id not in self._found)

    def get(self, id: int) -> T | None:
        """What has this id, or None if nothing has; everything wanted so far is read with it."""
        if id not in self._found:
            ids = tuple(sorted(self._wanted | {id}))
            found = self._read(self._ctx, ids)
            self._found.update((each, found.get(each)) for each in ids)
            self._wanted.clear()
        return self._found[id]
