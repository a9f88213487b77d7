"""Calls: requests to a service, at URLs that its home documents give."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol, TypeAlias, TypeVar
from urllib.parse import parse_qs, urlsplit

from cachetools import TTLCache
from uritemplate import URITemplate

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, Unavailable
from ogrom.protocols.pages import MAX_LIMIT, Page, PageRequest

from .documents import Home, Listed, MarketHome
from .etag_cache import Answer
from .service import Caller, Service

T = TypeVar("T")
Variable: TypeAlias = int | str | Sequence[int] | None

# The template of a service that keeps the keys of writes: an older one would carry out a repeat once more.
_KEYS = "write"

# A release may move what has a template, so home documents are kept for this many seconds only.
_FRESH = 60.0


class Directory:
    """Knows a service's markets, and asks again once a minute; safe in threads."""

    def __init__(self, service: Service) -> None:
        """Ask nothing yet."""
        self.service = service
        self._lock = Lock()
        self._homes: TTLCache[str, MarketHome] = TTLCache(256, _FRESH)
        self._home: TTLCache[str, Home] = TTLCache(1, _FRESH)

    def home(self, caller: Caller) -> Home:
        """The service's own home.

        Raises:
            SourceError: see `Service.read`.
        """
        url = self.service.home
        found = self.service.read(caller, url, Home)
        if found is None:
            raise Unavailable(caller.source, f"{url} has no home document; see that an Ogrom serves there")
        return found.value

    def market(self, caller: Caller, *, anywhere: bool) -> MarketHome | None:
        """The home of the market of the call; None where the service has no such market.

        Args:
            anywhere: whether any other market will do where the service lacks the call's.

        Raises:
            SourceError: see `Service.read`.
        """
        with self._lock:
            home = self._home.get("")
        if home is None:
            home = self.home(caller)
            with self._lock:
                self._home[""] = home
        href = home.markets.get(caller.ctx.locale)
        if href is None and anywhere:
            href = next(iter(home.markets.values()), None)
        return None if href is None else self._market(caller, href)

    def _market(self, caller: Caller, href: str) -> MarketHome:
        with self._lock:
            known = self._homes.get(href)
        if known is not None:
            return known
        url = self.service.url(caller, href)
        found = self.service.read(caller, url, MarketHome)
        if found is None:
            raise Unavailable(caller.source, f"{url} is linked and not there; see that an Ogrom serves there")
        with self._lock:
            self._homes[href] = found.value
        return found.value


@dataclass(frozen=True)
class Calls:
    """Makes the calls of one source of a service.

    Attributes:
        directory: of the service.
        source: the name of the source.
        anywhere: whether its records belong to no market.
    """

    directory: Directory
    source: str
    anywhere: bool = False

    def begin(self, ctx: Context) -> "Call":
        """A call of the source.

        Raises:
            Timeout: the Context's deadline has passed.
        """
        return Call(self, self.directory.service.caller(self.source, ctx))


@dataclass(frozen=True)
class Call:
    """One call of a source, made of one request or several.

    Every method that sends a request raises the SourceErrors of `Service.read` and `Service.write`. Resources are named
    by their template and its variables; a variable that is None is left out.
    """

    calls: Calls
    caller: Caller

    def read(self, wanted: type[T], template: str, **variables: Variable) -> T | None:
        """The resource; None where there is no such resource or market."""
        return _value(self._read(wanted, template, variables))

    def read_tagged(self, wanted: type[T], template: str, **variables: Variable) -> Answer[T] | None:
        """The same, with its entity tag."""
        return self._read(wanted, template, variables)

    def read_own(self, wanted: type[T], template: str, **variables: Variable) -> T | None:
        """What belongs to the caller; None where there is no such thing or market."""
        return _value(self._read(wanted, template, variables, is_signed=True))

    def follow(self, wanted: type[T], link: str) -> T | None:
        """The resource that a link of the market's home leads to; None where there is no such market."""
        market = self._market
        if market is None:
            return None
        url = self.service.url(self.caller, getattr(market.links, link))
        return _value(self.service.read(self.caller, url, wanted))

    def write(
        self,
        method: str,
        template: str,
        wanted: type[T] | None,
        *,
        body: object = None,
        etag: str | None = None,
        **variables: Variable,
    ) -> Answer[T] | None:
        """The answer to a write; None where there is no such resource or market."""
        url = self.url(template, variables)
        if url is None:
            return None
        market = self._market
        repeats = market is not None and _KEYS in market.templates
        return self.service.write(self.caller, method, url, wanted, body=body, etag=etag, repeats=repeats)

    def known(self, wanted: type[T], template: str, **variables: Variable) -> Answer[T] | None:
        """What was last read, without asking whether it has changed; None where it is no longer cached."""
        url = self.url(template, variables)
        return None if url is None else self.service.cached(url, wanted)

    def keep(self, answer: Answer[T], wanted: type[T], template: str, **variables: Variable) -> None:
        """Keep the value in the answer to a write as the resource's present state."""
        url = self.url(template, variables)
        if url is not None:
            self.service.keep(url, wanted, answer)

    def conflict(self, message: str) -> Conflict:
        """The error of a write that does not fit what is stored."""
        return Conflict(self.caller.source, message)

    def _read(
        self, wanted: type[T], template: str, variables: dict[str, Variable], *, is_signed: bool = False
    ) -> Answer[T] | None:
        url = self.url(template, variables)
        return None if url is None else self.service.read(self.caller, url, wanted, is_signed=is_signed)

    @property
    def service(self) -> Service:
        """The service that the call asks."""
        return self.calls.directory.service

    def url(self, name: str, variables: dict[str, Variable]) -> str | None:
        """The URL of a resource; None where there is no such market."""
        market = self._market
        if market is None:
            return None
        given: dict[str, Any] = {key: value for key, value in variables.items() if value is not None}
        template = URITemplate(market.templates.get(name, ""))
        unknown = given.keys() - set(template.variable_names)
        if unknown or name not in market.templates:
            # Left out, a filter would be ignored silently, and a cursor would lead round in circles.
            missing = f"template {name!r}" + (f" that takes {min(unknown)!r}" if unknown else "")
            raise Unavailable(
                self.caller.source, f"{self.service.home} has no {missing}; is its version too old?"
            )
        return self.service.url(self.caller, template.expand(given))

    @property
    def _market(self) -> MarketHome | None:
        return self.calls.directory.market(self.caller, anywhere=self.calls.anywhere)


def _value(found: Answer[T] | None) -> T | None:
    return None if found is None else found.value


D = TypeVar("D")

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
    """The records that exist among `ids`, by one request for each hundred of them."""
    wanted: type[Listed[Any]] = Listed[document]  # type: ignore[valid-type]
    found: dict[int, I] = {}
    for some in _hundreds(ids):
        listed = call.read(wanted, template, ids=some)
        found |= {item.id: item for item in map(of, listed.items if listed else ())}
    return found


def _hundreds(ids: Collection[int]) -> Iterator[list[int]]:
    # Other numbers are not ids, so no record has them.
    known = [id for id in dict.fromkeys(ids) if 0 < id <= _HIGHEST_ID]
    return (known[start : start + MAX_LIMIT] for start in range(0, len(known), MAX_LIMIT))


def _cursor(call: Call, following: str | None) -> str | None:
    """The cursor in the link to the next page.

    Raises:
        Unavailable: there is a next page, but its link has no cursor.
    """
    if following is None:
        return None
    cursors = parse_qs(urlsplit(following).query).get("cursor")
    if not cursors:
        raise Unavailable(call.caller.source, f"{call.service.home} links to a next page without a cursor")
    return cursors[0]
