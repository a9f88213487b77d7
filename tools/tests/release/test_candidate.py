import pytest
from packaging.version import Version

from ogrom_tools.release import candidate as candidates
from ogrom_tools.release.candidate import FILES, prepare
from ogrom_tools.release.testing import Workshop

pytestmark = pytest.mark.slow  # each starts programs

PLACE = "libs/plates"


def test_nothing_that_people_see_is_touched(workshop: Workshop) -> None:
    """No branch, no file of the work tree, nothing that is staged."""
    git = workshop.repository
    before = git("for-each-ref", "refs/heads", "refs/tags"), git("status", "--porcelain")
    prepare(workshop.workspace, workshop.project("plates"), Version("1.0.0"))
    assert (git("for-each-ref", "refs/heads", "refs/tags"), git("status", "--porcelain")) == before
    assert workshop.project("plates").version == "0.1.0"


def test_it_changes_the_version_and_the_changelog(workshop: Workshop) -> None:
    """On top of HEAD, and nothing else."""
    made = prepare(workshop.workspace, workshop.project("plates"), Version("1.0.0"))
    git = workshop.repository
    assert made.parent == git.commit()
    assert git("diff", "--name-only", "HEAD", made.commit).split() == sorted(
        f"{PLACE}/{each}" for each in FILES
    )
    assert made.version == Version("1.0.0")
    changelog = git.show(made.commit, f"{PLACE}/CHANGELOG.md")
    assert f"## [Unreleased]\n\n## [1.0.0] - {made.date}\n\n### Added\n" in changelog


def test_a_first_release_may_have_the_version_of_the_tree(workshop: Workshop) -> None:
    """Then only the changelog turns over."""
    made = prepare(workshop.workspace, workshop.project("plates"), Version("0.1.0"))
    changed = workshop.repository("diff", "--name-only", "HEAD", made.commit)
    assert changed == f"{PLACE}/CHANGELOG.md"


def test_it_is_found_again_until_it_is_forgotten(workshop: Workshop) -> None:
    """By the next run, in another process."""
    git = workshop.repository
    assert candidates.find(git, PLACE) is None
    made = prepare(workshop.workspace, workshop.project("plates"), Version("1.0.0"))
    assert candidates.find(git, PLACE) == made
    assert candidates.find(git, "libs/cups") is None
    candidates.forget(git, PLACE)
    assert candidates.find(git, PLACE) is None


def test_on_another_commit_it_makes_the_same_wheel(workshop: Workshop) -> None:
    """All that decides the bytes stays: the folder's tree and the epoch."""
    made = prepare(workshop.workspace, workshop.project("plates"), Version("1.0.0"))
    head = workshop.change("cups")
    assert made.releases(head)
    moved = made.moved(head)
    assert (moved.tree, moved.epoch, moved.message) == (made.tree, made.epoch, made.message)
    assert (moved.parent, moved.commit != made.commit) == (head, True)
    assert "# still" in workshop.repository.show(moved.commit, "libs/cups/src/ogrom/cups/__init__.py")


def test_it_does_not_release_what_changed_since(workshop: Workshop) -> None:
    """A commit in the folder makes it another release."""
    made = prepare(workshop.workspace, workshop.project("plates"), Version("1.0.0"))
    assert not made.releases(workshop.change("plates"))
