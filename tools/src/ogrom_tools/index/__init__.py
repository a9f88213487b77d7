"""The index of our wheels: a static tree of files, made from the ledger; docs/wheels.md says how to use it."""

from .server import serving
from .site import PORT, bring_up, differences, local, made
from .stores import Store, in_folder, store_at

__all__ = ["PORT", "Store", "bring_up", "differences", "in_folder", "local", "made", "serving", "store_at"]
