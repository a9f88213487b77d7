"""Markets: where a service has what, read from its home documents and not known beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeAlias, TypeVar

import httpx2
from cachetools import TTLCache
from uritemplate import URITemplate

from ogrom.protocols.context import Context
from ogrom.protocols.errors import Conflict, Unavailable

from .documents import Home, MarketHome
from .kept import Tagged
from .replies import Reply
from .service import Asking, Service

T = TypeVar("T")
Variable: TypeAlias = int | str | Sequence[int] | None

# A release may move what has a template; its home documents may be kept for so many seconds.
_FRESH = 60.0


class Directory:
    """Knows a service's markets, and asks anew once a minute; safe in threads."""

    def __init__(self, service: Service) -> None:
        """Nothing is asked yet."""
        self.service = service
        self._lock = Lock()
        self._homes: TTLCache[str, MarketHome] = TTLCache(256, _FRESH)
        self._home: TTLCache[str, Home] = TTLCache(1, _FRESH)

    def home(self, asking: Asking) -> Home:
        """The service's own home.

        Raises:
            SourceError: as `Service.read` says.
        """
        url = self.service.home
        found = self.service.read(asking, url, Home)
        if found is None:
            raise Unavailable(asking.source, f"{url} has no home document; see that an Ogrom serves there")
        return found.value

    def market(self, asking: Asking, *, anywhere: bool) -> MarketHome | None:
        """The home of the market of the call; None where the service has no such market.

        Args:
            anywhere: whether another market does as well, where there is none of the call's locale.

        Raises:
            SourceError: as `Service.read` says.
        """
        with self._lock:
            home = self._home.get("")
        if home is None:
            home = self.home(asking)
            with self._lock:
                self._home[""] = home
        href = home.markets.get(asking.ctx.locale)
        if href is None and anywhere:
            href = next(iter(home.markets.values()), None)
        return None if href is None else self._market(asking, href)

    def _market(self, asking: Asking, href: str) -> MarketHome:
        with self._lock:
            known = self._homes.get(href)
        if known is not None:
            return known
        url = self.service.url(asking, href)
        found = self.service.read(asking, url, MarketHome)
        if found is None:
            raise Unavailable(asking.source, f"{url} is linked and not there; see that an Ogrom serves there")
        with self._lock:
            self._homes[href] = found.value
        return found.value


@dataclass(frozen=True)
class Calls:
    """What the sources of one service share: each makes its calls here, under its own name.

    Attributes:
        directory: of the service.
        source: the name of the source.
        anywhere: whether what the source has belongs to no market.
    """

    directory: Directory
    source: str
    anywhere: bool = False

    def begin(self, ctx: Context) -> "Call":
        """A call of the source.

        Raises:
            Timeout: the Context's deadline has passed.
        """
        return Call(self, self.directory.service.asking(self.source, ctx))


@dataclass(frozen=True)
class Call:
    """One call of a source, made of one request or several.

    Every method that asks raises a SourceError as `Service.read` and `Service.write` say. What has a template
    is asked for by its name, and its variables; one that is None is left out.
    """

    calls: Calls
    asking: Asking

    def read(self, wanted: type[T], template: str, **variables: Variable) -> T | None:
        """What a template leads to; None where there is no such thing, or no such market."""
        found = self.read_tagged(wanted, template, **variables)
        return None if found is None else found.value

    def read_tagged(self, wanted: type[T], template: str, **variables: Variable) -> Tagged[T] | None:
        """The same, with its entity tag."""
        url = self.url(template, variables)
        return None if url is None else self.service.read(self.asking, url, wanted)

    def follow(self, wanted: type[T], link: str) -> T | None:
        """What a link of the market's home leads to; None where there is no such market."""
        market = self._market
        if market is None:
            return None
        url = self.service.url(self.asking, getattr(market.links, link))
        found = self.service.read(self.asking, url, wanted)
        return None if found is None else found.value

    def write(
        self,
        method: str,
        template: str,
        *,
        body: object = None,
        etag: str | None = None,
        **variables: Variable,
    ) -> Reply | None:
        """The answer to a write; None where there is nothing to be written to, or no such market."""
        url = self.url(template, variables)
        return None if url is None else self.service.write(self.asking, method, url, body=body, etag=etag)

    def known(self, wanted: type[T], template: str, **variables: Variable) -> Tagged[T] | None:
        """What was read last, without asking whether it is still so; None where it is not known any more."""
        url = self.url(template, variables)
        found = None if url is None else self.service.kept(url)
        return (
            None if found is None or not isinstance(found.value, wanted) else Tagged(found.value, found.etag)
        )

    def keep(self, reply: Reply, wanted: type[T], template: str, **variables: Variable) -> T:
        """What the answer to a write shows, which is what the template leads to now."""
        url = self.url(template, variables)
        if url is None:
            return reply.read_as(wanted)
        return self.service.keep(url, reply, wanted).value

    def conflict(self, message: str) -> Conflict:
        """The error of a write that does not fit what is stored."""
        return Conflict(self.asking.source, message)

    @property
    def service(self) -> Service:
        """Whom the call asks."""
        return self.calls.directory.service

    def url(self, name: str, variables: dict[str, Variable]) -> httpx2.URL | None:
        """Where a template leads to; None where there is no such market."""
        market = self._market
        if market is None:
            return None
        given: dict[str, Any] = {key: value for key, value in variables.items() if value is not None}
        template = URITemplate(market.templates.get(name, ""))
        unknown = given.keys() - set(template.variable_names)
        if unknown:
            # Left out, a filter would be passed over in silence, and a cursor would lead round in circles.
            missing = f"has no template {name!r} that takes {min(unknown)!r}"
            raise Unavailable(self.asking.source, f"{self.service.home} {missing}; is its version too old?")
        return self.service.url(self.asking, template.expand(given))

    @property
    def _market(self) -> MarketHome | None:
        return self.calls.directory.market(self.asking, anywhere=self.calls.anywhere)
