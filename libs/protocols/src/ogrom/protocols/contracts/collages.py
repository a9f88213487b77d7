"""The contract of a CollageSource."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ..context import Context
from ..errors import Conflict, Timeout
from ..models import Collage, CollageDraft, Placement
from ..pages import Page, PageRequest
from ..sources import CollageSource
from ..testing import CATALOGUE
from .contexts import IN_DE, IN_GB, IN_NO_MARKET, NO_IDS, TOO_LATE, never_begun
from .paging import Fetch, check_bad_cursors, check_pages, first_cursor, walk
from .sources import Sources

BY_ID = {collage.id: collage for collage in CATALOGUE.collages}
EVERYTHING = PageRequest(limit=100)


def draft(title: str = "Neu", author_id: int = 2, products: tuple[int, ...] = (5, 1)) -> CollageDraft:
    """A draft that places `products`, all at one spot."""
    return CollageDraft(
        author_id=author_id,
        title=title,
        placements=tuple(
            Placement(product_id=id, x=2 / 3, y=0.1 + 0.2, width=1e-9, height=1) for id in products
        ),
    )


UNFIT = (
    draft(author_id=999_999),
    draft(author_id=2**63 - 1),
    draft(products=(1, 999_999)),
    draft(products=(2**63 - 1,)),
    draft(products=(4,)),  # sold in Great Britain only
)


class CollageSourceContract:
    """Override `source`, or give all sources of the store by a fixture `sources`."""

    @pytest.fixture
    def source(self, sources: Sources) -> CollageSource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        return sources.collages

    def test_a_collage_comes_with_its_placements(self, source: CollageSource) -> None:
        """It is read as it was stored, to the last bit and in the same order."""
        assert source.collage_by_id(IN_DE, 12) == BY_ID[12]

    def test_times_are_aware_and_in_utc(self, source: CollageSource) -> None:
        """Times have a zone, which is UTC."""
        collage = source.collage_by_id(IN_DE, 11)
        assert collage is not None
        assert (collage.created_at.tzinfo, collage.updated_at.tzinfo) == (UTC, UTC)

    def test_a_collage_of_another_market_does_not_exist(self, source: CollageSource) -> None:
        """It is None there, like an id that does not exist."""
        assert source.collage_by_id(IN_GB, 11) is None
        assert source.collage_by_id(IN_NO_MARKET, 11) is None

    @pytest.mark.parametrize("collage_id", NO_IDS)
    def test_an_unknown_id_is_none(self, source: CollageSource, collage_id: int) -> None:
        """An id that does not exist gives None, however large it is."""
        assert source.collage_by_id(IN_DE, collage_id) is None

    def test_a_batch_leaves_out_what_does_not_exist(self, source: CollageSource) -> None:
        """A batch read has the collages of this market, by id, and nothing for the others."""
        found = source.collages_by_ids(IN_DE, (13, 15, 11, *NO_IDS, 11))
        assert found == {11: BY_ID[11], 13: BY_ID[13]}

    def test_a_batch_of_nothing_is_empty(self, source: CollageSource) -> None:
        """No ids, no collages."""
        assert source.collages_by_ids(IN_DE, ()) == {}

    def test_lists_are_newest_first(self, source: CollageSource) -> None:
        """By time of creation, of the same moment by id; whatever the page size."""
        check_pages(_list(source), [BY_ID[id] for id in (13, 12, 11, 14)])
        check_pages(_list(source, IN_GB), [BY_ID[id] for id in (16, 15)])

    def test_a_list_may_be_of_one_author(self, source: CollageSource) -> None:
        """Only this author's collages in this market."""
        check_pages(_list(source, author_id=1), [BY_ID[id] for id in (13, 11, 14)])

    @pytest.mark.parametrize("author_id", [3, *NO_IDS])
    def test_an_author_of_nothing_has_an_empty_list(self, source: CollageSource, author_id: int) -> None:
        """No collages in this market: no items and no next page."""
        assert _list(source, author_id=author_id)(EVERYTHING) == Page(items=())

    def test_a_cursor_fits_its_own_list_only(self, source: CollageSource) -> None:
        """Garbage, truncated cursors and those of other authors or markets are BadCursor."""
        check_bad_cursors(_list(source), _list(source, author_id=1), _list(source, IN_GB))
        check_bad_cursors(_list(source, author_id=1), _list(source))

    def test_a_collage_added_between_pages_shifts_nothing(self, source: CollageSource) -> None:
        """The rest of the list has each older one exactly once."""
        cursor = first_cursor(_list(source))
        added = source.add_collage(IN_DE, draft())
        rest = _list(source)(PageRequest(limit=100, cursor=cursor))
        assert [collage.id for collage in rest.items] == [12, 11, 14]
        assert walk(_list(source))[0] == added

    def test_a_collage_deleted_between_pages_shifts_nothing(self, source: CollageSource) -> None:
        """Even if it is the one that the cursor points to."""
        cursor = first_cursor(_list(source))
        source.delete_collage(IN_DE, 13, revision=1)
        rest = _list(source)(PageRequest(limit=100, cursor=cursor))
        assert [collage.id for collage in rest.items] == [12, 11, 14]

    def test_what_is_added_is_what_is_read(self, source: CollageSource) -> None:
        """The answer to a write is the collage as any later reader sees it."""
        before = datetime.now(UTC)
        added = source.add_collage(IN_DE, draft("Grün & 'schön' 🌷", products=(5, 1, 5)))
        assert source.collage_by_id(IN_DE, added.id) == added
        assert source.collages_by_ids(IN_DE, (added.id,)) == {added.id: added}
        assert source.collage_by_id(IN_GB, added.id) is None
        assert (added.title, added.author_id, added.locale) == ("Grün & 'schön' 🌷", 2, "de-DE")
        assert added.placements == draft(products=(5, 1, 5)).placements
        assert added.revision == 1
        assert before <= added.created_at == added.updated_at <= datetime.now(UTC)

    def test_every_added_collage_has_its_own_id(self, source: CollageSource) -> None:
        """Adding the same draft twice creates two collages."""
        ids = {source.add_collage(IN_DE, draft()).id for _ in range(3)}
        assert len(ids - set(BY_ID)) == 3

    @pytest.mark.parametrize("unfit", UNFIT)
    def test_adding_a_reference_to_nothing_conflicts(
        self, source: CollageSource, unfit: CollageDraft
    ) -> None:
        """No such author, no such product in this market: nothing is stored."""
        before = _list(source)(EVERYTHING)
        with pytest.raises(Conflict):
            source.add_collage(IN_DE, unfit)
        assert _list(source)(EVERYTHING) == before

    def test_replacing_keeps_who_it_is_and_raises_the_revision(self, source: CollageSource) -> None:
        """Id, market and creation stay; the rest is the draft's."""
        replaced = source.replace_collage(IN_DE, 11, draft("Anders"), revision=1)
        assert source.collage_by_id(IN_DE, 11) == replaced
        assert (replaced.title, replaced.author_id, replaced.revision) == ("Anders", 2, 2)
        assert replaced.placements == draft().placements
        assert (replaced.locale, replaced.created_at) == ("de-DE", BY_ID[11].created_at)
        assert replaced.updated_at > BY_ID[11].updated_at

    def test_replacing_again_needs_the_new_revision(self, source: CollageSource) -> None:
        """The revision grows by one with every write."""
        source.replace_collage(IN_DE, 11, draft("Zwei"), revision=1)
        assert source.replace_collage(IN_DE, 11, draft("Drei"), revision=2).revision == 3

    @pytest.mark.parametrize("revision", [0, 2, 2**62])
    def test_another_revision_conflicts_and_changes_nothing(
        self, source: CollageSource, revision: int
    ) -> None:
        """Neither a replace nor a delete at the wrong revision touches the collage."""
        with pytest.raises(Conflict):
            source.replace_collage(IN_DE, 11, draft(), revision=revision)
        with pytest.raises(Conflict):
            source.delete_collage(IN_DE, 11, revision=revision)
        assert source.collage_by_id(IN_DE, 11) == BY_ID[11]

    @pytest.mark.parametrize("collage_id", [15, *NO_IDS])
    def test_writing_to_what_is_not_there_conflicts(self, source: CollageSource, collage_id: int) -> None:
        """Neither a collage of another market nor none at all can be replaced or deleted."""
        with pytest.raises(Conflict):
            source.replace_collage(IN_DE, collage_id, draft(), revision=1)
        with pytest.raises(Conflict):
            source.delete_collage(IN_DE, collage_id, revision=1)
        assert source.collage_by_id(IN_GB, 15) == BY_ID[15]

    @pytest.mark.parametrize("unfit", UNFIT)
    def test_replacing_by_a_reference_to_nothing_conflicts(
        self, source: CollageSource, unfit: CollageDraft
    ) -> None:
        """No such author, no such product in this market: the collage stays as it was."""
        with pytest.raises(Conflict):
            source.replace_collage(IN_DE, 11, unfit, revision=1)
        assert source.collage_by_id(IN_DE, 11) == BY_ID[11]

    def test_a_deleted_collage_is_gone(self, source: CollageSource) -> None:
        """It is None, in no list, and cannot be deleted twice."""
        source.delete_collage(IN_DE, 11, revision=1)
        assert source.collage_by_id(IN_DE, 11) is None
        assert [collage.id for collage in walk(_list(source))] == [13, 12, 14]
        with pytest.raises(Conflict):
            source.delete_collage(IN_DE, 11, revision=1)

    def test_of_eight_writers_at_one_revision_one_wins(self, source: CollageSource) -> None:
        """No update is lost: the losers learn of the conflict, the stored one is the winner's."""

        def write(number: int) -> Collage | None:
            try:
                return source.replace_collage(IN_DE, 11, draft(f"Nr. {number}"), revision=1)
            except Conflict:
                return None

        with ThreadPoolExecutor(8) as pool:
            written = [collage for collage in pool.map(write, range(8)) if collage is not None]
        assert written == [source.collage_by_id(IN_DE, 11)]
        assert written[0].revision == 2

    def test_a_call_past_its_deadline_is_a_timeout(self, source: CollageSource) -> None:
        """Reads do not start, and nothing is written."""
        with pytest.raises(Timeout):
            source.collage_by_id(TOO_LATE, 11)
        with pytest.raises(Timeout):
            source.collages_by_ids(TOO_LATE, (11,))
        with pytest.raises(Timeout):
            source.collages(TOO_LATE, EVERYTHING)
        with never_begun():
            source.add_collage(TOO_LATE, draft())
        with never_begun():
            source.replace_collage(TOO_LATE, 11, draft(), revision=1)
        with never_begun():
            source.delete_collage(TOO_LATE, 11, revision=1)
        assert len(_list(source)(EVERYTHING).items) == 4
        assert source.collage_by_id(IN_DE, 11) == BY_ID[11]


def _list(source: CollageSource, ctx: Context = IN_DE, author_id: int | None = None) -> Fetch[Collage]:
    return lambda page: source.collages(ctx, page, author_id=author_id)
