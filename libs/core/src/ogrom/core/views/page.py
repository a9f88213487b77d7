"""The representation of a page of any list."""

from typing import Generic, TypeVar

from msgspec import Struct

V = TypeVar("V")


class PageLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a page besides `next`."""

    itself: str


class PageView(Struct, Generic[V], frozen=True, kw_only=True):
    """A slice of a list; `next` is where the list goes on, null at its end."""

    items: tuple[V, ...]
    next: str | None
    links: PageLinks
