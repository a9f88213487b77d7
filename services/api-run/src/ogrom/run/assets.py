"""The files of the documentation page: Swagger UI's, from the package that carries them, and our own."""

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
        content: its bytes.
        gzipped: the same, compressed once and for all.
    """

    media_type: str
    content: bytes
    gzipped: bytes


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
    contents = {name: (folder / name).read_bytes() for name, (folder, _) in _FILES.items()}
    digest = blake2b(b"".join(contents.values()), digest_size=8).hexdigest()
    return Assets(
        digest, {name: Asset(_FILES[name][1], each, compress(each)) for name, each in contents.items()}
    )
