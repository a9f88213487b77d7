from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.release.making import built_twice
from ogrom_tools.testing.workshop import Script, Workshop
from ogrom_tools.wheelhouse import Wheel

pytestmark = pytest.mark.slow  # each starts programs
EPOCH = 1_800_000_000


def test_both_ways_give_the_same_bytes(workshop: Workshop, tmp_path: Path) -> None:
    """Of what is committed: what lies about in the work tree is nobody's release."""
    tree = workshop.repository.tree("HEAD", "libs/plates")
    first = built_twice(workshop.repository, tree, EPOCH, tmp_path / "first")
    (workshop.root / "libs/plates/src/ogrom/plates/stray.py").touch()
    assert built_twice(workshop.repository, tree, EPOCH, tmp_path / "second").sha256 == first.sha256


@pytest.mark.parametrize(("record", "words"), [("same", "packed in another way"), ("other", "other files")])
def test_two_that_differ_are_no_release(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str, words: str
) -> None:
    """Nobody could check it later; the reason says where to look."""
    path = Path("ogrom_plates-1.0.0-py3-none-any.whl")
    wheels = [Wheel(path, "1" * 64, "same"), Wheel(path, "2" * 64, record)]
    monkeypatch.setattr("ogrom_tools.release.making.build", lambda *arguments: wheels[0])
    monkeypatch.setattr("ogrom_tools.release.making.Wheel.read", lambda path: wheels[1])
    tree = workshop.repository.tree("HEAD", "libs/plates")
    with pytest.raises(Failed, match=rf"(?s){words}.*pyproject\.toml"):
        built_twice(workshop.repository, tree, EPOCH, tmp_path)


def test_a_backend_that_is_not_pinned_is_refused(workshop: Workshop, script: Script) -> None:
    """Another poetry-core makes other bytes of the same tree."""
    workshop.edit("libs/plates/pyproject.toml", "poetry-core==2.5.0", "poetry-core>=2.5.0")
    workshop.commit()
    with pytest.raises(Failed, match="must pin its backend"):
        workshop.release("plates")
