import shutil
from pathlib import Path

import pytest
from packaging.version import Version

from ogrom_tools.command import Failed, run
from ogrom_tools.projects import ROOT, Project, discover
from ogrom_tools.release.making import CONFIGURATION, bump, bump2version
from ogrom_tools.testing.workshop import Workshop

pytestmark = pytest.mark.slow  # each starts programs

LIBRARIES = discover().libraries


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda each: str(each.name))
def test_each_library_can_be_bumped(library: Project, tmp_path: Path) -> None:
    """Its file for bump2version finds its version, and nothing else; to a pre-release and behind it, too."""
    for file in ("pyproject.toml", CONFIGURATION):
        shutil.copy(library.folder / file, tmp_path / file)
    for version in map(Version, ("99.0.0rc1", "99.0.0")):
        bump(ROOT, Project(tmp_path), version)
        assert Project(tmp_path).version == str(version)


def test_only_the_version_changes(workshop: Workshop) -> None:
    """Though another line of the file has the same version, and a dependency too."""
    plates = workshop.project("plates")
    workshop.edit("libs/plates/pyproject.toml", "[tool.poetry]\n", '[tool.poetry]\nversion = "0.1.0"\n')
    before = plates.pyproject.read_text()
    bump(workshop.root, plates, Version("1.0.0"))
    after = Project(plates.folder)
    assert after.pyproject.read_text() == before.replace("0.1.0", "1.0.0", 1)
    assert "current_version = 1.0.0" in (plates.folder / CONFIGURATION).read_text()


def test_it_runs_where_warnings_are_errors(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """bump2version warns twice when it starts."""
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    bump(workshop.root, workshop.project("plates"), Version("0.2.0"))
    assert Project(workshop.project("plates").folder).version == "0.2.0"


MISTAKES = {
    "another version": (CONFIGURATION, "current_version = 0.1.0", "current_version = 0.2.0"),
    "no anchor": (CONFIGURATION, 'name = "ogrom-plates"\n\tversion', "version"),
    "a line between": ("pyproject.toml", 'version = "0.1.0"', '# first\nversion = "0.1.0"'),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_file_is_told(workshop: Workshop, mistake: tuple[str, str, str]) -> None:
    """Though a dependency has the same version."""
    file, old, new = mistake
    workshop.edit("libs/plates/pyproject.toml", "[tool.poetry]\n", '[tool.poetry]\nversion = "0.1.0"\n')
    workshop.edit(f"libs/plates/{file}", old, new)
    with pytest.raises(Failed, match="bump2version"):
        bump(workshop.root, workshop.project("plates"), Version("1.0.0"))


def test_more_than_the_version_is_refused(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should bump2version ever do more than it is told."""
    script = workshop.root / "bump2version"
    script.write_text("#!/bin/sh\nsed -i s/0.1.0/1.0.0/ pyproject.toml; echo >>pyproject.toml\n")
    script.chmod(0o755)
    monkeypatch.setattr("ogrom_tools.release.making.bump2version", lambda root: str(script))
    with pytest.raises(Failed, match="more than the version"):
        bump(workshop.root, workshop.project("plates"), Version("1.0.0"))


def test_bump2version_is_alone_in_its_environment(workshop: Workshop) -> None:
    """And made once; again when another version is pinned, or the making was stopped."""
    python = Path(bump2version(workshop.root)).with_name("python")
    listed = run(
        str(python), "-c", "import importlib.metadata as m; print(*{d.name for d in m.distributions()})"
    )
    assert listed.split() == ["bump2version"]
    stamp = workshop.root / ".nox" / "bump2version" / "ogrom-state"
    made = stamp.stat().st_mtime_ns
    bump2version(workshop.root)
    assert stamp.stat().st_mtime_ns == made
    workshop.edit("tools/requirements/bump2version.txt", "# This file", "# Now this file")
    bump2version(workshop.root)
    assert stamp.stat().st_mtime_ns > made


def test_the_pins_name_one_package() -> None:
    """bump-my-version owns the same import name; in one environment one of them dies."""
    lines = (ROOT / "tools/requirements/bump2version.txt").read_text().splitlines()
    assert [line.partition("==")[0] for line in lines if "==" in line] == ["bump2version"]
