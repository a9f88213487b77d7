"""A phase is a text, and a value."""

import pytest

from ogrom.sources.schema.phase import Phase


@pytest.mark.parametrize("text", ["", "0006", "0006+0007", "0006~0007+0008", "0009~0007~0008+0010+0011"])
def test_a_phase_is_read_as_it_is_written(text: str) -> None:
    """That of an empty database, too."""
    assert str(Phase.parse(text)) == text


@pytest.mark.parametrize("text", ["6", "0006+", "0006 0007", "0006+0008~0007", "v1"])
def test_what_names_no_phase_is_told(text: str) -> None:
    """With one that does."""
    with pytest.raises(ValueError, match=r"such as 0006~0007\+0008"):
        Phase.parse(text)
