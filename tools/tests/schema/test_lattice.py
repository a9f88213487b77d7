"""The rows of lattice.toml: what they hold, and that none ever changes."""

from pathlib import Path
from typing import Any

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import discover
from ogrom_tools.schema.lattice import FILE, Lattice, Row, touches
from ogrom_tools.schema.phases import Phase


def row(phase: str = "0005", release: str = "4.1.0", beside: str = "", **others: Any) -> Row:
    """A row."""
    values = {"database": "sqlite", "edition": 1, "evidence": "a" * 64, **others}
    return Row(phase=phase, release=release, beside=beside, **values)


ROWS = (
    *(row("0004", "3.0.0"), row("0005", "3.0.0"), row("0005", "4.1.0"), row("0005", "4.1.0", "3.0.0")),
    row("0005", "1.6.0", starts=False),
)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    """A line a row, in the order in which they were proved."""
    lattice = Lattice(ROWS)
    lattice.write(tmp_path)
    assert Lattice.read(tmp_path) == lattice
    lines = (tmp_path / FILE).read_text().splitlines()
    assert len([line for line in lines if "phase =" in line]) == len(ROWS)


def test_a_new_row_changes_no_line(tmp_path: Path) -> None:
    """It comes after them."""
    before = Lattice(ROWS).text.splitlines()
    after = Lattice(ROWS).adding([row("0006", "5.0.0")]).text.splitlines()
    assert after[: len(before) - 1] == before[:-1]
    assert len(after) == len(before) + 1


def test_a_row_never_changes() -> None:
    """The same again is nothing new; other evidence for the same claim is an error."""
    lattice = Lattice(ROWS)
    assert lattice.adding(ROWS) == lattice
    with pytest.raises(Failed, match=r"phase 0005, sqlite: sources 4\.1\.0 beside 3\.0\.0 was proved before"):
        lattice.adding([row("0005", "4.1.0", "3.0.0", evidence="b" * 64)])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("served = [", "Unclosed|Invalid|Expected"),
        ("served = 1", "something else than rows"),
        ("other = []", "something else than rows"),
        ('served = [{ phase = "0005" }]', "missing"),
        (Lattice(ROWS).text.replace("a" * 64, "a" * 63, 1), "64 hexadecimal digits"),
        (Lattice(ROWS).text.replace("edition = 1", 'edition = "1"', 1), "wrong type"),
        (Lattice(ROWS).text.replace('"3.0.0"', '"three"', 1), "three"),
    ],
)
def test_a_damaged_file_says_how_to_restore_it(text: str, why: str) -> None:
    """And what is wrong with it."""
    with pytest.raises(Failed, match=rf"(?s)lattice\.toml is damaged: .*({why}).*git checkout lattice\.toml"):
        Lattice.parse(text)


def test_who_serves_a_phase_and_who_meets_whom_is_looked_up() -> None:
    """In either order; each release once, by version."""
    lattice, last = (
        Lattice((*ROWS, row("0005", "10.0.0"), row("0005", "3.0.0", database="mariadb"))),
        Phase("0005"),
    )
    assert lattice.phases == (Phase("0004"), last)
    assert lattice.serving(last) == ("1.6.0", "3.0.0", "4.1.0", "10.0.0")
    assert lattice.together(last, "3.0.0", "4.1.0")
    assert lattice.together(last, "4.1.0", "3.0.0")
    assert not lattice.together(Phase("0004"), "4.1.0", "3.0.0")


def test_only_sources_add_rows(train: Path) -> None:
    """And only where a lattice is kept."""
    releases = [*Ledger.read(train)]
    assert not touches(discover(train), releases)
    Lattice(ROWS).write(train)
    assert not touches(discover(train), releases)
