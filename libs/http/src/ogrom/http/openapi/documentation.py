"""The API's description as endpoints: the OpenAPI document, and Swagger UI around it without a byte from elsewhere."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any, ClassVar, Final

import msgspec

from ..exchange import Exchange
from ..html import BROWSABLE_RENDERERS, WRITTEN
from ..html.security import security_headers
from ..parameters import PathParameter
from ..renderers import JSON, Renderer, compress
from ..resource import Resource
from ..response import Response
from ..routing import Endpoint
from .document import Info, Part, describe
from .examples import Examples

__all__ = ["Documentation", "assets", "documentation_endpoints"]

Document = dict[str, Any]

_SECONDS_PER_YEAR: Final = 365 * 24 * 3600


class Documentation:
    """The OpenAPI document; it owns the examples, which are collected when they are first wanted."""

    def __init__(
        self,
        parts: tuple[Part, ...],
        info: Info,
        collect: Callable[[Any], Examples],
        finish: Callable[[Document], Document] = dict,
    ) -> None:
        """Collect nothing yet.

        Args:
            parts: what is described.
            info: about the whole API.
            collect: finds examples, with the context of a request.
            finish: adds what applies to all endpoints, such as rates.
        """
        self._parts = parts
        self._info = info
        self._collect = collect
        self._finish = finish
        self._cached: Document | None = None

    @property
    def title(self) -> str:
        """The name of the API."""
        return self._info.title

    def without_examples(self) -> Document:
        """The document without examples: the same for the same release and settings, whatever the data."""
        return self._finish(describe(self._parts, self._info))

    def document(self, context: Any, *, root: str) -> Document:
        """The document with examples, cached once all sources have answered; two threads may both make it.

        Args:
            context: for the requests that find examples.
            root: the path below which the service is reached, mostly empty.
        """
        document = self._cached
        if document is None:
            examples = self._collect(context)
            document = self._finish(describe(self._parts, self._info, examples=examples))
            self._cached = document if examples.is_complete else None
        return {**document, "servers": [{"url": root or "/"}]}


@dataclass(frozen=True)
class OpenApiResource(Resource[Document]):
    """The API's description in OpenAPI 3.1, with examples from the data that is served."""

    documentation: Documentation
    cache: ClassVar[str] = "public, max-age=60"  # it changes with a release, and its examples with each start
    renderers: ClassVar[tuple[Renderer, ...]] = (JSON,)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS

    def exists(self, x: Exchange[Document]) -> Document:
        """The document."""
        return self.documentation.document(x.context, root=x.request.root)

    def etag(self, x: Exchange[Document]) -> str:
        """A digest of the document."""
        return blake2b(msgspec.json.encode(x.entity), digest_size=12).hexdigest()

    def handle_ok(self, x: Exchange[Document]) -> Document:
        """The document."""
        return x.entity

    def headers(self, x: Exchange[Document]) -> Mapping[str, str]:
        """A browser takes it for nothing else."""
        return {"X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class DocsResource(Resource[None]):
    """The API's description, to read and to try out."""

    title: str
    cache: ClassVar[str] = "public, max-age=60"
    renderers: ClassVar[tuple[Renderer, ...]] = (WRITTEN,)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS
    links_to: ClassVar[tuple[str, ...]] = ("openapi", "docs_asset")

    def handle_ok(self, x: Exchange[None]) -> str:
        """The page around Swagger UI."""
        from ..html.templating import ENVIRONMENT  # heavy, and few processes show this page

        digest = assets().digest
        files = {
            "icon": "favicon-32x32.png",
            "style": "swagger-ui.css",
            "bundle": "swagger-ui-bundle.js",
            "start": "docs.js",
        }
        urls = {what: x.link("docs_asset", digest=digest, file=file) for what, file in files.items()}
        return ENVIRONMENT.get_template("docs.html").render(
            title=self.title, openapi=x.link("openapi"), **urls
        )

    def headers(self, x: Exchange[None]) -> Mapping[str, str]:
        """The page may load what we serve, and has no inline script."""
        # Swagger UI draws its icons from data: URLs in its style sheet.
        own = dict.fromkeys(("script-src", "style-src", "connect-src"), "'self'")
        policy = {**own, "img-src": "'self' data:"}
        return security_headers(policy)


@dataclass(frozen=True)
class Asset:
    """A file of the page, as it is sent.

    Attributes:
        media_type: for Content-Type.
        gzipped: its bytes, compressed once: there are two megabytes of them.
    """

    media_type: str
    gzipped: bytes

    @property
    def content(self) -> bytes:
        """Its bytes, for the few clients that do not accept gzip."""
        return gzip.decompress(self.gzipped)


@dataclass(frozen=True)
class Assets:
    """The files of the page.

    Attributes:
        digest: of all contents; part of their URLs, so that what a URL shows never changes.
        by_name: the files.
    """

    digest: str
    by_name: Mapping[str, Asset]


@cache
def assets() -> Assets:
    """The files of the page, read and compressed when the first one is wanted.

    Raises:
        ModuleNotFoundError: flask_swagger_ui is not installed; it comes with the extra `docs`.
    """
    swagger_ui, ours = files("flask_swagger_ui") / "dist", files("ogrom.http") / "templates"
    found = {
        "swagger-ui.css": (swagger_ui, "text/css; charset=utf-8"),
        "swagger-ui-bundle.js": (swagger_ui, "text/javascript; charset=utf-8"),
        "favicon-32x32.png": (swagger_ui, "image/png"),
        "docs.js": (ours, "text/javascript; charset=utf-8"),
    }
    digest = blake2b(digest_size=8)
    by_name = {}
    for name, (folder, media_type) in found.items():
        content = (folder / name).read_bytes()
        digest.update(content)
        by_name[name] = Asset(media_type, compress(content))
    return Assets(digest.hexdigest(), by_name)


@dataclass(frozen=True)
class AssetResource(Resource[Asset]):
    """A file of the documentation page."""

    digest = PathParameter(str)
    file = PathParameter(str)
    problem_renderers: ClassVar[tuple[Renderer, ...]] = BROWSABLE_RENDERERS

    def exists(self, x: Exchange[Asset]) -> Asset | None:
        """The file, if the digest is that of the current files."""
        found = assets()
        return found.by_name.get(self.file(x)) if self.digest(x) == found.digest else None

    def handle_ok(self, x: Exchange[Asset]) -> Response:
        """The file, compressed for clients that accept that; it may be stored for ever."""
        gzipped = x.encoding == "gzip"
        content = x.entity.gzipped if gzipped else x.entity.content
        headers = {
            "Content-Type": x.entity.media_type,
            "Content-Length": str(len(content)),
            "Cache-Control": f"public, max-age={_SECONDS_PER_YEAR}, immutable",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(200, headers | ({"Content-Encoding": "gzip"} if gzipped else {}), content)


def documentation_endpoints(documentation: Documentation, *, openapi: str, docs: str) -> tuple[Endpoint, ...]:
    """The endpoints of the description: `openapi`, `docs` and `docs_asset`.

    Args:
        documentation: describes the API.
        openapi: the path of the document.
        docs: the path of the page.
    """
    return (
        Endpoint("openapi", openapi, OpenApiResource(documentation)),
        Endpoint("docs", docs, DocsResource(documentation.title)),
        Endpoint("docs_asset", f"{docs}/{{digest}}/{{file}}", AssetResource()),
    )
