"""The contract of a CommentSource."""

from datetime import UTC, datetime

import pytest

from ..context import Context
from ..errors import Conflict, Timeout
from ..models import Comment, CommentDraft
from ..pages import Page, PageRequest
from ..sources import CommentSource
from ..testing import CATALOGUE
from .contexts import IN_DE, IN_GB, IN_NO_MARKET, NO_IDS, TOO_LATE, never_begun
from .paging import Fetch, check_bad_cursors, check_pages, first_cursor, walk
from .sources import Sources

BY_ID = {comment.id: comment for comment in CATALOGUE.comments}
EVERYTHING = PageRequest(limit=100)


def draft(text: str = "Hübsch!", author_id: int = 1) -> CommentDraft:
    """A draft that fits the catalogue."""
    return CommentDraft(author_id=author_id, text=text)


class CommentSourceContract:
    """Override `source`, or give all sources of the store by a fixture `sources`."""

    @pytest.fixture
    def source(self, sources: Sources) -> CommentSource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        return sources.comments

    def test_a_comment_is_read_as_it_was_stored(self, source: CommentSource) -> None:
        """To the last character and microsecond."""
        assert source.comment_by_id(IN_DE, 21) == BY_ID[21]

    def test_times_are_aware_and_in_utc(self, source: CommentSource) -> None:
        """Times have a zone, which is UTC."""
        comment = source.comment_by_id(IN_DE, 21)
        assert comment is not None
        assert comment.created_at.tzinfo is UTC

    def test_a_comment_of_another_market_does_not_exist(self, source: CommentSource) -> None:
        """It is None there, like an id that does not exist."""
        assert source.comment_by_id(IN_GB, 21) is None
        assert source.comment_by_id(IN_NO_MARKET, 21) is None

    @pytest.mark.parametrize("comment_id", NO_IDS)
    def test_an_unknown_id_is_none(self, source: CommentSource, comment_id: int) -> None:
        """An id that does not exist gives None, however large it is."""
        assert source.comment_by_id(IN_DE, comment_id) is None

    def test_lists_are_newest_first(self, source: CommentSource) -> None:
        """By time, of the same moment by id; whatever the page size."""
        check_pages(_list(source), [BY_ID[id] for id in (23, 22, 21, 24)])
        check_pages(_list(source, IN_GB), [BY_ID[id] for id in (26, 25)])

    def test_a_list_may_be_of_one_collage(self, source: CommentSource) -> None:
        """Only the comments under it."""
        check_pages(_list(source, collage_id=11), [BY_ID[id] for id in (22, 21, 24)])

    @pytest.mark.parametrize("collage_id", [14, 15, *NO_IDS])
    def test_a_collage_without_comments_has_an_empty_list(
        self, source: CommentSource, collage_id: int
    ) -> None:
        """Without comments, of another market, or missing: no items and no next page."""
        assert _list(source, collage_id=collage_id)(EVERYTHING) == Page(items=())

    def test_a_cursor_fits_its_own_list_only(self, source: CommentSource) -> None:
        """Garbage, truncated cursors and those of other collages or markets are BadCursor."""
        check_bad_cursors(_list(source), _list(source, collage_id=11), _list(source, IN_GB))
        check_bad_cursors(_list(source, collage_id=11), _list(source))

    def test_a_comment_added_between_pages_shifts_nothing(self, source: CommentSource) -> None:
        """The rest of the list has each older one exactly once."""
        cursor = first_cursor(_list(source))
        added = source.add_comment(IN_DE, 11, draft())
        rest = _list(source)(PageRequest(limit=100, cursor=cursor))
        assert [comment.id for comment in rest.items] == [22, 21, 24]
        assert walk(_list(source))[0] == added

    def test_a_comment_deleted_between_pages_shifts_nothing(self, source: CommentSource) -> None:
        """Even if it is the one that the cursor points to."""
        cursor = first_cursor(_list(source))
        source.delete_comment(IN_DE, 23)
        rest = _list(source)(PageRequest(limit=100, cursor=cursor))
        assert [comment.id for comment in rest.items] == [22, 21, 24]

    @pytest.mark.parametrize("text", ["Hübsch!", "'\"\\%_;--", "🌷" * 2000, "zwei\nZeilen \t"])
    def test_what_is_added_is_what_is_read(self, source: CommentSource, text: str) -> None:
        """The answer to a write is the comment as any later reader sees it."""
        before = datetime.now(UTC)
        added = source.add_comment(IN_DE, 12, draft(text, author_id=3))
        assert source.comment_by_id(IN_DE, added.id) == added
        assert _list(source, collage_id=12)(EVERYTHING).items[0] == added
        assert (added.locale, added.collage_id, added.author_id) == ("de-DE", 12, 3)
        assert added.text == text
        assert before <= added.created_at <= datetime.now(UTC)

    def test_every_added_comment_has_its_own_id(self, source: CommentSource) -> None:
        """Adding the same draft twice creates two comments."""
        ids = {source.add_comment(IN_DE, 11, draft()).id for _ in range(3)}
        assert len(ids - set(BY_ID)) == 3

    @pytest.mark.parametrize(
        ("collage_id", "author_id"), [(15, 1), (999_999, 1), (2**63 - 1, 1), (11, 2**63 - 1)]
    )
    def test_adding_a_reference_to_nothing_conflicts(
        self, source: CommentSource, collage_id: int, author_id: int
    ) -> None:
        """No such collage in this market, no such author: nothing is stored."""
        before = [_list(source)(EVERYTHING), _list(source, IN_GB)(EVERYTHING)]
        with pytest.raises(Conflict):
            source.add_comment(IN_DE, collage_id, draft(author_id=author_id))
        assert [_list(source)(EVERYTHING), _list(source, IN_GB)(EVERYTHING)] == before

    def test_a_deleted_comment_is_gone(self, source: CommentSource) -> None:
        """It is None and in no list; deleting it again returns False."""
        assert source.delete_comment(IN_DE, 22) is True
        assert source.comment_by_id(IN_DE, 22) is None
        assert [comment.id for comment in walk(_list(source))] == [23, 21, 24]
        assert source.delete_comment(IN_DE, 22) is False

    @pytest.mark.parametrize("comment_id", [25, *NO_IDS])
    def test_what_is_not_there_cannot_be_deleted(self, source: CommentSource, comment_id: int) -> None:
        """Neither a comment of another market nor none at all."""
        assert source.delete_comment(IN_DE, comment_id) is False
        assert source.comment_by_id(IN_GB, 25) == BY_ID[25]

    def test_a_call_past_its_deadline_is_a_timeout(self, source: CommentSource) -> None:
        """Reads do not start, and nothing is written."""
        with pytest.raises(Timeout):
            source.comment_by_id(TOO_LATE, 21)
        with pytest.raises(Timeout):
            source.comments(TOO_LATE, EVERYTHING)
        with never_begun():
            source.add_comment(TOO_LATE, 11, draft())
        with never_begun():
            source.delete_comment(TOO_LATE, 21)
        assert len(_list(source)(EVERYTHING).items) == 4


def _list(source: CommentSource, ctx: Context = IN_DE, collage_id: int | None = None) -> Fetch[Comment]:
    return lambda page: source.comments(ctx, page, collage_id=collage_id)
