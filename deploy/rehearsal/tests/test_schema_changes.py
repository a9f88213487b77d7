"""The versions of a changing schema, as patches of what is released last."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ogrom_rehearsal.schema_changes import FOLDER, LIBRARY, patches
from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import ROOT

CHANGES = sorted({each.parent.name for each in FOLDER.glob("*/*.patch")})

MIGRATED = """
import sys
from ogrom.sources.database.engine import database_engine
from ogrom.sources.migrations.migrate import migrate, state
from ogrom.sources.schema.changes import CHANGES
from ogrom.sources.sql.sources import SqlSources
engine = database_engine("sqlite:///" + sys.argv[1])
migrate(engine)
assert state(engine).is_usable
print(*(each.number for each in CHANGES))
"""
"""Makes an empty database with a version's sources, and prints the changes that it knows."""


@pytest.mark.parametrize("change", CHANGES)
def test_the_patches_fit_what_is_released_last(change: str, tmp_path: Path) -> None:
    """Each on top of the one before, and makes tables. A release that changes what they touch has them written anew."""
    release = Ledger.read(ROOT).last(LIBRARY)
    assert release
    library = tmp_path / "libs" / LIBRARY
    Repository(ROOT).export(release.tree, library)
    known = migrated(library / "src", tmp_path / "0.sqlite3")
    for number, patch in enumerate(patches(change), 1):
        assert patch.name.startswith(f"{number}-")
        assert patch.read_text().partition("\n")[0].endswith(".")
        run("git", "apply", "-p0", str(patch), folder=tmp_path)
        before, known = known, migrated(library / "src", tmp_path / f"{number}.sqlite3")
        assert known[: len(before)] == before
        assert len(known) > len(before)
        assert known == sorted(known)


def migrated(source: Path, database: Path) -> list[str]:
    """The changes that a version's sources know, once they have made an empty database."""
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    command = (sys.executable, "-c", MIGRATED, str(database))
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
