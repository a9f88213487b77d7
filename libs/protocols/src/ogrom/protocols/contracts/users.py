"""The contract of a UserSource."""

from datetime import UTC

import pytest

from ..errors import Timeout
from ..sources import UserSource
from ..testing import CATALOGUE
from .contexts import IN_DE, IN_NO_MARKET, NO_IDS, TOO_LATE
from .sources import Sources


class UserSourceContract:
    """Override `source`, or give all sources of the store by a fixture `sources`."""

    @pytest.fixture
    def source(self, sources: Sources) -> UserSource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        return sources.users

    def test_a_user_is_the_same_in_every_market(self, source: UserSource) -> None:
        """Users belong to no market."""
        expected = CATALOGUE.users[2]
        assert source.user_by_id(IN_DE, expected.id) == expected
        assert source.user_by_id(IN_NO_MARKET, expected.id) == expected

    def test_times_are_aware_and_in_utc(self, source: UserSource) -> None:
        """Times have a zone, which is UTC."""
        user = source.user_by_id(IN_DE, 1)
        assert user is not None
        assert user.created_at.tzinfo is UTC

    @pytest.mark.parametrize("user_id", NO_IDS)
    def test_an_unknown_id_is_none(self, source: UserSource, user_id: int) -> None:
        """An id that does not exist gives None, however large it is."""
        assert source.user_by_id(IN_DE, user_id) is None

    def test_a_batch_leaves_out_what_does_not_exist(self, source: UserSource) -> None:
        """A batch read has the users that exist, by id, and nothing for the others."""
        found = source.users_by_ids(IN_DE, (3, 1, *NO_IDS, 3))
        assert found == {1: CATALOGUE.users[0], 3: CATALOGUE.users[2]}

    def test_a_batch_of_nothing_is_empty(self, source: UserSource) -> None:
        """No ids, no users."""
        assert source.users_by_ids(IN_DE, []) == {}

    def test_a_call_past_its_deadline_is_a_timeout(self, source: UserSource) -> None:
        """The caller has stopped waiting, so the source does not start."""
        with pytest.raises(Timeout):
            source.user_by_id(TOO_LATE, 1)
        with pytest.raises(Timeout):
            source.users_by_ids(TOO_LATE, (1,))
