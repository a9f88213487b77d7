from pathlib import Path

import pytest

from ogrom_tools import tox
from ogrom_tools.command import Failed
from ogrom_tools.projects import Project

pytestmark = pytest.mark.slow


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_wheel_is_tested_with_the_highest_releases(big: Project, wheel: Path, index: str) -> None:
    """The wheel, not the sources beside the tests."""
    (big.sources / "ogrom" / "big" / "__init__.py").write_text("raise RuntimeError")
    assert tox.run(big.folder, wheel, index).startswith("3 passed in ")


def test_a_wheel_is_tested_with_the_lowest_releases(big: Project, wheel: Path, index: str) -> None:
    """And where it is told to be quick, without the slow tests."""
    line = tox.run(big.folder, wheel, index, resolution="lowest", quick=True)
    assert line.startswith("2 passed, 1 deselected in ")


def test_other_versions_than_the_intended_ones_are_a_failure(big: Project, wheel: Path, index: str) -> None:
    """Though the tests pass with them."""
    replace(big.folder / "tox.ini", "lowest: lowest-direct", "lowest: highest")
    replace(big.tests / "test_big.py", '"lowest": "1.0.0"', '"lowest": "1.1.0"')
    with pytest.raises(Failed, match=r"-lowest: ogrom-small: 1\.1\.0 is installed, and 1\.0\.0 should be"):
        tox.run(big.folder, wheel, index, resolution="lowest")


def test_a_failing_test_is_shown(big: Project, wheel: Path, index: str) -> None:
    """With all that pytest said."""
    replace(big.tests / "test_big.py", "is_relative_to(sys.prefix)", "is_relative_to('/nowhere')")
    with pytest.raises(Failed, match=r"(?s)assert Path\(big.__file__\).*1 failed, 2 passed"):
        tox.run(big.folder, wheel, index)


def test_our_index_comes_first(big: Project, wheel: Path, index: str, stranger: list[str]) -> None:
    """Another that has a higher version of one of our names is not even asked for it."""
    assert tox.run(big.folder, wheel, index).startswith("3 passed in ")
    assert "/pytest/" in stranger
    assert "/ogrom-small/" not in stranger


def test_a_name_of_ours_is_taken_from_no_other_index(
    big: Project, wheel: Path, index: str, stranger: list[str]
) -> None:
    """Where our index lacks it, nothing is installed."""
    with pytest.raises(Failed, match="Our index lacks a release that fits"):
        tox.run(big.folder, wheel, f"{index}nothing/")
    assert not stranger
    assert not (big.folder / ".tox").exists()
