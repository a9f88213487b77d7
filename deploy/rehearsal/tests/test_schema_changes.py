"""The versions of a changing schema, as patches of what is released last."""

from pathlib import Path

import pytest

from ogrom_rehearsal.schema_changes import FOLDER, LIBRARY, patches
from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import ROOT


@pytest.mark.parametrize("change", sorted(each.parent.name for each in FOLDER.glob("*/1-*.patch")))
def test_the_patches_fit_what_is_released_last(change: str, tmp_path: Path) -> None:
    """One after the other. A release that changes what they touch has them written anew."""
    release = Ledger.read(ROOT).last(LIBRARY)
    assert release
    Repository(ROOT).export(release.tree, tmp_path / "libs" / LIBRARY)
    for patch in patches(change):
        run("git", "apply", "-p0", str(patch), folder=tmp_path)
        assert patch.read_text().partition("\n")[0].endswith(".")
