"""A batch reads what is wanted with one call."""

from collections.abc import Collection, Mapping

from ogrom.protocols.batch import Batch
from ogrom.protocols.context import Context
from ogrom.protocols.models import User
from ogrom.protocols.testing import CATALOGUE, DE, MemorySources

CTX = Context(locale=DE)
USERS = MemorySources(CATALOGUE).users


class Reads:
    """A batch read that notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def __call__(self, ctx: Context, ids: Collection[int]) -> Mapping[int, User]:
        self.asked.append(tuple(ids))
        return USERS.users_by_ids(ctx, ids)


def test_all_that_is_wanted_is_read_with_one_call() -> None:
    """Each id once, those too that do not exist, and nothing before it is needed."""
    reads = Reads()
    batch = Batch(CTX, reads)
    batch.want([2, 1, 2])
    batch.want([999_999])
    assert reads.asked == []
    assert [getattr(batch.get(id), "id", None) for id in (1, 2, 999_999, 1)] == [1, 2, None, 1]
    assert reads.asked == [(1, 2, 999_999)]


def test_what_was_not_wanted_is_read_with_what_was_since() -> None:
    """And what is there already is not read again."""
    reads = Reads()
    batch = Batch(CTX, reads)
    assert batch.get(1) is not None
    batch.want([1, 2])
    assert batch.get(3) is not None
    assert batch.get(2) is not None
    assert reads.asked == [(1,), (2, 3)]
