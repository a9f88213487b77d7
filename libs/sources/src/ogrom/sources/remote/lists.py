"""Lists of a service, page by page and by ids."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, urlsplit

from ogrom.protocols.errors import Unavailable
from ogrom.protocols.pages import MAX_LIMIT, Page, PageRequest

from .documents import Listed
from .market import Call, Variable

D = TypeVar("D")
T = TypeVar("T")

_HIGHEST_ID = 2**63 - 1


class Identified(Protocol):
    """What has an id."""

    @property
    def id(self) -> int: ...


I = TypeVar("I", bound=Identified)  # noqa: E741


def page_of(
    call: Call,
    document: type[D],
    of: Callable[[D], T],
    template: str,
    page: PageRequest,
    **variables: Variable,
) -> Page[T]:
    """A page of a list; an empty one where there is no such list.

    Args:
        document: what an item is sent as.
        of: makes an item of its document.
    """
    wanted: type[Listed[Any]] = Listed[document]  # type: ignore[valid-type]
    found = call.read(wanted, template, limit=page.limit, cursor=page.cursor, **variables)
    if found is None:
        return Page(items=())
    return Page(items=tuple(map(of, found.items)), next_cursor=_cursor(call, found.next))


def by_ids(
    call: Call, document: type[D], of: Callable[[D], I], template: str, ids: Collection[int]
) -> dict[int, I]:
    """What exists among `ids`, in one request for each hundred of them."""
    wanted: type[Listed[Any]] = Listed[document]  # type: ignore[valid-type]
    found: dict[int, I] = {}
    for some in _hundreds(ids):
        listed = call.read(wanted, template, ids=some)
        found |= {item.id: item for item in map(of, listed.items if listed else ())}
    return found


def _hundreds(ids: Collection[int]) -> Iterator[list[int]]:
    # The others are no ids, so nothing bears them.
    known = [id for id in dict.fromkeys(ids) if 0 < id <= _HIGHEST_ID]
    return (known[start : start + MAX_LIMIT] for start in range(0, len(known), MAX_LIMIT))


def _cursor(call: Call, following: str | None) -> str | None:
    """The cursor in the link to the next page.

    Raises:
        Unavailable: there is a next page, and no cursor that leads there.
    """
    if following is None:
        return None
    cursors = parse_qs(urlsplit(following).query).get("cursor")
    if not cursors:
        raise Unavailable(call.asking.source, f"{call.service.home} links to a next page without a cursor")
    return cursors[0]
