"""The contract of a LikeSource."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ..errors import Conflict, Timeout
from ..sources import LikeSource
from .contexts import IN_DE, IN_GB, NO_IDS, TOO_LATE, never_begun
from .sources import Sources


class LikeSourceContract:
    """Override `source`, or give all sources of the store by a fixture `sources`."""

    @pytest.fixture
    def source(self, sources: Sources) -> LikeSource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        return sources.likes

    def test_likes_are_counted_by_collage(self, source: LikeSource) -> None:
        """Each collage has its own count, which may be 0."""
        assert [source.likes(IN_DE, id) for id in (11, 12, 13)] == [2, 0, 1]

    @pytest.mark.parametrize("collage_id", [15, *NO_IDS])
    def test_what_is_not_there_has_no_likes(self, source: LikeSource, collage_id: int) -> None:
        """Neither a collage of another market nor none at all."""
        assert source.likes(IN_DE, collage_id) == 0

    def test_liking_twice_is_liking_once(self, source: LikeSource) -> None:
        """The second time returns False."""
        assert source.like(IN_DE, 12, 1) is True
        assert source.like(IN_DE, 12, 1) is False
        assert source.likes(IN_DE, 12) == 1

    def test_unliking_twice_is_unliking_once(self, source: LikeSource) -> None:
        """The second time returns False; other users' likes stay."""
        assert source.unlike(IN_DE, 11, 2) is True
        assert source.unlike(IN_DE, 11, 2) is False
        assert source.likes(IN_DE, 11) == 1

    def test_a_like_taken_back_can_be_given_again(self, source: LikeSource) -> None:
        """As if it had never been there."""
        source.unlike(IN_DE, 11, 2)
        assert source.like(IN_DE, 11, 2) is True
        assert source.likes(IN_DE, 11) == 2

    @pytest.mark.parametrize(
        ("collage_id", "user_id"), [(15, 2), (999_999, 2), (2**63 - 1, 2), (11, 2**63 - 1)]
    )
    def test_liking_a_reference_to_nothing_conflicts(
        self, source: LikeSource, collage_id: int, user_id: int
    ) -> None:
        """No such collage in this market, no such user: nothing is stored."""
        with pytest.raises(Conflict):
            source.like(IN_DE, collage_id, user_id)
        assert (source.likes(IN_DE, 11), source.likes(IN_GB, 15)) == (2, 1)

    def test_a_like_of_another_market_conflicts_even_where_there_is_one(self, source: LikeSource) -> None:
        """What exists only in another market does not exist, so it cannot be liked already."""
        with pytest.raises(Conflict):
            source.like(IN_DE, 15, 1)

    @pytest.mark.parametrize(("collage_id", "user_id"), [(15, 1), (2**63 - 1, 1), (11, 2**63 - 1)])
    def test_unliking_a_reference_to_nothing_changes_nothing(
        self, source: LikeSource, collage_id: int, user_id: int
    ) -> None:
        """There was no such like in this market."""
        assert source.unlike(IN_DE, collage_id, user_id) is False
        assert (source.likes(IN_DE, 11), source.likes(IN_GB, 15)) == (2, 1)

    def test_of_eight_likes_at_once_one_is_new(self, source: LikeSource) -> None:
        """Eight threads that add the same like add one, and none of them fails."""
        with ThreadPoolExecutor(8) as pool:
            stored = list(pool.map(lambda _: source.like(IN_DE, 12, 1), range(8)))
        assert sorted(stored) == [False] * 7 + [True]
        assert source.likes(IN_DE, 12) == 1

    def test_a_call_past_its_deadline_is_a_timeout(self, source: LikeSource) -> None:
        """Reads do not start, and nothing is written."""
        with pytest.raises(Timeout):
            source.likes(TOO_LATE, 11)
        with never_begun():
            source.like(TOO_LATE, 11, 1)
        with never_begun():
            source.unlike(TOO_LATE, 11, 2)
        assert source.likes(IN_DE, 11) == 2
