"""What is stored for searching fits what is looked for."""

import re

import pytest
from hypothesis import example, given, strategies as st

from ogrom.protocols.words import MIN_PART_LENGTH, beginning, spellings, words, words_wanted
from ogrom.sources.migrations import tokens_0002
from ogrom.sources.search.tokens import alternatives, levels, text_of_collage, text_of_offer

DE = "de-DE"

# Of one to four bytes in UTF-8.
LETTERS = "9aäя連𐐨"
LOCALES = st.sampled_from(["de-DE", "pl-PL", "", "de-Latn-DE-1996-x-a-very-long-one", "ß"])


def tokens(title: str, locale: str = DE) -> list[str]:
    """What a collage of this title is indexed by."""
    return str(text_of_collage(locale, 1, title)["tokens"]).split()


def test_words_and_their_ends_are_indexed() -> None:
    """Each once, with its market and a mark, so that none is short or a stopword."""
    assert tokens("In 38, Strohhut, in") == [
        *("dede_win", "dede_w38", "dede_wstrohhut", "dede_pohhut", "dede_phhut", "dede_phut"),
    ]


def test_letters_beyond_ascii_are_numbered() -> None:
    """So no collation and no tokenizer has a say in what a letter is."""
    assert tokens("Юбка") == ["dede_w_00um_00tt_00u2_00ts"]


def test_the_words_of_a_title_stand_between_spaces() -> None:
    """So that a pattern can say where a word begins; those of brand and category are indexed only."""
    row = text_of_offer(DE, 1, "Grünes Kleid", "Nümph", "Kleider")
    assert row["title_words"] == " grunes gruenes kleid "
    assert {"dede_wkleider", "dede_wnumph", "dede_wnuemph"} < set(row["tokens"].split())


def test_short_words_find_beginnings_only() -> None:
    """Two letters in the midst of a word say nothing."""
    assert alternatives(DE, ("xs",)) == ["dede_wxs"]
    assert alternatives(DE, ("hut",)) == ["dede_whut", "dede_phut"]


def test_a_statement_gets_two_patterns_for_each_word_and_level() -> None:
    """The plain spelling twice where there is no other."""
    assert levels([("grun", "gruen"), ("hut",)]) == {
        "whole_0_0": "% grun %",
        "whole_0_1": "% gruen %",
        "begins_0_0": "% grun%",
        "begins_0_1": "% gruen%",
        "whole_1_0": "% hut %",
        "whole_1_1": "% hut %",
        "begins_1_0": "% hut%",
        "begins_1_1": "% hut%",
    }


@given(st.text(), LOCALES)
def test_every_word_of_a_text_finds_it(text: str, locale: str) -> None:
    """A text has a token for each word of it, and for each end of a word."""
    has = tokens(text, locale)
    for word in words_wanted(text):
        spelled = spellings(word)
        assert any(token.startswith(want) for want in alternatives(locale, spelled) for token in has)
        if len(spelled[0]) >= 3 + MIN_PART_LENGTH:
            ends = alternatives(locale, (spelled[0][3:],))
            assert any(token.startswith(want) for want in ends for token in has)


@example("я" * 14 + "9", "я" * 14 + "8")
@given(st.text(LETTERS, max_size=70), st.text(LETTERS, min_size=1, max_size=70))
def test_a_token_begins_with_another_just_as_the_words_do(one: str, other: str) -> None:
    """As far as a word counts, which is how the in-memory sources know what is found."""
    assert len(tokens("я" * 60)[0]) == len("dede_w") + 14 * 5
    for word, want in zip(words(one), words(other), strict=False):
        found = tokens(word)[0].startswith(alternatives(DE, spellings(want)[:1])[0])
        assert found == beginning(spellings(word)[0]).startswith(beginning(spellings(want)[0]))


@given(st.text(min_size=1), LOCALES)
def test_tokens_are_plain(text: str, locale: str) -> None:
    """Neither index parts, drops, cuts or reads as an operator anything in them."""
    assert all(re.fullmatch("[a-z0-9]*_[wp][a-z0-9_]+", token) for token in tokens(text, locale))
    assert all(3 <= len(token) <= 84 for token in tokens(text, locale))


@example("連衣裙" * 20, "ü" * 70 + " " + "я" * 20, DE)
@given(st.text(), st.text(), LOCALES)
def test_revision_0002_stores_what_is_stored_today(title: str, rest: str, locale: str) -> None:
    """Where this no longer holds, a later revision makes the rows anew, and this test goes."""
    row = text_of_offer(locale, 1, title, rest, "")
    assert tokens_0002.title_words(title) == row["title_words"]
    assert sorted(tokens_0002.tokens(locale, title, rest).split()) == sorted(row["tokens"].split())


@pytest.mark.parametrize("word", ["ﷺ" * 255, "ü" * 255, "\U0001f1e6x" * 127, "連" * 255])
def test_the_longest_texts_have_room(word: str) -> None:
    """MySQL keeps 64 kB in a TEXT and 16 MB in a MEDIUMTEXT."""
    row = text_of_offer(DE, 1, word, word[::-1], word)
    assert len(row["title_words"].encode()) < 2**16
    assert len(row["tokens"]) < 2**24
