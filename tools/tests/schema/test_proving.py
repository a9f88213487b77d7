"""What a proof says of a row, of the field and of a new release, without running one."""

from dataclasses import replace
from typing import Any

from ogrom_tools.schema.harness import Proof
from ogrom_tools.schema.proving import difference, refused, unproved


def proof(release: str = "4.1.0", beside: str = "", problem: str = "", **others: Any) -> Proof:
    """Of phase 0005 on SQLite."""
    values = {"facts": {}, "starts": True, "seconds": 0.1, **others}
    return Proof(phase="0005", database="sqlite", release=release, beside=beside, problem=problem, **values)


def test_a_proof_is_compared_with_its_row() -> None:
    """In what it says, whether it starts, and what was tried."""
    row = proof().row
    assert difference(row, proof()) == ""
    assert "not so: no such table" in difference(row, proof(problem="no such table"))
    assert "does not leave the phase alone" in difference(row, proof(starts=False))
    assert "not what the row's hash is of" in difference(row, proof(facts={"steps": {}}))


def test_the_hash_is_of_what_was_tried() -> None:
    """In whatever order it is told, and without how long it took."""
    assert proof(facts={"a": 1, "b": 2}).row == proof(facts={"b": 2, "a": 1}, seconds=7.0).row
    assert proof(facts={"a": 1}).row != proof(facts={"a": 2}).row


def test_what_has_no_row_is_named() -> None:
    """A release, or a pair that shares a phase."""
    rows = [proof(each).row for each in ("3.0.0", "4.1.0")]
    assert list(unproved(rows, ("2.1.0", "3.0.0", "4.1.0"), "sqlite")) == [
        "sqlite: sources 2.1.0 is not proved on any phase.",
        "phase 0005, sqlite: sources 4.1.0 beside 3.0.0 is not proved.",
    ]
    assert not list(unproved([*rows, proof(beside="3.0.0").row], ("3.0.0", "4.1.0"), "sqlite"))


def test_a_release_that_loses_what_others_write_is_refused() -> None:
    """And one that serves no phase; one that lacks an earlier phase is not."""
    earlier = proof("5.0.0", problem="no such table")
    assert refused([earlier, proof("5.0.0"), proof("5.0.0", "4.1.0")], ["5.0.0"]) == ()
    (alone,) = refused([earlier], ["5.0.0"])
    assert alone.startswith("sources 5.0.0 serves no phase")
    (pair,) = refused([proof("5.0.0"), proof("5.0.0", "4.1.0", "a comment: 1 and None")], ["5.0.0"])
    assert "sources 5.0.0 beside 4.1.0: a comment: 1 and None. Keep what the other reads" in pair
    expand = proof("4.1.0", problem="no such column")
    (breaks,) = refused([proof("5.0.0"), expand], ["5.0.0"], ["4.1.0"])
    assert breaks == (
        "phase 0005, sqlite: sources 4.1.0: no such column. It is in the field, and an expand leaves all that it uses."
    )
    assert refused([proof("5.0.0"), expand], ["5.0.0"], ["4.2.0"]) == ()
    contract = replace(expand, phase="0005+0006")
    assert refused([proof("5.0.0"), contract], ["5.0.0"], ["4.1.0"]) == ()
