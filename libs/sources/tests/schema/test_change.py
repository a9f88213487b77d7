"""A change is named by its number; ours are in order."""

import pytest

from ogrom.sources.schema.change import Change, Kind
from ogrom.sources.schema.changes import CHANGES


@pytest.mark.parametrize("name", ["6_words", "0006", "0006_Words", "words", "0006_words;"])
def test_a_name_is_a_number_and_words(name: str) -> None:
    """Anything else is refused, with an example."""
    with pytest.raises(ValueError, match="0006_collages_words_default"):
        Change(name, Kind.EXPAND, ())


@pytest.mark.parametrize("after", ["0006_b", "0007_b"])
def test_a_change_comes_after_smaller_numbers(after: str) -> None:
    """The numbers are the order."""
    with pytest.raises(ValueError, match="change its number"):
        Change("0006_a", Kind.EXPAND, (), (Change(after, Kind.EXPAND, ()),))


def test_our_changes_are_in_order() -> None:
    """No number twice, from 0006 on, each after what is in the list."""
    numbers = [change.number for change in CHANGES]
    assert numbers == sorted(set(numbers))
    assert all(number > "0005" for number in numbers)
    assert {each.name for change in CHANGES for each in change.after} <= {change.name for change in CHANGES}
