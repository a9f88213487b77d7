"""The files of the documentation page: Swagger UI's, from the package that carries them, and our own."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from ogrom.http.representations import compress

_SWAGGER_UI = files("flask_swagger_ui") / "dist"
_OURS = files("ogrom.run") / "static"
_FILES = {
    "swagger-ui.css": (_SWAGGER_UI, "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": (_SWAGGER_UI, "text/javascript; charset=utf-8"),
    "favicon-32x32.png": (_SWAGGER_UI, "image/png"),
    "docs.js": (_OURS, "text/javascript; charset=utf-8"),
}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent.

    Attributes:
        media_type: for Content-Type.
        gzipped: its bytes, compressed once and for all: there are two megabytes of them.
    """

    media_type: str
    gzipped: bytes

    @property
    def content(self) -> bytes:
        """Its bytes, for the few who cannot read them compressed."""
        return gzip.decompress(self.gzipped)


@dataclass(frozen=True)
class Assets:
    """All files of the page.

    Attributes:
        digest: of all contents; part of their URLs, which therefore never show anything else.
        by_name: the files.
    """

    digest: str
    by_name: Mapping[str, Asset]


@cache
def load() -> Assets:
    """Read and compress the files when somebody first wants to see the page."""
    digest = blake2b(digest_size=8)
    by_name = {}
    for name, (folder, media_type) in _FILES.items():
        content = (folder / name).read_bytes()
        digest.update(content)
        by_name[name] = Asset(media_type, compress(content))
    return Assets(digest.hexdigest(), by_name)
