"""Where indexes are: the local one, and the team's."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import Workspace
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

from .folder import Folder
from .layout import FILES, METADATA, YANKED
from .publish import publish, refresh, write
from .store import Store

PORT = 8418
"""Where the local index is served, on 127.0.0.1: the source that locks name, so it is the same for everybody."""

TEAM = "OGROM_INDEX_STORE"
"""The environment's variable that says where the team's index is."""


def store_at(url: str) -> Store:
    """The store of this address: `s3://bucket/prefix`, or a folder.

    Raises:
        Failed: it is neither.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Folder(Path(url).expanduser())
    if scheme != "s3" or not rest:
        raise Failed(f"{url!r} is no place for an index; use s3://bucket/prefix or a folder.")
    # Only who has a bucket needs boto3, and it takes half a second to import.
    from .s3 import S3

    bucket, _, prefix = rest.partition("/")
    return S3(bucket, f"{prefix.strip('/')}/".lstrip("/"))


def team(workspace: Workspace, environment: Mapping[str, str] = os.environ) -> Store:
    """The team's store, as the environment says; the local folder where it says nothing."""
    return store_at(environment.get(TEAM) or str(_folder(workspace)))


def complete(store: Store, wheelhouse: Wheelhouse, ledger: Ledger) -> None:
    """Publish each release that an index lacks, built again from history, and make its pages anew.

    Raises:
        Failed: a wheel cannot be built again.
    """
    held = set(store.names(FILES))
    lacking = (each for each in ledger if FILES + each.wheel not in held)
    for release, wheel in wheelhouse.wheels(lacking).items():
        publish(store, release, wheel)
    refresh(store, ledger)


def local(workspace: Workspace, wheelhouse: Wheelhouse, ledger: Ledger) -> Folder:
    """The local index, .ogrom/index, with all releases in it.

    Nobody else takes wheels from it, so what is not as the ledger says is put right: a damaged file, or what
    is left of a release that was given up.

    Raises:
        Failed: a wheel cannot be built again.
    """
    store = Folder(_folder(workspace))
    for release in ledger:
        name = FILES + release.wheel
        kept = store.read(name)
        if kept is not None and hashlib.sha256(kept).hexdigest() != release.sha256:
            print(f"{store.path / name} was not what the ledger says, and is made again.")
            store.replace(name, wheelhouse.wheel(release).read_bytes())
        if kept is not None:
            write(store, name + METADATA, Wheel.read(store.path / name).metadata_bytes)
        if not release.is_yanked:
            store.remove(name + YANKED)
    complete(store, wheelhouse, ledger)
    return store


def _folder(workspace: Workspace) -> Path:
    return workspace.root / ".ogrom" / "index"
