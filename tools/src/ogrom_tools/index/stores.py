"""Where an index's files are: in a folder or a bucket, or, to be read, behind a URL.

simple/index.html, .json                 the projects
simple/ogrom-core/index.html, .json      the wheels of one
npm/@ogrom/client                        the packument of an npm package, in JSON
files/WHEEL                              a wheel
files/WHEEL.metadata                     the METADATA in it (PEP 658)
files/TARBALL                            an npm package
releases.toml                            the ledger that all of this was made of
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.auth.boto3 import Boto3CredentialProvider
from obstore.exceptions import BaseError
from obstore.store import HTTPStore, LocalStore, S3Store

from ogrom_tools.command import Failed

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

PAGES = "simple/"
PACKUMENTS = "npm/"
FILES = "files/"
METADATA = ".metadata"

_RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/vnd.pypi.simple.v1+json"}  # PEP 691


@dataclass(frozen=True)
class Store:
    """Names with slashes in them, such as `files/ogrom_core-1.2.3-py3-none-any.whl`, and their bytes.

    A reader sees the old bytes of a name or the new, nothing between. A wheel or tarball is only created, in a bucket
    by `If-None-Match: *`, so that its policy can demand that of everybody; and a bucket's objects carry what a CDN
    needs to know of them. Whatever is refused raises Failed.
    """

    place: str
    """For people."""
    objects: "ObjectStore" = field(repr=False, compare=False)

    def read(self, name: str) -> bytes | None:
        """The bytes of this name, if there are any."""
        with _explained(self.place):
            try:
                return bytes(obstore.get(self.objects, name).bytes())
            except FileNotFoundError:
                return None

    def write(self, name: str, data: bytes) -> None:
        """Keep bytes under a name; of a wheel or tarball only if nobody was faster."""
        with _explained(self.place):
            obstore.put(
                self.objects,
                name,
                data,
                attributes=headers(name) if isinstance(self.objects, S3Store) else None,
                mode="create" if name.endswith((".whl", ".tgz")) else "overwrite",
                use_multipart=False,
            )

    def names(self, folder: str = "") -> Sequence[str]:
        """All names below a folder, in order; a server of files does not tell, so none."""
        if isinstance(self.objects, HTTPStore):
            return ()
        with _explained(self.place):
            return sorted(each["path"] for each in obstore.list(self.objects, folder).collect())


@contextmanager
def _explained(place: str) -> Iterator[None]:
    """What is refused, told to the person."""
    try:
        yield
    except (BaseError, OSError, ValueError) as problem:
        advice = (
            "\nIf somebody else publishes right now, do it again. Is it the right bucket, and who are you to AWS? "
            "Ask: aws sts get-caller-identity"
        )
        raise Failed(f"{place}: {problem}{advice if place.startswith('s3://') else ''}") from problem


def in_folder(path: Path) -> Store:
    """The store in a folder, which is made."""
    with _explained(str(path)):
        return Store(str(path), LocalStore(path.expanduser(), mkdir=True))


def store_at(url: str, *, to_read: bool = False) -> Store:
    """The index of this address: `s3://bucket/prefix` or a folder; to read it, `https://index.example/simple/`, too.

    Raises:
        Failed: there is none, or it cannot be written.
    """
    scheme, separator, rest = url.partition("://")
    with _explained(url):
        if not separator and (Path(url).expanduser().is_dir() or not to_read):
            return in_folder(Path(url))
        if scheme == "s3" and rest:
            who = Boto3CredentialProvider()  # by profiles too, as AWS's own programs find out who one is
            return Store(
                url, S3Store.from_url(url.rstrip("/"), credential_provider=who, retry_config=_RETRIES)
            )
        if to_read and scheme in {"http", "https"}:
            objects = HTTPStore.from_url(
                base(url), client_options={"allow_http": True}, retry_config=_RETRIES
            )
            return Store(url, objects)
    known = "a folder that is there or an index's URL" if to_read else "a folder"
    raise Failed(f"{url!r} is no place for an index; use s3://bucket/prefix or {known}.")


def base(url: str) -> str:
    """The address of an index, given that of what pip asks: `https://index.example` for .../simple/."""
    return url.rstrip("/").removesuffix(f"/{PAGES.rstrip('/')}")


def headers(name: str) -> dict[str, str]:
    """What a CDN is told: a file stays for a year, and a page, which a release changes, for a minute."""
    stays = "public, max-age=31536000, immutable" if name.startswith(FILES) else "public, max-age=60"
    other = "application/json" if name.startswith(PACKUMENTS) else "application/octet-stream"
    return {
        "Content-Type": _TYPES.get(Path(name).suffix, other),
        "Cache-Control": stays,
    }
