"""The contract of writes with an idempotency key, and of an OutcomeSource."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
from msgspec.structs import replace

from ..context import Context, IdempotencyKey, Principal
from ..errors import Conflict, KeyReused, Timeout
from ..outcomes import Outcome
from ..pages import PageRequest
from ..testing import GB
from .collages import draft
from .comments import draft as comment
from .contexts import IN_DE, TOO_LATE
from .sources import Sources

EVERYTHING = PageRequest(limit=100)
ONE, OTHER = "1" * 64, "2" * 64

Write = Callable[[Sources, Context], object]

WRITES: Final[dict[str, Write]] = {
    "add_collage": lambda sources, ctx: sources.collages.add_collage(ctx, draft("Käsekuchen")),
    "replace_collage": lambda sources, ctx: sources.collages.replace_collage(ctx, 11, draft(), revision=1),
    "delete_collage": lambda sources, ctx: sources.collages.delete_collage(ctx, 11, revision=1),
    "add_comment": lambda sources, ctx: sources.comments.add_comment(ctx, 11, comment()),
    "delete_comment": lambda sources, ctx: sources.comments.delete_comment(ctx, 21),
    "like": lambda sources, ctx: sources.likes.like(ctx, 12, 1),
    "unlike": lambda sources, ctx: sources.likes.unlike(ctx, 11, 2),
}
"""Each kind of write; made twice without a key, it fails or says something else, or there are two."""

of_each_kind = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


def keyed(text: str, fingerprint: str = ONE, *, user_id: int = 1, ctx: Context = IN_DE) -> Context:
    """The Context of a user's write with a key."""
    key = IdempotencyKey(text=text, fingerprint=fingerprint)
    return replace(ctx, key=key, principal=Principal(user_id=user_id))


def _stored(sources: Sources) -> tuple[Any, ...]:
    """Everything that clients write."""
    return (
        sources.collages.collages(IN_DE, EVERYTHING),
        sources.comments.comments(IN_DE, EVERYTHING),
        [sources.likes.likes(IN_DE, each) for each in (11, 12)],
    )


class IdempotencyContract:
    """Give a fixture `sources`: all of one store, which holds `CATALOGUE` and nothing else."""

    @of_each_kind
    def test_a_repeat_returns_the_same_and_writes_nothing(self, sources: Sources, write: Write) -> None:
        """Though what it asks for is no longer possible, or would happen again."""
        before = _stored(sources)
        first = write(sources, keyed("a"))
        after = _stored(sources)
        assert write(sources, keyed("a")) == first
        assert _stored(sources) == after != before

    def test_a_repeat_returns_what_was_written_then(self, sources: Sources) -> None:
        """Not what somebody else has made of it since."""
        first = sources.collages.replace_collage(keyed("a"), 11, draft("Eins"), revision=1)
        second = sources.collages.replace_collage(IN_DE, 11, draft("Zwei"), revision=2)
        assert sources.collages.replace_collage(keyed("a"), 11, draft("Eins"), revision=1) == first
        assert sources.collages.collage_by_id(IN_DE, 11) == second

    @of_each_kind
    def test_the_outcome_is_there_after_the_write(self, sources: Sources, write: Write) -> None:
        """And not before; it has what the write returned."""
        ctx = keyed("a")
        assert sources.outcomes.outcome(ctx) is None
        returned = write(sources, ctx)
        found = sources.outcomes.outcome(ctx)
        assert found is not None
        assert found.fingerprint == ONE
        assert returned in (None, found.changed, found.collage, found.comment)
        assert found == Outcome(
            fingerprint=ONE, changed=found.changed, collage=found.collage, comment=found.comment
        )

    @of_each_kind
    def test_another_write_with_the_key_is_refused(self, sources: Sources, write: Write) -> None:
        """Nothing is written, and the first one's outcome stays."""
        sources.comments.add_comment(keyed("a", OTHER), 13, comment())
        before = _stored(sources)
        with pytest.raises(KeyReused):
            write(sources, keyed("a"))
        assert _stored(sources) == before
        kept = sources.outcomes.outcome(keyed("a"))
        assert kept is not None
        assert kept.fingerprint == OTHER

    def test_each_key_is_a_write_of_its_own(self, sources: Sources) -> None:
        """Also those that differ in case, accents or blanks only."""
        keys = ("a", "A", "a ", " a", '"', "\\", "%", "/", "a" * 255)
        ids = {sources.comments.add_comment(keyed(each), 11, comment()).id for each in keys}
        assert len(ids) == len(keys)

    def test_a_key_belongs_to_one_user_in_one_market(self, sources: Sources) -> None:
        """Others may have the same, and cannot ask for its outcome."""
        mine = sources.collages.add_collage(keyed("a"), draft())
        for other in (keyed("a", OTHER, ctx=replace(IN_DE, locale=GB)), keyed("a", OTHER, user_id=2)):
            assert sources.outcomes.outcome(other) is None
            assert sources.collages.add_collage(other, draft()).id != mine.id
        assert sources.collages.add_collage(keyed("a"), draft()) == mine

    def test_what_was_refused_is_not_an_outcome(self, sources: Sources) -> None:
        """The key is as good as before, also for another write."""
        with pytest.raises(Conflict):
            sources.comments.add_comment(keyed("a"), 999_999, comment())
        assert sources.outcomes.outcome(keyed("a")) is None
        assert sources.comments.add_comment(keyed("a", OTHER), 11, comment()).text == comment().text

    def test_without_a_key_nothing_is_kept(self, sources: Sources) -> None:
        """Two equal writes are two."""
        ctx = replace(keyed("a"), key=None)
        ids = {sources.comments.add_comment(ctx, 11, comment()).id for _ in range(2)}
        assert len(ids) == 2
        assert sources.outcomes.outcome(ctx) is None

    @of_each_kind
    def test_of_eight_at_once_one_is_written(self, sources: Sources, write: Write) -> None:
        """All of them return the same, whoever was first."""
        before = _stored(sources)
        with ThreadPoolExecutor(8) as pool:
            returned = list(pool.map(lambda _: write(sources, keyed("a")), range(8)))
        assert returned == returned[:1] * 8
        after = _stored(sources)
        assert write(sources, keyed("a")) == returned[0]
        assert _stored(sources) == after != before
        if write is WRITES["add_comment"]:
            assert len(after[1].items) == len(before[1].items) + 1

    def test_a_call_past_its_deadline_is_a_timeout(self, sources: Sources) -> None:
        """It is not asked at all."""
        with pytest.raises(Timeout):
            sources.outcomes.outcome(keyed("a", ctx=TOO_LATE))
