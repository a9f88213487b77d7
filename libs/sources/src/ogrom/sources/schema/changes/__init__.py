"""Our changes since revision 0005, one a file, in the order of their numbers."""

from ..change import Change

__all__ = ["CHANGES"]

CHANGES: tuple[Change, ...] = ()
"""The changes that this release knows. It works before and after each of its contracts."""
