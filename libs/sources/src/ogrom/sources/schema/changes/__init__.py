"""Our changes since revision 0005, one a file, in the order of their numbers."""

from ..change import Change
from . import words_default_0006, words_dropped_0007

__all__ = ["CHANGES"]

CHANGES: tuple[Change, ...] = (words_default_0006.CHANGE, words_dropped_0007.CHANGE)
"""The changes that this release knows. An expand is a revision of Alembic's too, in `ogrom.sources.migrations`."""
