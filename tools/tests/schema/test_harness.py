"""Released wheels on filled databases of each phase: who serves which, and that the harness sees who does not."""

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import discover
from ogrom_tools.schema.databases import SQLiteFiles
from ogrom_tools.schema.field import Field
from ogrom_tools.schema.harness import Harness
from ogrom_tools.schema.lattice import Lattice
from ogrom_tools.schema.phases import Phase
from ogrom_tools.schema.proving import difference
from ogrom_tools.schema.tried import Tried, to_prove, tried
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Altered(SQLiteFiles):
    """Files whose schema somebody has changed in one step."""

    statement: str = ""

    def filled(self, phase: Phase) -> str:
        """A file of the phase, and the change."""
        url = super().filled(phase)
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.executescript(self.statement)
        connection.close()
        return url


def release(version: str) -> Tried:
    """A release of sources, with its protocols."""
    workspace = discover()
    ledger = Ledger.read(workspace.root)
    (found,) = tried(Wheelhouse(workspace), ledger, [ledger.find("sources", version)])
    return found


@pytest.fixture(scope="module")
def pinned() -> Tried:
    """The last release."""
    workspace = discover()
    return release(to_prove(Ledger.read(workspace.root), Field.read(workspace))[-1].version)


@pytest.fixture(scope="module")
def phase(pinned: Tried) -> Phase:
    """The last one that it serves beside 3.0.0, by the lattice."""
    rows = Lattice.read(discover().root)
    return max(
        Phase.parse(each.phase)
        for each in rows
        if (each.release, each.beside) == (pinned.sources.version, "3.0.0")
    )


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    """On SQLite."""
    return Harness(discover(), SQLiteFiles(tmp_path / "databases"))


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        # SQLite adds no such column to a table that has rows.
        (
            """
        ALTER TABLE comments ADD COLUMN language TEXT;
        CREATE TRIGGER not_null BEFORE INSERT ON comments WHEN new.language IS NULL
        BEGIN SELECT RAISE(ABORT, 'NOT NULL constraint failed: comments.language'); END;
        """,
            "NOT NULL constraint failed: comments.language",
        ),
        ("ALTER TABLE comments RENAME COLUMN text TO body", "no such column: comments.text"),
        ("ALTER TABLE users DROP COLUMN avatar_url", "no such column: users.avatar_url"),
    ],
    ids=["not null", "rename", "drop"],
)
def test_a_change_in_one_step_is_seen(
    tmp_path: Path, pinned: Tried, phase: Phase, statement: str, why: str
) -> None:
    """By the release that writes the column, alone and beside another."""
    harness = Harness(discover(), Altered(tmp_path / "databases", statement=statement))
    assert why in harness.alone(phase, pinned).problem
    assert harness.beside(phase, pinned, release("3.0.0")).problem


def test_a_row_is_proved_again(harness: Harness, pinned: Tried, phase: Phase) -> None:
    """To the same evidence."""
    rows = {each.claim: each for each in Lattice.read(discover().root)}
    for proof in (harness.alone(phase, pinned), harness.beside(phase, pinned, release("3.0.0"))):
        row = rows[proof.row.claim]
        assert difference(row, proof) == ""
        assert "not what the row's hash is of" in difference(replace(row, evidence="0" * 64), proof)
