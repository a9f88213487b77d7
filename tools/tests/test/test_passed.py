"""The last commit whose whole test has passed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.test.affected import Passed


@pytest.fixture
def passed(tmp_path: Path, commit: Callable[..., str]) -> Passed:
    """A checkout where none has."""
    (tmp_path / ".nox").mkdir()
    (tmp_path / ".gitignore").write_text(".nox/\n")
    commit(tmp_path, "First")
    return Passed(tmp_path)


def test_a_commit_is_noted_when_all_has_passed(passed: Passed, commit: Callable[..., str]) -> None:
    """It stays noted while history goes on."""
    assert passed.commit() is None
    with passed.when_done():
        pass
    first = passed.commit()
    (passed.root / "new").touch()
    assert (first, passed.commit()) == (first, first)
    assert commit(passed.root, "Second") != first == passed.commit()


def test_nothing_is_noted_of_what_fails(passed: Passed) -> None:
    """A run that was stopped tells nothing either."""
    with pytest.raises(KeyboardInterrupt), passed.when_done():
        raise KeyboardInterrupt
    assert passed.commit() is None


def test_nothing_is_noted_of_what_is_no_commit(passed: Passed, commit: Callable[..., str]) -> None:
    """Neither of a work tree with changes, nor where a commit came while the tests ran."""
    (passed.root / "new").touch()
    with passed.when_done():
        pass
    assert passed.commit() is None
    commit(passed.root, "Second")
    with passed.when_done():
        (passed.root / "newer").touch()
        commit(passed.root, "Third")
    assert passed.commit() is None


def test_a_commit_that_is_gone_is_none(passed: Passed) -> None:
    """History may have been written anew."""
    (passed.root / ".nox" / "passed").write_text("7" * 40)
    assert passed.commit() is None
