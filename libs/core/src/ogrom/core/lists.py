"""Lists that are read page by page."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import ClassVar, TypeVar

import msgspec

from ogrom.http import LISTED, Answer, Renderer
from ogrom.protocols.pages import Page, PageRequest

from .resource import Exchange, Resource, is_read
from .views.page import PageLinks, PageView

T = TypeVar("T")
V = TypeVar("V")


class ListResource(Resource[Page[T]]):
    """A list of T in keyset pages, each with a link to the next, in its content and as Link (RFC 8288).

    A subclass declares its query, a PageRequest with or without filters, loads a page in `page`, and shows it
    in `handle_ok` with the help of `shown`.

    Attributes:
        name: the endpoint's, for the links from page to page.
    """

    name: ClassVar[str]
    renderers: ClassVar[tuple[Renderer, ...]] = LISTED
    header_names = (*Resource.header_names, "Link")

    def page(self, x: Exchange[Page[T]], wanted: PageRequest) -> Page[T]:
        """The page, read from a source."""
        raise NotImplementedError(f"{type(self).__qualname__} has no `page`; read one from a source there")

    def exists(self, x: Exchange[Page[T]], /) -> Page[T] | Answer | None:
        """The page for those who read it; a POST needs none."""
        if not is_read(x):
            return True
        return self.page(x, PageRequest(limit=x.query.limit, cursor=x.query.cursor))

    def etag(self, x: Exchange[Page[T]], /) -> str | None:
        """A digest of the page, which changes with any of its items and with what follows it."""
        return digest(x.entity) if is_read(x) else None

    def headers(self, x: Exchange[Page[T]], /) -> Mapping[str, str]:
        """The shared ones, and where the next page is."""
        fields = super().headers(x)
        following = self._next(x) if is_read(x) else None
        return fields if following is None else {**fields, "Link": f'<{following}>; rel="next"'}

    def shown(self, x: Exchange[Page[T]], items: Iterable[V]) -> PageView[V]:
        """The page's representation, made of those of its items."""
        itself = self._href(x, x.query.cursor)
        return PageView(items=tuple(items), next=self._next(x), links=PageLinks(itself=itself))

    def _next(self, x: Exchange[Page[T]]) -> str | None:
        cursor = x.entity.next_cursor
        return None if cursor is None else self._href(x, cursor)

    def _href(self, x: Exchange[Page[T]], cursor: str | None) -> str:
        query = {**msgspec.structs.asdict(x.query), "cursor": cursor}
        return x.link(self.name, **x.arguments, **query)


def digest(value: object) -> str:
    """A short name for what `value` consists of; another one for anything else."""
    return blake2b(msgspec.msgpack.encode(value), digest_size=12).hexdigest()
