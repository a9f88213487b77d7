"""Phases of a database, and which of them a version serves."""

import msgspec
import pytest
from hypothesis import given, strategies as st

from ogrom_deploy.schema import Database, Phase, Schema, refusal

numbers = st.integers(0, 20).map("{:04}".format)
phases = st.builds(
    Phase, st.just("") | numbers, st.frozensets(numbers, max_size=3), st.frozensets(numbers, max_size=3)
)
BOTH = Schema("0006", "0005", until=("0008",), knows="0008")


@given(phases)
def test_a_phase_is_read_as_it_is_written(phase: Phase) -> None:
    """As text in a record."""
    assert Phase.parse(str(phase)) == phase


@pytest.mark.parametrize("text", ["6", "0006+", "0006 0007", "0006+0008~0007", "v1"])
def test_what_names_no_phase_is_told(text: str) -> None:
    """With one that does."""
    with pytest.raises(ValueError, match=r"such as 0006~0007\+0008"):
        Phase.parse(text)


@pytest.mark.parametrize(
    ("text", "serves"),
    [("0004", False), ("0005", True), ("0099", True), ("0006~0099", True), ("0006+0008", False)],
)
def test_a_version_serves_what_has_enough_and_lacks_nothing(text: str, serves: bool) -> None:
    """Later expands and backfills only add something."""
    assert BOTH.serves(Phase.parse(text)) is serves


def test_a_contract_that_is_later_than_a_version_may_take_away_what_it_uses() -> None:
    """Whoever was made before it cannot have said so."""
    assert Schema("0006", "0006", knows="0006").lacks(Phase.parse("0006+0007")) == "0007"
    assert not Schema("0006", "0006", knows="0007").lacks(Phase.parse("0006+0007"))
    assert Schema().lacks(Phase.parse("0006+0007"))


def test_a_backfill_must_be_finished_for_who_reads_what_it_fills() -> None:
    """Not for others."""
    new = Schema("0006", "0006", ("0007",), knows="0007")
    assert not new.serves(Phase.parse("0006"))
    assert new.serves(Phase.parse("0006~0007"))


@given(phases, phases)
def test_what_may_have_been_done_counts_until_it_is_certain(before: Phase, effect: Phase) -> None:
    """What is certain is possible, and a task that was begun takes nothing back."""
    begun = Database(before, before).begun(effect)
    assert (begun.certain, begun.possible) == (before, before | effect)
    assert begun.done(effect) == Database(before | effect, before | effect)


def test_a_refusal_says_which_contract_it_is_for() -> None:
    """Also where it was only begun; and whether the version says so itself or is too old to know."""
    begun = Database(Phase("0006")).begun(Phase.parse("0006+0008"))
    assert refusal("v1", BOTH, begun) == (
        "v1 does not serve a database at 0006+0008: contract 0008 takes away what it uses."
    )
    assert refusal("v0", None, begun).endswith("contract 0008 is later than all that it knows.")
    assert refusal("v2", Schema("0006", "0006", knows="0008"), begun) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"expand": "6"}', "four digits"),
        ('{"expand": "0005", "needs": "0006", "knows": "0006"}', "needs no later expand than it brings"),
        ('{"expand": "0006", "knows": "0005"}', "knows what it brings"),
    ],
)
def test_what_an_image_says_is_checked(text: str, why: str) -> None:
    """Where its file is read."""
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.json.decode(text, type=Schema)
