"""What a state of the repository to deploy is called."""

from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.image.deployable import Deployable
from ogrom_tools.projects import discover
from ogrom_tools.testing.checkout import commit_all


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with one commit."""
    (tmp_path / ".gitignore").write_text("*.log\n")
    commit_all(tmp_path, epoch=1_750_000_000)
    return tmp_path


def deployable(root: Path, revision: str | None = None) -> Deployable:
    return Deployable.of(discover(root), revision)


def test_a_commit_is_called_by_twelve_digits(root: Path) -> None:
    """By whatever name it was asked for; a work tree without changes is its commit."""
    commit = Repository(root).commit()
    for each in (deployable(root), deployable(root, "main"), deployable(root, commit[:9])):
        assert (each.label, each.revision, each.epoch) == (commit[:12], commit, 1_750_000_000)


def test_changes_are_told(root: Path) -> None:
    """A file that git does not know yet is one, unless it is ignored; the index stays as it was."""
    (root / "some.log").touch()
    assert not deployable(root).is_dirty
    (root / "more.txt").write_text("more")
    repository = Repository(root)
    commit, before = repository.commit(), repository("status", "--porcelain")
    changed = deployable(root)
    assert (changed.label, changed.revision) == (f"{commit[:12]}-dirty", f"{commit}-dirty")
    assert repository.show(changed.tree, "more.txt") == "more"
    assert not deployable(root, "HEAD").is_dirty
    assert repository("status", "--porcelain") == before


def test_an_unknown_revision_is_refused(root: Path) -> None:
    """With what may help."""
    with pytest.raises(Failed, match="git has no commit 'nowhere'"):
        deployable(root, "nowhere")
