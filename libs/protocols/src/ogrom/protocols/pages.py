"""Keyset pages: they stay right while rows are added and removed."""

from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class PageRequest(Struct, frozen=True, kw_only=True):
    """Which page of a list is wanted.

    `limit` is the largest number of items; `cursor` is a `next_cursor` that the same list gave before, None for the
    first page. Only its source understands a cursor.
    """

    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="The most items of a page.")] = DEFAULT_LIMIT
    cursor: (
        Annotated[str, Meta(description="Where the page begins, as `next` of the page before has it.")] | None
    ) = None


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; `next_cursor` is None for the last."""

    items: tuple[T, ...]
    next_cursor: str | None = None
