from pathlib import Path

import pytest
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.release.building import build, build_by_poetry, entry
from ogrom_tools.release.candidate import Candidate, prepare
from ogrom_tools.release.testing import Workshop
from ogrom_tools.wheelhouse import Wheel

pytestmark = pytest.mark.slow  # each starts programs


def prepared(workshop: Workshop) -> Candidate:
    return prepare(workshop.workspace, workshop.project("plates"), Version("1.0.0"))


def test_both_ways_give_the_same_bytes(workshop: Workshop, tmp_path: Path) -> None:
    """And the ledger is told all that decides them."""
    candidate = prepared(workshop)
    wheel = build(candidate, tmp_path / "wheels")
    release = entry(candidate, wheel)
    assert (release.project, release.version, release.poetry_core) == ("plates", "1.0.0", "2.5.0")
    assert (release.wheel, release.sha256) == ("ogrom_plates-1.0.0-py3-none-any.whl", wheel.sha256)
    assert (release.tree, release.epoch, release.commit) == (
        candidate.tree,
        candidate.epoch,
        candidate.commit,
    )


def test_a_file_that_is_not_committed_stays_out(workshop: Workshop, tmp_path: Path) -> None:
    """What lies about in the work tree is nobody's release."""
    candidate = prepared(workshop)
    (workshop.root / "libs/plates/src/ogrom/plates/stray.py").touch()
    wheel = build_by_poetry(workshop.repository, candidate.tree, candidate.epoch, tmp_path / "wheels")
    assert wheel.sha256 == build(candidate, tmp_path / "more").sha256


@pytest.mark.parametrize(("record", "words"), [("same", "packed in another way"), ("other", "other files")])
def test_two_that_differ_are_no_release(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str, words: str
) -> None:
    """Nobody could check it later; the reason says where to look."""
    path = Path("ogrom_plates-1.0.0-py3-none-any.whl")
    monkeypatch.setattr("ogrom_tools.wheelhouse.build", lambda *arguments: Wheel(path, "1" * 64, "same"))
    monkeypatch.setattr(
        "ogrom_tools.release.building.build_by_poetry", lambda *arguments: Wheel(path, "2" * 64, record)
    )
    with pytest.raises(Failed, match=rf"(?s){words}.*Nothing was published.*libs/plates/pyproject.toml"):
        build(prepared(workshop), tmp_path)


def test_a_backend_that_is_not_pinned_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    """Another poetry-core makes other bytes of the same tree."""
    workshop.edit("libs/plates/pyproject.toml", "poetry-core==2.5.0", "poetry-core>=2.5.0")
    workshop.commit()
    candidate = prepared(workshop)
    with pytest.raises(Failed, match="must pin its backend"):
        entry(candidate, Wheel(tmp_path / "a.whl", "1", "2"))
