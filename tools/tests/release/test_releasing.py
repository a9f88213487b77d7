import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ogrom_tools import index
from ogrom_tools.command import Failed
from ogrom_tools.index import Store
from ogrom_tools.index.layout import FILES
from ogrom_tools.ledger import Release
from ogrom_tools.release import candidate as candidates, landing as landings
from ogrom_tools.release.releasing import alone
from ogrom_tools.release.testing import Script, Workshop
from ogrom_tools.wheelhouse import Wheel

pytestmark = pytest.mark.slow
Killed = Callable[..., None]
PLACE = "libs/plates"
STEPS = (
    "Prepare",
    "Build",
    "Test plates",
    "Test cups",
    "Publish",
    "Write the ledger",
    "Move the branch",
    "Tag it",
    "Make the index's pages",
)


@pytest.fixture(scope="module")
def killer() -> Iterator["subprocess.Popen[str]"]:
    """The program that makes releases which are killed."""
    command = (sys.executable, str(Path(__file__).with_name("killed.py")))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


@pytest.fixture
def killed(killer: "subprocess.Popen[str]") -> Killed:
    """Releases, in another process, and kills that when a step is done."""

    def killed(workshop: Workshop, step: str, library: str = "plates") -> None:
        assert killer.stdin
        assert killer.stdout
        print(workshop.root, library, step, sep="\t", file=killer.stdin, flush=True)
        assert killer.stdout.readline() == "-9\n"

    return killed


def published(workshop: Workshop) -> dict[str, str]:
    """The wheels in the index, and their hashes."""
    folder = workshop.root / ".ogrom" / "index" / FILES
    return {path.name: Wheel.read(path).sha256 for path in folder.glob("*.whl")}


def assert_whole(workshop: Workshop, base: str) -> None:
    """The work tree is what the branch says, and that has the whole release or nothing of it."""
    git = workshop.repository
    assert git("status", "--porcelain") == ""
    last = workshop.ledger.of("plates")[-1]
    assert git.commit() == base or last.version == workshop.project("plates").version


def assert_released(workshop: Workshop, version: str) -> None:
    """Branch, ledger, tag and index tell the same, and nothing is left over."""
    git = workshop.repository
    release = workshop.ledger.find("plates", version)
    assert workshop.project("plates").version == version
    assert git.tree(f"plates-v{version}", PLACE) == git.tree("HEAD", PLACE) == release.tree
    assert git("cat-file", "-t", f"plates-v{version}") == "tag"
    assert published(workshop)[release.wheel] == release.sha256
    assert git("status", "--porcelain") == git("for-each-ref", "refs/ogrom") == ""
    page = workshop.root / ".ogrom/index/simple/ogrom-plates/index.html"
    assert release.wheel in page.read_text()


def test_a_release_is_two_commits_a_tag_and_a_wheel(released: Workshop, script: Script) -> None:
    """The commit with the version, which the ledger names, and the one with the ledger's line."""
    base = released.repository.commit()
    released.release("plates")
    assert_released(released, "0.1.1")
    log = released.repository("log", "--format=%s", f"{base}..").splitlines()
    assert log == ["Enter ogrom-plates 0.1.1 into the ledger", "Release ogrom-plates 0.1.1"]
    assert released.ledger.find("plates", "0.1.1").commit == released.repository.commit("HEAD^")
    message = released.repository("tag", "--list", "--format=%(contents)", "plates-v0.1.1")
    assert message.split("\n\n") == ["ogrom-plates 0.1.1", "- A comment.\n"]
    assert script.suites == ["ogrom_plates-0.1.1", "ogrom_cups-0.1.0"]


def test_a_kill_after_any_step_is_finished_by_the_same_command(
    released: Workshop, script: Script, killed: Killed
) -> None:
    """Nine kills on the way; after each, the branch and the work tree are whole."""
    base = released.repository.commit()
    for step in STEPS:
        killed(released, step)
        assert_whole(released, base)
    released.release("plates")
    assert_released(released, "0.1.1")
    assert released.repository("rev-list", "--count", f"{base}..") == "2"
    assert len(published(released)) == 3


@pytest.mark.parametrize("step", ["Publish", "Write the ledger"])
def test_another_library_may_be_released_between(
    released: Workshop, script: Script, step: str, killed: Killed
) -> None:
    """The stopped release is put on top of it, and keeps its bytes."""
    killed(released, step)
    before = published(released)
    released.change("cups")
    released.release("cups")
    released.release("plates")
    assert_released(released, "0.1.1")
    assert before.items() <= published(released).items()
    assert [str(each) for each in released.ledger][2:] == ["cups 0.1.1", "plates 0.1.1"]


def test_what_was_not_published_may_still_change(released: Workshop, script: Script, killed: Killed) -> None:
    """The next run prepares it anew."""
    killed(released, "Test cups")
    released.edit(f"{PLACE}/CHANGELOG.md", "- A comment.", "- A comment, and another.")
    released.commit()
    released.release("plates")
    assert_released(released, "0.1.1")
    assert "and another" in (released.root / PLACE / "CHANGELOG.md").read_text()


def test_what_was_published_is_finished_first(released: Workshop, script: Script, killed: Killed) -> None:
    """By the commands that the refusal tells."""
    killed(released, "Publish")
    (wheel,) = (name for name in published(released) if "plates-0.1.1" in name)
    sha256 = published(released)[wheel]
    released.edit(f"{PLACE}/src/ogrom/plates/__init__.py", "# still", "# still so")
    released.commit()
    with pytest.raises(Failed, match=r"plates 0\.1\.1 is published already") as refusal:
        released.release("plates")
    create, _, merge = (line.strip() for line in str(refusal.value).splitlines()[1:])
    subprocess.run(create, shell=True, check=True, cwd=released.root)
    released.release("plates", "0.1.1")
    assert_released(released, "0.1.1")
    subprocess.run(merge, shell=True, check=True, cwd=released.root)
    assert released.repository("branch", "--show-current") == "main"
    assert released.ledger.find("plates", "0.1.1").sha256 == sha256
    assert "# still so" in (released.root / PLACE / "src/ogrom/plates/__init__.py").read_text()


def test_a_stopped_fast_forward_is_mended(released: Workshop, script: Script, killed: Killed) -> None:
    """Some files were written, the branch was not moved, and what was staged is half."""
    killed(released, "Write the ledger")
    landing = landings.find(released.repository, PLACE)
    assert landing
    for path in ("releases.toml", f"{PLACE}/pyproject.toml"):
        (released.root / path).write_text(released.repository.show(landing.commit, path))
    released.repository("add", "releases.toml")
    released.release("plates")
    assert_released(released, "0.1.1")


def test_an_edit_is_never_mended_away(released: Workshop, script: Script, killed: Killed) -> None:
    """It is somebody's work; the release waits for it."""
    killed(released, "Write the ledger")
    file = released.root / PLACE / "CHANGELOG.md"
    before = file.read_text()
    file.write_text("Mine.")
    with pytest.raises(Failed, match=r"CHANGELOG\.md was edited; commit or stash it"):
        released.release("plates")
    assert file.read_text() == "Mine."
    file.write_text(before)
    released.release("plates")
    assert_released(released, "0.1.1")


def test_a_commit_while_the_tests_run_is_no_harm(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another library; the release comes after it."""

    def run(*arguments: object, **options: object) -> str:
        if not released.repository("log", "--grep=Change cups"):
            released.change("cups")
        return "1 passed"

    monkeypatch.setattr("ogrom_tools.suite.run", run)
    released.release("plates")
    assert_released(released, "0.1.1")


def test_a_commit_of_the_library_itself_is_taken_in(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was tested is not what the branch holds any longer, so it is not published."""
    before = published(released)

    def run(*arguments: object, **options: object) -> str:
        if not released.repository("log", "--grep=Another"):
            released.edit(f"{PLACE}/CHANGELOG.md", "- A comment.", "- A comment, and another.")
            released.commit("Another")
        return "1 passed"

    with monkeypatch.context() as patch:
        patch.setattr("ogrom_tools.suite.run", run)
        with pytest.raises(Failed, match="while the tests ran, so nothing is published"):
            released.releasing().release(released.plan())
    assert published(released) == before
    released.release("plates")
    assert_released(released, "0.1.1")
    assert "and another" in (released.root / PLACE / "CHANGELOG.md").read_text()


def test_a_commit_while_it_is_published_does_not_get_lost(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel is out, so that release is finished first."""

    def publish(store: Store, release: Release, wheel: Path) -> None:
        index_publish(store, release, wheel)
        if store == released.releasing().store:
            released.edit(f"{PLACE}/src/ogrom/plates/__init__.py", "# still", "# still so")
            released.commit()

    index_publish = index.publish
    monkeypatch.setattr("ogrom_tools.index.publish", publish)
    with pytest.raises(Failed, match=r"plates 0\.1\.1 is published already.*\n  git switch --create"):
        released.release("plates")


def test_an_edit_while_the_tests_run_is_kept(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The branch moves on when it is out of the way."""

    def run(*arguments: object, **options: object) -> str:
        (released.root / PLACE / "CHANGELOG.md").write_text("Mine.")
        return "1 passed"

    monkeypatch.setattr("ogrom_tools.suite.run", run)
    base = released.repository.commit()
    with pytest.raises(Failed, match="is published, but not on the branch yet"):
        released.releasing().release(released.plan())
    assert released.repository.commit() == base
    released.repository("stash")
    released.release("plates")
    assert_released(released, "0.1.1")


def test_a_number_that_is_published_is_taken(released: Workshop, script: Script, killed: Killed) -> None:
    """Though the release was dropped; the one after it passes over the number."""
    killed(released, "Publish")
    assert "its number is taken: pass over it" in released.releasing().abandon()
    released.change("plates")  # the same content would be the same wheel, if it is soon enough
    with pytest.raises(Failed, match="is published already, with other bytes"):
        released.release("plates")
    released.releasing().abandon()
    released.release("plates", "0.1.2")
    assert_released(released, "0.1.2")


@pytest.mark.parametrize("broken", ["plates-0.1.1", "cups"])
def test_what_fails_its_tests_is_not_published(released: Workshop, script: Script, broken: str) -> None:
    """Its own, or those of a library that depends on it."""
    base, before = released.repository.commit(), published(released)
    script.broken = broken
    with pytest.raises(SystemExit, match="1 failed"):
        released.release("plates")
    assert published(released) == before
    assert_whole(released, base)
    script.broken = ""
    released.release("plates")
    assert_released(released, "0.1.1")


def test_a_prepared_release_can_be_dropped(released: Workshop, killed: Killed) -> None:
    """Nothing of it is left."""
    killed(released, "Build")
    assert candidates.find(released.repository, PLACE)
    assert released.releasing().abandon() == "Dropped: Release ogrom-plates 0.1.1."
    assert released.repository("for-each-ref", "refs/ogrom") == ""
    assert released.releasing().abandon() == "Nothing was prepared."


def test_one_release_at_a_time(workshop: Workshop) -> None:
    """Two in one checkout would move the branch under each other."""
    with alone(workshop.root), pytest.raises(Failed, match="Another release runs"), alone(workshop.root):
        pass
    with alone(workshop.root):
        pass
