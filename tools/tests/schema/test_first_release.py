"""The first release in the ledger, 1.3.1, on every phase: Alembic's table is one that it can read, to this day."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ogrom.sources.testing import phases
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import discover
from ogrom_tools.schema.databases import SQLiteFiles
from ogrom_tools.schema.harness import Harness
from ogrom_tools.schema.phases import Phase
from ogrom_tools.schema.tried import tried
from ogrom_tools.wheelhouse import Wheelhouse


@pytest.mark.slow
def test_1_3_1_starts_on_every_phase(tmp_path: Path) -> None:
    """`alembic_version` has one row, the last expand, whatever else was done.

    So its sources serve each phase from 0003 on until a contract has taken away what they write. But its own migration,
    as services began then, cannot go on from a revision that it does not know: "Can't locate revision identified by".
    """
    workspace, databases = discover(), SQLiteFiles(tmp_path)
    ledger = Ledger.read(workspace.root)
    (first,) = tried(Wheelhouse(workspace), ledger, [ledger.find("sources", "1.3.1")])
    proofs = {each: Harness(workspace, databases).alone(each, first) for each in map(Phase.parse, phases())}
    assert {each: proof.problem == "" for each, proof in proofs.items()} == {
        each: each.expand >= "0003" and not each.contracts for each in proofs
    }
    assert [each for each, proof in proofs.items() if proof.starts] == [
        each for each in proofs if each.expand == "0003"
    ]
    for each in proofs:
        with closing(sqlite3.connect(databases.filled(each).removeprefix("sqlite:///"))) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
                (each.expand,)
            ]
