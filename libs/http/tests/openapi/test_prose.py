"""Docstrings as summaries and descriptions."""

import pytest

from ogrom.http.openapi.prose import documented


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (None, {}),
        ("A note.", {"summary": "A note."}),
        ("A note. It is\nshort.", {"summary": "A note.", "description": "It is\nshort."}),
        ("Version 3.1\nof a note", {"summary": "Version 3.1 of a note"}),
        (
            "A note.\n\n    Short.\n\n    Args:\n        x: no.\n    ",
            {"summary": "A note.", "description": "Short."},
        ),
    ],
)
def test_the_first_sentence_is_the_summary(text: str | None, wanted: dict[str, str]) -> None:
    """The rest is the description, up to the first section."""
    assert documented(text) == wanted
