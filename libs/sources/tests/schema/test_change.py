"""A change is named by its number; a release says which phases it serves."""

import pytest

from ogrom.sources.schema.change import Change, Kind
from ogrom.sources.schema.changes import CHANGES
from ogrom.sources.schema.progress import Serves


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


@pytest.mark.parametrize(
    ("phase", "served"),
    [("0005", False), ("0006", True), ("0009", True), ("0006+0007", True), ("0009+0007+0008", False)],
)
def test_a_release_serves_phases(phase: str, served: bool) -> None:
    """From the expand that it needs until a contract takes away what it uses."""
    assert (phase in Serves(needs="0006", until=("0008",))) is served
