"""The demo's pictures, drawn when they are asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar

from ogrom.http import Exchange, PathParameter, Renderer, Resource
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.html.security import security_headers

SVG = Renderer("image/svg+xml", lambda drawing: str(drawing).encode())

# An SVG opened by itself is a document: it may style itself and do nothing else.
_SECURITY = security_headers({"style-src": "'unsafe-inline'", "sandbox": ""})
_THIRTY_DAYS = 30 * 24 * 3600


@dataclass(frozen=True)
class PictureResource(Resource[str]):
    """A product's picture in the demo catalogue, as SVG."""

    draw: Callable[[str], str | None]
    file = PathParameter(str)
    renderers: ClassVar[tuple[Renderer, ...]] = (SVG,)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS

    def exists(self, x: Exchange[str]) -> str | None:
        """The drawing of the slug before `.svg`."""
        slug, _, kind = self.file(x).rpartition(".")
        return self.draw(slug) if kind == "svg" else None

    def etag(self, x: Exchange[str]) -> str:
        """What the drawing is made of."""
        return blake2b(x.entity.encode(), digest_size=8).hexdigest()

    def handle_ok(self, x: Exchange[str]) -> str:
        """The drawing."""
        return x.entity

    def headers(self, x: Exchange[str]) -> Mapping[str, str]:
        """A slug always has the same picture, until the demo is drawn anew."""
        return {"Cache-Control": f"public, max-age={_THIRTY_DAYS}", **_SECURITY}


ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" \
fill="#9d174d"/><circle cx="16" cy="16" r="8" fill="none" stroke="#fff" stroke-width="4"/></svg>"""


@dataclass(frozen=True)
class IconResource(Resource[None]):
    """The sign in a browser's tab, for which it asks without being told to."""

    renderers: ClassVar[tuple[Renderer, ...]] = (SVG,)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS

    def handle_ok(self, x: Exchange[None]) -> str:
        """The sign."""
        return ICON

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """It may be kept."""
        return {"Cache-Control": f"public, max-age={_THIRTY_DAYS}", **_SECURITY}
