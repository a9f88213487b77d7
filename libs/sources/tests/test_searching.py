"""What is stored for searching fits what is looked for."""

from hypothesis import given, strategies as st

from ogrom.protocols.words import words
from ogrom.sources.searching import patterns, searchable


def test_words_stand_between_spaces() -> None:
    """So that a pattern can say where a word begins."""
    assert searchable("Größe 38, weiß") == " grösse 38 weiss "
    assert searchable("!") == "  "


def test_a_pattern_finds_the_beginning_of_a_word() -> None:
    """Each different word once."""
    assert patterns("Weiß weiß 3_8%") == ["% weiss%", "% 3%", "% 8%"]
    assert patterns("%") == []


@given(st.text())
def test_every_word_of_a_text_finds_it(text: str) -> None:
    """A text fits all the patterns made of its own words."""
    stored = searchable(text)
    assert all(pattern.strip("%") in stored for pattern in patterns(text))
    assert len(patterns(text)) == len(set(words(text)))
