"""Words are runs of letters and digits, equal in any case."""

import pytest
from hypothesis import given, strategies as st

from ogrom.protocols.words import beginning, parts, spellings, words, words_wanted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("%_-'\"\\ 🌷", ()),
        ("Rotes  Kleid", ("rotes", "kleid")),
        ("O'Neill_2024", ("o", "neill", "2024")),
        ("ÄÖÜ Straße", ("äöü", "strasse")),
        ("nu\u0308mph", ("nümph",)),
        ("ŁÓDŹ", ("łódź",)),
        ("ΣΊΣΥΦΟΣ", ("σίσυφοσ",)),
        ("ﬁne", ("fine",)),
        ("İstanbul", ("istanbul",)),
        ("שָׁלוֹם مُحَمَّد", ("שלום", "محمد")),
    ],
)
def test_words_are_folded(text: str, expected: tuple[str, ...]) -> None:
    """Case, composition, ligatures and vowel signs do not tell words apart; punctuation parts them."""
    assert words(text) == expected


@given(st.text())
def test_case_never_matters(text: str) -> None:
    """A text has the words of its casefolded self, and folding again changes nothing."""
    assert words(text.casefold()) == words(text)
    assert words(" ".join(words(text))) == words(text)


@given(st.text())
def test_words_hold_no_operator_of_any_search(text: str) -> None:
    """Nothing in a word needs escaping, in LIKE, in FTS5 or in FULLTEXT."""
    assert all(character.isalnum() for word in words(text) for character in word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("kleid", ("kleid",)),
        ("grün", ("grun", "gruen")),
        ("łódź", ("lodz",)),
        ("smørrebrød", ("smorrebrod", "smoerrebroed")),
        ("σίσυφοσ", ("σισυφοσ",)),
        ("þórður", ("thordur",)),
        ("x" * 80, ("x" * 60,)),
    ],
)
def test_a_word_is_spelled_as_people_do(word: str, expected: tuple[str, ...]) -> None:
    """Without accents, and with two letters for an umlaut; a very long word is cut."""
    assert spellings(word) == expected


@given(st.text())
def test_a_spelling_is_its_own_spelling(text: str) -> None:
    """So a query typed without accents meets the text: there is one, and it is not empty."""
    for word in words(text):
        assert 1 <= len(spellings(word)) <= 2
        assert all(0 < len(spelling) <= 60 for spelling in spellings(word))
        assert all(spelling in spellings(spelling) for spelling in spellings(word))


def test_the_parts_of_a_word_are_its_ends() -> None:
    """Three letters are before each and three in each."""
    assert parts("strohhut") == ("ohhut", "hhut", "hut")
    assert parts("kleid") == ()


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("x" * 60, "x" * 60),
        ("д" * 15, "д" * 14),
        ("ab" + "д" * 15, "ab" + "д" * 13),
        ("連衣裙", "連衣裙"),
        ("", ""),
    ],
)
def test_an_index_holds_the_beginning_of_a_word(spelling: str, expected: str) -> None:
    """ASCII takes one place of seventy, another letter five."""
    assert beginning(spelling) == expected


def test_a_query_is_looked_at_so_far_and_no_further() -> None:
    """A thousand characters and 32 words, each once, so the cost of a query is bounded."""
    assert words_wanted("Kleid kleid rotes") == ("kleid", "rotes")
    assert words_wanted("x" * 20_000) == ("x" * 1000,)
    assert words_wanted(" ".join(map(str, range(3000)))) == tuple(map(str, range(32)))
