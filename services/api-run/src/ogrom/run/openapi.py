"""`/v1/openapi.json`: the API's description."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, ClassVar

import msgspec

from ogrom.http import JSON, Exchange, Renderer, Resource

from .documentation import Documentation

Document = dict[str, Any]


@dataclass(frozen=True)
class OpenApiResource(Resource[Document]):
    """The API's description in OpenAPI 3.1, with examples from what is served."""

    documentation: Documentation
    renderers: ClassVar[tuple[Renderer, ...]] = (JSON,)

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
        """It changes with a release, and its examples with a start."""
        return {"Cache-Control": "public, max-age=60", "X-Content-Type-Options": "nosniff"}
