"""The contract of a SearchSource.

Which hits come first is the source's affair; that each comes once is not. Whether a part of a word finds
the whole one is left open too.
"""

import pytest

from ..context import Context
from ..errors import Timeout
from ..models import Hit
from ..pages import Page, PageRequest
from ..sources import SearchSource
from .markets import IN_DE, IN_GB, IN_NO_MARKET, TOO_LATE
from .paging import check_bad_cursors, check_pages

EVERYTHING = PageRequest(limit=100)


class SearchSourceContract:
    """Override `source`."""

    @pytest.fixture
    def source(self) -> SearchSource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        raise NotImplementedError("override the fixture `source`")

    def test_a_hit_says_what_it_is(self, source: SearchSource) -> None:
        """Its kind, its id and the title that the market shows."""
        product = Hit(kind="product", id=3, title="Grünes Dirndl mit Schürze")
        collage = Hit(kind="collage", id=13, title="Für den Strand")
        assert source.search(IN_DE, "Dirndl", EVERYTHING) == Page(items=(product,))
        assert source.search(IN_DE, "Strand", EVERYTHING) == Page(items=(collage,))

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("kleid", {"product 1", "product 2"}),
            ("rotes kleid", {"product 1"}),
            ("kleid rotes", {"product 1"}),
            ("kleid kleid", {"product 1", "product 2"}),
            (" \t kleid\n rotes ", {"product 1"}),
            ("rotes dirndl", set()),
            ("baumwolle", {"product 5"}),
            ("Nümph Kleid", {"product 1", "product 2"}),
            ("38 weiß", {"collage 12"}),
            ("frühling Łódź", {"collage 11"}),
        ],
    )
    def test_a_hit_has_every_word(self, source: SearchSource, query: str, expected: set[str]) -> None:
        """In any order, in the title or the brand; one word missing is a miss."""
        assert _found(source, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("KLEID", {"product 1", "product 2"}),
            ("NÜMPH DIRNDL", {"product 3"}),
            ("nu\u0308mph dirndl", {"product 3"}),
            ("SCHÜRZE", {"product 3"}),
            ("GRÖSSE", {"collage 12"}),
            ("größe", {"collage 12"}),
            ("straßenschuhe", {"product 6"}),
            ("łÓDŹ", {"collage 11"}),
        ],
    )
    def test_case_does_not_matter(self, source: SearchSource, query: str, expected: set[str]) -> None:
        """Not in any script: `Ü` is `ü`, composed or not, and `ß` is `SS`."""
        assert _found(source, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("100% Baumwolle", {"product 5"}),
            ("O'Neill", {"product 5"}),
            ('"ja"', {"collage 14"}),
            ("C:\\Style_Lab", {"product 7"}),
            ("Turn%schuhe", set()),
            ("K_eid", set()),
            ("+rotes -kleid", {"product 1"}),
            ("rotes OR dirndl", set()),
            ("rotes NEAR kleid", set()),
            ("(kleid", {"product 1", "product 2"}),
            ("title:kleid", set()),
            ("kleid\x00", {"product 1", "product 2"}),
            ("' OR 1=1 --", set()),
        ],
    )
    def test_no_character_is_an_operator(self, source: SearchSource, query: str, expected: set[str]) -> None:
        """A query is what a person typed: punctuation only parts words."""
        assert _found(source, query) == expected

    @pytest.mark.parametrize("query", ["", " ", "\n\t", "%", "_", "%%", "*", '"', "'", "\\", "-", "🌷"])
    def test_a_query_without_a_word_finds_nothing(self, source: SearchSource, query: str) -> None:
        """Not everything."""
        assert source.search(IN_DE, query, EVERYTHING) == Page(items=())

    @pytest.mark.parametrize("query", ["wort " * 5000, "x" * 20_000, " ".join(map(str, range(3000)))])
    def test_a_query_may_be_long(self, source: SearchSource, query: str) -> None:
        """It finds nothing, without breaking anything."""
        assert source.search(IN_DE, query, EVERYTHING) == Page(items=())

    def test_only_the_market_is_searched(self, source: SearchSource) -> None:
        """What exists only in another market, or bears the words only there, is no hit."""
        assert _found(source, "dress", IN_GB) == {"product 1", "product 2", "product 4"}
        assert _found(source, "dress", IN_DE) == set()
        assert _found(source, "strand", IN_GB) == set()
        assert _found(source, "kleid", IN_NO_MARKET) == set()

    def test_pages_give_each_hit_once(self, source: SearchSource) -> None:
        """Whatever the page size, products and collages alike."""
        hits = list(source.search(IN_DE, "nümph", EVERYTHING).items)
        assert sorted(hit.id for hit in hits) == [1, 2, 3, 6]
        check_pages(lambda page: source.search(IN_DE, "nümph", page), hits)
        hits = list(source.search(IN_GB, "white", EVERYTHING).items)
        assert sorted(hit.id for hit in hits) == [7, 15, 16]
        check_pages(lambda page: source.search(IN_GB, "white", page), hits)

    def test_a_cursor_fits_its_own_search_only(self, source: SearchSource) -> None:
        """Garbage, truncated cursors and those of other words or markets are BadCursor."""
        check_bad_cursors(
            lambda page: source.search(IN_GB, "dress", page),
            lambda page: source.search(IN_GB, "white", page),
            lambda page: source.search(IN_DE, "kleid", page),
        )

    def test_a_call_past_its_deadline_is_a_timeout(self, source: SearchSource) -> None:
        """Nobody waits for the answer any more, so none is sought."""
        with pytest.raises(Timeout):
            source.search(TOO_LATE, "kleid", EVERYTHING)


def _found(source: SearchSource, query: str, ctx: Context = IN_DE) -> set[str]:
    return {f"{hit.kind} {hit.id}" for hit in source.search(ctx, query, EVERYTHING).items}
