"""The index of our wheels: a static tree of files, made from the ledger; docs/wheels.md says how to use it."""

from .server import serving
from .site import PORT, bring_up, differences, is_ahead, local, made
from .stores import Store, in_folder, served_at, store_at

__all__ = [
    "PORT",
    "Store",
    "bring_up",
    "differences",
    "in_folder",
    "is_ahead",
    "local",
    "made",
    "served_at",
    "serving",
    "store_at",
]
