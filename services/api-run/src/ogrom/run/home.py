"""The home document of the service, where its markets begin."""

from dataclasses import dataclass
from typing import ClassVar

from msgspec import Struct

from ogrom.http import Exchange, Renderer, Resource
from ogrom.http.html import BROWSABLE_RENDERERS

from .markets import market_prefix


class Health(Struct, frozen=True, kw_only=True):
    """Whether the process lives, and whether it can do its work."""

    live: str
    ready: str


class Documents(Struct, frozen=True, kw_only=True):
    """The API's description, for programs and for people."""

    openapi: str
    docs: str


class Home(Struct, frozen=True, kw_only=True):
    """The service and where to go from here; `markets` has each market's home by locale."""

    name: str
    version: str
    markets: dict[str, str]
    health: Health
    documentation: Documents


@dataclass(frozen=True)
class HomeResource(Resource[None]):
    """Links to each market's home, to the documentation and to the service's health."""

    version: str
    locales: tuple[str, ...]
    renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS
    links_to: ClassVar[tuple[str, ...]] = ("live", "ready", "openapi", "docs")
    cache: ClassVar[str] = "public, max-age=60"  # it changes with a release only

    def handle_ok(self, x: Exchange[None]) -> Home:
        """The name, the version and the links."""
        root = x.request.root
        return Home(
            name="Ogrom",
            version=self.version,
            markets={locale: f"{root}{market_prefix(locale)}/" for locale in self.locales},
            health=Health(live=x.link("live"), ready=x.link("ready")),
            documentation=Documents(openapi=x.link("openapi"), docs=x.link("docs")),
        )
