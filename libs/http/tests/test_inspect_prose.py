"""Docstrings as summaries and descriptions."""

from dataclasses import dataclass

import pytest

from ogrom.http.inspect import prose, split_summary


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

    def documented() -> None: ...

    documented.__doc__ = text
    summary, description = split_summary(prose(documented))
    told = {"summary": summary, "description": description}
    assert {name: part for name, part in told.items() if part} == wanted


def test_what_dataclass_writes_is_not_prose() -> None:
    """The signature of a class that has no docstring says nothing to clients."""

    @dataclass
    class Undocumented:
        number: int

    assert prose(Undocumented) == ""
