"""Outcomes: what came of writes that have an idempotency key, so that a repeat is answered and not written again."""

from typing import Protocol

from msgspec import Struct

from .context import Context
from .models import Collage, Comment


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a write.

    It is stored, and read by other releases than the one that stored it: a field may be added with a default, and none
    may go.

    Attributes:
        fingerprint: that of the write's key.
        changed: what `like` and `unlike` returned.
        collage: as it was written.
        comment: as it was written.
    """

    fingerprint: str = ""
    changed: bool = True
    collage: Collage | None = None
    comment: Comment | None = None


class OutcomeSource(Protocol):
    """What came of the writes of all sources of a store.

    A write whose Context has a `key` is stored together with its Outcome, or neither is. A second one with the same key
    of the same principal in the same market returns what the first one returned, and writes nothing; while the first is
    under way it waits for that. What raises an error is not an outcome. A key without a principal means nothing.

    A store keeps an outcome for a day, and for each principal and market at least the latest thousand, and all of the
    last minute.
    """

    def outcome(self, ctx: Context) -> Outcome | None:
        """What came of the write with the key of `ctx`; None if there was none, or it is too long ago."""
        ...
