"""Keyset pages: a list is read in slices that stay right while rows are added and removed."""

from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct

T = TypeVar("T")

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


class PageRequest(Struct, frozen=True, kw_only=True):
    """Which slice of a list is wanted.

    `limit` is the largest number of items; `cursor` is a `next_cursor` that the same list gave before,
    None for the first page. What a cursor says is its source's affair.
    """

    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: str | None = None


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """A slice of a list; `next_cursor` is None when nothing follows."""

    items: tuple[T, ...]
    next_cursor: str | None = None
