"""The private index: a static tree of pages and wheels, in a folder or a bucket; docs/index.md says how to use it."""

from .folder import Folder
from .places import PORT, TEAM, complete, local, store_at, team
from .publish import publish, refresh
from .server import serving
from .simple import File, pages
from .store import Conflict, Store

__all__ = [
    "PORT",
    "TEAM",
    "Conflict",
    "File",
    "Folder",
    "Store",
    "complete",
    "local",
    "pages",
    "publish",
    "refresh",
    "serving",
    "store_at",
    "team",
]
