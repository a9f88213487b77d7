"""The home document of the service, where its markets begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ogrom.http import Exchange, Resource

from .markets import market_prefix


@dataclass(frozen=True)
class HomeResource(Resource[None]):
    """Links to each market's home and to the service's health."""

    version: str
    locales: tuple[str, ...]
    links_to: ClassVar[tuple[str, ...]] = ("live", "ready")

    def handle_ok(self, x: Exchange[None]) -> object:
        """The name, the version and the links."""
        root = x.request.root
        return {
            "name": "Ogrom",
            "version": self.version,
            "markets": {locale: f"{root}{market_prefix(locale)}/" for locale in self.locales},
            "health": {"live": x.link("live"), "ready": x.link("ready")},
        }

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """The document changes with a release only."""
        return {"Cache-Control": "public, max-age=60"}
