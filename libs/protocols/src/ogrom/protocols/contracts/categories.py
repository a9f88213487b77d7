"""The contract of a CategorySource."""

from datetime import UTC

import pytest

from ..errors import Timeout
from ..models import Category
from ..sources import CategorySource
from ..testing.catalogue import START
from .contexts import IN_DE, IN_GB, NO_IDS, TOO_LATE
from .sources import Sources


class CategorySourceContract:
    """Override `source`, or give all sources of the store by a fixture `sources`."""

    @pytest.fixture
    def source(self, sources: Sources) -> CategorySource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        return sources.categories

    def test_a_category_bears_the_name_of_its_market(self, source: CategorySource) -> None:
        """The name is in the market's language; the rest is the same everywhere."""
        german = Category(id=2, parent_id=1, name="Kleider", revision=1, updated_at=START)
        assert source.category_by_id(IN_DE, 2) == german
        british = source.category_by_id(IN_GB, 2)
        assert british is not None
        assert british.name == "Dresses"

    def test_a_root_has_no_parent(self, source: CategorySource) -> None:
        """The parent of a root is None."""
        root = source.category_by_id(IN_DE, 1)
        assert root is not None
        assert root.parent_id is None

    def test_times_are_aware_and_in_utc(self, source: CategorySource) -> None:
        """Times have a zone, which is UTC."""
        root = source.category_by_id(IN_DE, 1)
        assert root is not None
        assert root.updated_at.tzinfo is UTC

    @pytest.mark.parametrize("category_id", NO_IDS)
    def test_an_unknown_id_is_none(self, source: CategorySource, category_id: int) -> None:
        """An id that does not exist gives None, however large it is."""
        assert source.category_by_id(IN_DE, category_id) is None

    def test_what_another_market_names_does_not_exist(self, source: CategorySource) -> None:
        """A category without a name in the market is None there."""
        assert source.category_by_id(IN_DE, 4) is not None
        assert source.category_by_id(IN_GB, 4) is None

    def test_the_tree_comes_whole_parents_first(self, source: CategorySource) -> None:
        """All of the market's categories by ascending id, each the one that its id gives."""
        tree = source.categories(IN_DE)
        assert [category.id for category in tree] == [1, 2, 3, 4]
        assert [category.id for category in source.categories(IN_GB)] == [1, 2, 3]
        assert [source.category_by_id(IN_DE, category.id) for category in tree] == list(tree)

    def test_a_call_past_its_deadline_is_a_timeout(self, source: CategorySource) -> None:
        """The caller has stopped waiting, so the source does not start."""
        with pytest.raises(Timeout):
            source.category_by_id(TOO_LATE, 1)
        with pytest.raises(Timeout):
            source.categories(TOO_LATE)
