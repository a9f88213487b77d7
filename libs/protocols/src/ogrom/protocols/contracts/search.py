"""The contract of a SearchSource.

Hits come by rank, and a rank is made of the query and the hit alone, so pages stay right while others come and
go. What the rank is says the protocol.
"""

import pytest

from ..context import Context
from ..errors import Timeout
from ..models import Hit, Money
from ..pages import Page, PageRequest
from ..sources import SearchSource
from .contexts import IN_DE, IN_GB, IN_NO_MARKET, TOO_LATE
from .paging import check_bad_cursors, check_pages
from .sources import Sources

EVERYTHING = PageRequest(limit=100)


class SearchSourceContract:
    """Override `source`, or give all sources of the store by a fixture `sources`."""

    @pytest.fixture
    def source(self, sources: Sources) -> SearchSource:
        """The source under test, holding `CATALOGUE` and nothing else."""
        return sources.search

    def test_a_hit_has_what_a_list_shows(self, source: SearchSource) -> None:
        """Of a product what the market shows; of a collage its title, and the picture of what was placed first."""
        product = Hit(
            kind="product",
            id=3,
            title="Grünes Dirndl mit Schürze",
            brand="Nümph",
            price=Money(amount=2002, currency="EUR"),
            image_url="https://images.example/products/3.jpg",
        )
        collage = Hit(
            kind="collage",
            id=12,
            title="Größe 38, ganz in Weiß",
            image_url="https://images.example/products/3.jpg",
        )
        assert source.search(IN_DE, "Dirndl", EVERYTHING) == Page(items=(product,))
        assert source.search(IN_DE, "Größe", EVERYTHING) == Page(items=(collage,))

    def test_a_price_is_the_market_s(self, source: SearchSource) -> None:
        """In its currency, as the product itself has it."""
        (hit,) = source.search(IN_GB, "trainers", EVERYTHING).items
        assert hit.price == Money(amount=2006, currency="GBP")

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("kleid", {"product 1", "product 2", "product 5"}),
            ("rotes kleid", {"product 1"}),
            ("kleid rotes", {"product 1"}),
            ("kleid kleid", {"product 1", "product 2", "product 5"}),
            (" \t kleid\n rotes ", {"product 1"}),
            ("rotes dirndl", set()),
            ("baumwolle", {"product 5"}),
            ("Nümph Kleid", {"product 1", "product 2"}),
            ("38 weiß", {"collage 12"}),
            ("frühling Łódź", {"collage 11"}),
        ],
    )
    def test_a_hit_has_every_word(self, source: SearchSource, query: str, expected: set[str]) -> None:
        """In any order, in the title, the brand or the category's name; one word missing is a miss."""
        assert _found(source, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("KLEID", {"product 1", "product 2", "product 5"}),
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
            ("Turn%schuhe", {"product 7"}),
            ("K_eid", set()),
            ("+rotes -kleid", {"product 1"}),
            ("rotes OR dirndl", set()),
            ("rotes NEAR kleid", set()),
            ("(kleid", {"product 1", "product 2", "product 5"}),
            ("title:kleid", set()),
            ("kleid\x00", {"product 1", "product 2", "product 5"}),
            ("' OR 1=1 --", set()),
            ('"rotes kleid"', {"product 1"}),
            ('"kleid rotes', {"product 1"}),
            ("ro*tes kleid*", set()),
            ("klei* >rotes <kleid ~rotes", {"product 1"}),
            ("^kleid @3 {tokens}", set()),
            ("NOT dirndl", set()),
            ("AND", {"collage 13"}),
            ("@@kleid@@ ((rotes", {"product 1"}),
            ("-- kleid; #rotes /* kleid */", {"product 1"}),
        ],
    )
    def test_no_character_is_an_operator(self, source: SearchSource, query: str, expected: set[str]) -> None:
        """A query is what a person typed: punctuation only parts words."""
        assert _found(source, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("grun", {"product 3"}),
            ("gruen", {"product 3"}),
            ("grün", {"product 3"}),
            ("schurze", {"product 3"}),
            ("fruehling lodz", {"collage 11"}),
            ("strasse", {"product 6"}),
            ("straße", {"product 6"}),
            ("groesse", {"collage 12"}),
        ],
    )
    def test_accents_do_not_matter(self, source: SearchSource, query: str, expected: set[str]) -> None:
        """`grün` may be typed `grun` or `gruen`, and `ł` an `l`."""
        assert _found(source, query) == expected

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("schuhe", {"product 6", "product 7"}),
            ("schuh", {"product 6", "product 7"}),
            ("leder", {"product 6"}),
            ("assen", {"product 6"}),
            ("rassen", set()),
            ("trass", set()),
            ("he", set()),
            ("38", {"collage 12"}),
            ("s", {"product 3", "product 5", "product 6", "product 7", "collage 13", "collage 14"}),
            ("in", {"collage 11", "collage 12"}),
        ],
    )
    def test_a_part_of_a_word_finds_it(self, source: SearchSource, query: str, expected: set[str]) -> None:
        """Its beginning, however short, and three letters or more behind its first three: compounds' heads."""
        assert _found(source, query) == expected

    def test_a_category_finds_its_products(self, source: SearchSource) -> None:
        """By its name in the market, together with words of the title."""
        assert _found(source, "kleider") == {"product 1", "product 2"}
        assert _found(source, "blaues kleider") == {"product 2"}
        assert _found(source, "shoes", IN_GB) == {"product 6", "product 7"}

    @pytest.mark.parametrize(
        ("query", "ranked"),
        [
            ("kleid", ["product 1", "product 2", "product 5"]),
            ("weiß", ["collage 12", "product 7"]),
            ("schuhe", ["product 6", "product 7"]),
            ("s", ["product 3", "product 5", "product 6", "collage 13", "collage 14", "product 7"]),
        ],
    )
    def test_hits_come_by_rank(self, source: SearchSource, query: str, ranked: list[str]) -> None:
        """A word of the title before the beginning of one, and that before all else, page by page too."""
        hits = list(source.search(IN_DE, query, EVERYTHING).items)
        assert [f"{hit.kind} {hit.id}" for hit in hits] == ranked
        check_pages(lambda page: source.search(IN_DE, query, page), hits)

    @pytest.mark.parametrize("query", ["", " ", "\n\t", "%", "_", "%%", "*", '"', "'", "\\", "-", "🌷"])
    def test_a_query_without_a_word_finds_nothing(self, source: SearchSource, query: str) -> None:
        """Not everything."""
        assert source.search(IN_DE, query, EVERYTHING) == Page(items=())

    @pytest.mark.parametrize("query", ["wort " * 5000, "x" * 20_000, " ".join(map(str, range(3000)))])
    def test_a_query_may_be_long(self, source: SearchSource, query: str) -> None:
        """It breaks nothing; of these, what counts is found nowhere."""
        assert source.search(IN_DE, query, EVERYTHING) == Page(items=())

    def test_what_counts_of_a_query_is_bounded(self, source: SearchSource) -> None:
        """Its first 1,000 characters, and of these 32 different words: a title pasted with more finds itself."""
        assert _found(source, "kleid" + " " * 1000 + "dirndl") == {"product 1", "product 2", "product 5"}
        words = [
            *_beginnings("strassenschuhe"),
            *_beginnings("wildleder"),
            *_beginnings("aus"),
            *_beginnings("nüm"),
        ]
        words = [*words, "sc", "schu"]
        assert len(set(words)) == 31
        assert _found(source, " ".join([*words, "leder", "dirndl"])) == {"product 6"}
        assert _found(source, " ".join([*words, "dirndl"])) == set()

    def test_only_the_market_is_searched(self, source: SearchSource) -> None:
        """What exists only in another market, or has the words only there, is not found."""
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
        """The caller has stopped waiting, so the source does not start."""
        with pytest.raises(Timeout):
            source.search(TOO_LATE, "kleid", EVERYTHING)


def _found(source: SearchSource, query: str, ctx: Context = IN_DE) -> set[str]:
    return {f"{hit.kind} {hit.id}" for hit in source.search(ctx, query, EVERYTHING).items}


def _beginnings(word: str) -> list[str]:
    return [word[:end] for end in range(1, len(word) + 1)]
