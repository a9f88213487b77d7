"""The license: who has a wheel, or a copy of one project's folder, has it too."""

import zipfile
from pathlib import Path

import pytest

from ogrom_tools.api.comparison import work_tree
from ogrom_tools.git import Repository
from ogrom_tools.projects import ROOT, discover
from ogrom_tools.wheelhouse import build

TEXT = (ROOT / "LICENSE").read_bytes()
RELEASED = {each.name: each for each in discover().released}


@pytest.mark.parametrize("name", sorted(RELEASED))
def test_each_project_has_the_same_one(name: str) -> None:
    """A wheel is built of the project's folder alone, so it cannot take the checkout's."""
    assert (RELEASED[name].folder / "LICENSE").read_bytes() == TEXT


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(RELEASED))
def test_each_wheel_carries_it(name: str, tmp_path: Path) -> None:
    """Where PEP 639 puts it, and named in the metadata."""
    repository = Repository(ROOT)
    wheel = build(
        repository, work_tree(repository, RELEASED[name].folder), repository.epoch("HEAD"), tmp_path
    )
    assert wheel.metadata.license_expression == "MIT"
    assert wheel.metadata.license_files == ["LICENSE"]
    with zipfile.ZipFile(wheel.path) as archive:
        (member,) = (each for each in archive.namelist() if each.endswith(".dist-info/licenses/LICENSE"))
        assert archive.read(member) == TEXT
