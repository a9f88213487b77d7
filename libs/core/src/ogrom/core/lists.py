"""Lists that are read page by page."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from ogrom.http import LISTED, Answer, Fault, Renderer, faulty
from ogrom.protocols.models import Id
from ogrom.protocols.pages import MAX_LIMIT, Page, PageRequest

from .resource import Exchange, Resource, is_read
from .views.page import PageLinks, PageView

T = TypeVar("T")
V = TypeVar("V")

Ids: TypeAlias = Annotated[tuple[Id, ...], Meta(max_length=MAX_LIMIT)]
"""The ids of a query that asks for things by them."""


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
        return digest(named(x.entity)) if is_read(x) else None

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


def ids_alone(query: PageRequest, ids: tuple[int, ...] | None) -> Answer:
    """The answer of `processable`: beside `ids` a filter or a cursor would be passed over in silence."""
    if ids is None:
        return True
    beside = (name for name in query.__struct_fields__ if name not in ("ids", "limit"))
    faults = tuple(
        Fault(name, "Not together with ids") for name in beside if getattr(query, name) is not None
    )
    return not faults or replace(faulty("parameter", faults, "Leave them out, or ids."), status=400)


def in_order(ids: Iterable[int], found: Mapping[int, T]) -> tuple[T, ...]:
    """What was found by `ids`, in their order and once each."""
    return tuple(found[id] for id in dict.fromkeys(ids) if id in found)


def named(page: Page[Any]) -> object:
    """The ids and revisions of a page's items, which stand for all of them; the page itself where there are none."""
    try:
        return page.next_cursor, [(each.id, each.revision) for each in page.items]
    except AttributeError:
        return page


def digest(value: object) -> str:
    """A short name for what `value` consists of; another one for anything else."""
    return blake2b(msgspec.msgpack.encode(value), digest_size=12).hexdigest()
