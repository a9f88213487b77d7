"""Lists that are read page by page."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from ogrom.http import Answer, DefinitionError, Fault, ProblemType, Renderer, invalid_fields, link_to
from ogrom.http.problems import INVALID_QUERY
from ogrom.protocols.models import Id
from ogrom.protocols.pages import MAX_LIMIT, Page, PageRequest

from .failures import PROBLEMS
from .pages import LIST_RENDERERS
from .problems import BAD_CURSOR
from .resource import Exchange, Resource, is_get

T = TypeVar("T")
V = TypeVar("V")

Ids: TypeAlias = Annotated[
    tuple[Id, ...], Meta(max_length=MAX_LIMIT, description="Only those with these ids, in this order.")
]
"""The ids in a query for things by their ids."""


class PageLinks(Struct, frozen=True, kw_only=True, rename={"itself": "self"}):
    """The links of a page besides `next`."""

    itself: Annotated[str, link_to()]


class PageView(Struct, Generic[V], frozen=True, kw_only=True):
    """A page of a list; `next` is the URL of the next one, null for the last."""

    items: tuple[V, ...]
    next: Annotated[str, Meta(extra_json_schema={"format": "uri-reference"})] | None
    links: PageLinks


class ListResource(Resource[Page[T]]):
    """A list of T in keyset pages, each with a link to the next, in its content and as Link (RFC 8288).

    A subclass declares its query, a PageRequest with or without filters, loads a page in `load_page`, and shows it
    in `handle_ok` with `to_view`.
    """

    renderers: ClassVar[tuple[Renderer, ...]] = LIST_RENDERERS
    header_names = (*Resource.header_names, "Link")
    exception_problems: ClassVar[Mapping[str, tuple[ProblemType, ...]]] = MappingProxyType(
        {**PROBLEMS, **dict.fromkeys(("GET", "HEAD"), (*PROBLEMS["GET"], BAD_CURSOR))}
    )

    def __init_subclass__(cls) -> None:
        """Refuse a name: a list links to the endpoint that it is mounted as.

        Raises:
            DefinitionError: the class has a `name`.
        """
        super().__init_subclass__()
        if "name" in vars(cls):
            raise DefinitionError(
                f"{cls.__qualname__}.name: a list links to its own endpoint; remove the name"
            )

    def load_page(self, x: Exchange[Page[T]], page: PageRequest) -> Page[T]:
        """The page, from a source."""
        raise NotImplementedError(
            f"{type(self).__qualname__} has no `load_page`; load one from a source there"
        )

    def exists(self, x: Exchange[Page[T]], /) -> Page[T] | Answer | None:
        """The page for a read; a POST needs none."""
        return self.load_page(x, x.query) if is_get(x) else True

    def etag(self, x: Exchange[Page[T]], /) -> str | None:
        """A digest of the page, which changes with any of its items and with what follows it."""
        return digest(version_key(x.entity)) if is_get(x) else None

    def headers(self, x: Exchange[Page[T]], /) -> Mapping[str, str]:
        """The shared ones, and the link to the next page."""
        fields = super().headers(x)
        following = self._next(x) if is_get(x) else None
        return fields if following is None else {**fields, "Link": f'<{following}>; rel="next"'}

    def to_view(self, x: Exchange[Page[T]], items: Iterable[V]) -> PageView[V]:
        """The representation of the page, made of those of its items."""
        itself = self._href(x, x.query.cursor)
        return PageView(items=tuple(items), next=self._next(x), links=PageLinks(itself=itself))

    def _next(self, x: Exchange[Page[T]]) -> str | None:
        cursor = x.entity.next_cursor
        return None if cursor is None else self._href(x, cursor)

    def _href(self, x: Exchange[Page[T]], cursor: str | None) -> str:
        query = {**msgspec.structs.asdict(x.query), "cursor": cursor}
        return x.link(x.endpoint, **x.arguments, **query)


def only_ids(query: PageRequest, ids: tuple[int, ...] | None) -> Answer:
    """The answer of `processable`: a filter or a cursor beside `ids` would be ignored."""
    if ids is None:
        return True
    others = (name for name in query.__struct_fields__ if name not in ("ids", "limit"))
    faults = tuple(
        Fault(name, f"{name} cannot be combined with ids")
        for name in others
        if getattr(query, name) is not None
    )
    advice = "Leave out either the listed parameters or ids."
    return not faults or invalid_fields("parameter", faults, advice, INVALID_QUERY)


def in_order(ids: Iterable[int], found: Mapping[int, T]) -> tuple[T, ...]:
    """What was found by `ids`, in their order and once each."""
    return tuple(found[id] for id in dict.fromkeys(ids) if id in found)


def version_key(page: Page[Any]) -> object:
    """The ids and revisions of a page's items, which stand for all of them; the page itself if they have none."""
    try:
        return page.next_cursor, [(each.id, each.revision) for each in page.items]
    except AttributeError:
        return page


def digest(value: object) -> str:
    """A short hash of a value's content."""
    return blake2b(msgspec.msgpack.encode(value), digest_size=12).hexdigest()
