"""Words are runs of letters and digits, equal in any case."""

import pytest
from hypothesis import given, strategies as st

from ogrom.protocols.words import words


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
    ],
)
def test_words_are_folded(text: str, expected: tuple[str, ...]) -> None:
    """Case, composition and ligatures do not tell words apart; punctuation parts them."""
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
