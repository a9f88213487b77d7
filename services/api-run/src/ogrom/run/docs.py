"""`/docs`: the API's description to read and to try out, without a byte from another host."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from ogrom.http import Exchange, PathParameter, Renderer, Resource, Response

from .assets import Asset, Assets

PAGE = Renderer("text/html; charset=utf-8", lambda page: str(page).encode())

# Swagger UI draws its icons from data: URLs in its style sheet.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_YEAR = 365 * 24 * 3600

_HTML = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ogrom's API</title>
<link rel="icon" href="{icon}">
<link rel="stylesheet" href="{style}">
</head>
<body>
<noscript>Swagger UI needs JavaScript; the description itself is <a href="{openapi}">here</a>.</noscript>
<div id="swagger-ui" data-url="{openapi}"></div>
<script src="{bundle}"></script>
<script src="{start}"></script>
</body>
</html>
"""


@dataclass(frozen=True)
class DocsResource(Resource[None]):
    """The API's description, to read and to try out."""

    load: Callable[[], Assets]
    renderers: ClassVar[tuple[Renderer, ...]] = (PAGE,)
    links_to: ClassVar[tuple[str, ...]] = ("openapi", "docs_asset")

    def handle_ok(self, x: Exchange[None]) -> str:
        """The page around Swagger UI."""
        digest = self.load().digest
        files = {
            "icon": "favicon-32x32.png",
            "style": "swagger-ui.css",
            "bundle": "swagger-ui-bundle.js",
            "start": "docs.js",
        }
        urls = {what: x.link("docs_asset", digest=digest, file=file) for what, file in files.items()}
        return _HTML.format_map(
            {what: escape(url) for what, url in (urls | {"openapi": x.link("openapi")}).items()}
        )

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """What the page may load: what we serve, and no script within the page."""
        return {
            "Cache-Control": "public, max-age=60",
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }


@dataclass(frozen=True)
class AssetResource(Resource[Asset]):
    """A file of the documentation page."""

    load: Callable[[], Assets]
    digest = PathParameter(str)
    file = PathParameter(str)

    def exists(self, x: Exchange[Asset]) -> Asset | None:
        """The file, where the digest is that of the present files."""
        assets = self.load()
        return assets.by_name.get(self.file(x)) if self.digest(x) == assets.digest else None

    def handle_ok(self, x: Exchange[Asset]) -> Response:
        """The file, compressed for whoever can read that; it may be kept for ever."""
        gzipped = x.encoding == "gzip"
        content = x.entity.gzipped if gzipped else x.entity.content
        headers = {
            "Content-Type": x.entity.media_type,
            "Content-Length": str(len(content)),
            "Cache-Control": f"public, max-age={_YEAR}, immutable",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(200, headers | ({"Content-Encoding": "gzip"} if gzipped else {}), content)
