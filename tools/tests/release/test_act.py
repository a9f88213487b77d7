"""Releases that are made: one commit, tags, one push."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from ogrom_rules import Finding, Level
from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.release.act import alone
from ogrom_tools.release.yank import yank
from ogrom_tools.testing.workshop import Script, Workshop
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow
PLATES = "libs/plates"


def assert_released(workshop: Workshop, *names: str) -> None:
    """Branch, ledger and tags tell the same of the last commit, and the work tree is what it holds."""
    git = workshop.repository
    assert git("status", "--porcelain") == ""
    for name in names:
        release = workshop.ledger.of(name)[-1]
        tag = f"{name}-v{release.version}"
        assert workshop.project(name).version == release.version
        assert git("cat-file", "-t", tag) == "tag"
        assert git.commit(tag) == git.commit()
        assert git.tree("HEAD", f"libs/{name}") == release.tree
        assert Wheelhouse(workshop.workspace).wheel(release).name == release.artefact


def test_releases_are_one_commit_and_their_tags(released: Workshop, script: Script) -> None:
    """With the ledger's lines, which name no commit; the next one requires what is released with it."""
    released.change("cups")
    base = released.repository.commit()
    said = released.release("plates", "cups")
    assert said == "nobody has it yet: the same command pushes it"
    assert_released(released, "plates", "cups")
    assert released.repository("log", "--format=%s", f"{base}..") == "Release plates 0.1.1, cups 0.1.1"
    plates, _ = released.ledger.releases[-2:]
    assert (plates.commit, plates.kind, plates.tool) == ("", "wheel", "poetry-core==2.5.0")
    assert [str(each) for each in released.project("cups").dependencies] == ["ogrom-plates<0.2,>=0.1.1"]
    assert sorted(script.suites) == sorted(["ogrom_plates-0.1.1", "ogrom_cups-0.1.1", "ogrom_cups-0.1.0"])


def test_the_services_pins_move_in_the_same_commit(released: Workshop, script: Script) -> None:
    """If wanted; its tests are run in any case."""
    released.release("plates", pin=True)
    assert [str(each) for each in released.project("kitchen").dependencies] == ["ogrom-plates==0.1.1"]
    assert released.repository("show", "--format=", "--name-only").splitlines() == [
        "libs/plates/.bumpversion.cfg",
        "libs/plates/CHANGELOG.md",
        "libs/plates/pyproject.toml",
        "releases.toml",
        "services/kitchen/pyproject.toml",
    ]


def test_an_example_follows_a_major_release(released: Workshop, script: Script) -> None:
    """A range that allows the release stays as it is."""
    released.add("examples/tray", "ogrom-plates[glazed]>=0.1,<0.2", "ogrom-cups>=0.1,<1")
    released.add("examples/shelf", "ogrom-plates>=0.1,<2")
    released.commit("Add examples")
    released.release("plates=major")
    assert_released(released, "plates")
    tray = map(str, released.project("tray").dependencies)
    assert [*tray] == ["ogrom-plates[glazed]<2,>=1.0.0", "ogrom-cups<1,>=0.1"]
    changed = released.repository("show", "--format=", "--name-only").splitlines()
    assert "examples/tray/pyproject.toml" in changed
    assert "examples/shelf/pyproject.toml" not in changed


@pytest.mark.parametrize(
    ("wanted", "pin", "is_made"),
    [("plates", False, False), ("plates=major", False, True), ("plates=major", True, False)],
)
def test_what_the_service_cannot_take(
    released: Workshop, script: Script, wanted: str, *, pin: bool, is_made: bool
) -> None:
    """Is no release, but for a major that it does not pin."""
    script.broken, base = "kitchen", released.repository.commit()
    with nullcontext() if is_made else pytest.raises(Failed, match="1 failed"):
        released.release(wanted, pin=pin)
    assert (released.repository.commit() != base) is is_made


def test_the_old_dependent_is_tested_too(released: Workshop, script: Script) -> None:
    """Users upgrade one at a time."""
    script.broken = "cups-0.1.0"
    base = released.repository.commit()
    released.change("cups")
    with pytest.raises(SystemExit):
        released.release("plates", "cups")
    assert released.repository("rev-list", "--count", f"{base}..") == "1"
    assert released.repository("tag", "--list", "plates-v0.1.1") == ""


@pytest.fixture
def shared(released: Workshop, tmp_path: Path) -> Workshop:
    """It has a remote that everybody has."""
    run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(tmp_path / "origin"))
    for key, value in (("user.name", "Somebody"), ("user.email", "somebody@example.org")):
        Repository(tmp_path / "origin")("config", key, value)  # who merges there
    released.repository("remote", "add", "origin", str(tmp_path / "origin"))
    released.repository("push", "--quiet", "--tags", "--set-upstream", "origin", "main")
    return released


def origin(workshop: Workshop) -> Repository:
    return Repository(workshop.root.parent / "origin")


def test_branch_and_tags_are_pushed_at_once(shared: Workshop, script: Script) -> None:
    """With what the author has committed before."""
    shared.change("cups")
    assert shared.release("plates", "cups").startswith("origin has it")
    assert_released(shared, "plates", "cups")
    theirs = origin(shared)
    assert theirs.commit("main") == shared.repository.commit()
    assert theirs.commit("plates-v0.1.1") == theirs.commit("cups-v0.1.1") == theirs.commit("main")


def test_of_two_authors_one_is_faster(shared: Workshop, script: Script, tmp_path: Path) -> None:
    """For the other one nothing has happened; it pulls, and releases upon that."""
    other = Workshop(tmp_path / "other")
    run("git", "clone", "--quiet", str(tmp_path / "origin"), str(other.root))
    shutil.copytree(
        shared.root / ".ogrom", other.root / ".ogrom", symlinks=True
    )  # wheels that each would build
    for key, value in {"user.name": "Jo", "user.email": "jo@example.org"}.items():
        other.repository("config", key, value)
    other.change("cups")
    plan = other.plan("cups")
    assert shared.release("plates").startswith("origin has it")
    before = other.repository("for-each-ref", "refs/heads", "refs/tags")
    with pytest.raises(Failed, match="nothing has happened"):
        other.act().release(plan, other.workspace)
    assert other.repository("for-each-ref", "refs/heads", "refs/tags") == before
    assert other.repository("status", "--porcelain") == ""
    with pytest.raises(Failed, match="git pull --rebase"):
        other.release("cups")
    other.repository("pull", "--quiet", "--rebase")
    assert other.release("cups").startswith("origin has it")
    assert [str(each) for each in other.ledger.releases[-2:]] == ["plates 0.1.1", "cups 0.1.1"]


def test_what_is_not_pushed_is_pushed_by_the_same_command(shared: Workshop, script: Script) -> None:
    """The commit, and the tags that nobody has."""
    shared.release("plates", pushes=False)
    assert_released(shared, "plates")
    assert origin(shared).commit("main") == shared.repository.commit("HEAD^")
    assert shared.release("plates").startswith("plates 0.1.1: origin has it")
    assert origin(shared).commit("plates-v0.1.1") == shared.repository.commit()


# A process of its own: what reads the index has threads, which no fork takes along.
KILLED = """
import os, signal, sys
from pathlib import Path
import pytest
from ogrom_tools.git import Repository
from ogrom_tools.release.landing import Landing
from ogrom_tools.testing.workshop import Script, Workshop

left, land = -1, Landing.land

def counted(method):
    def counting(*arguments):
        global left
        said = method(*arguments)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return said
    return counting

def landing(*arguments):
    global left
    left = int(sys.argv[2])
    return land(*arguments)

patch = pytest.MonkeyPatch()
Script().replace(patch)
if sys.argv[2] == "0":
    patch.setattr("ogrom_tools.tox.run", lambda *arguments, **options: os.kill(os.getpid(), signal.SIGKILL))
patch.setattr(Landing, "land", landing)
patch.setattr(Repository, "feed", counted(Repository.feed))
patch.setattr(Repository, "__call__", counted(Repository.__call__))
Workshop(Path(sys.argv[1])).release("plates")
"""


def killed(workshop: Workshop, after: int) -> bool:
    """Release in another process, which is killed behind so many of the commands that land it; whether it was.

    Behind none of them it is killed while the tests run.
    """
    done = subprocess.run([sys.executable, "-c", KILLED, workshop.root, str(after)], check=False)
    assert done.returncode in {0, -signal.SIGKILL}
    return done.returncode != 0


@pytest.mark.parametrize("kind", ["released", "shared"])
def test_a_kill_anywhere_is_finished_by_the_same_command(
    script: Script, request: pytest.FixtureRequest, kind: str
) -> None:
    """Or nothing has happened: one release is made in the end, and branch, tags and work tree are whole."""
    workshop: Workshop = request.getfixturevalue(kind)
    git, base = workshop.repository, workshop.repository.commit()
    kills = 0
    while killed(workshop, kills + 1):
        kills += 1
        if git.commit() == base or git.is_dirty or not git("tag", "--list", "plates-v0.1.1"):
            workshop.release("plates")
        assert git("rev-list", "--count", f"{base}..") == "1"
        assert_released(workshop, "plates")
        if kind == "shared":
            assert origin(workshop).commit("plates-v0.1.1") == origin(workshop).commit("main") == git.commit()
            origin(workshop)("update-ref", "refs/heads/main", base)
            origin(workshop)("update-ref", "-d", "refs/tags/plates-v0.1.1")
        git("reset", "--quiet", "--hard", base)
        git("tag", "--delete", "plates-v0.1.1")
    assert kills == {"released": 4, "shared": 5}[kind]  # each command that lands it


def test_a_kill_while_the_tests_run_has_done_nothing(released: Workshop, script: Script) -> None:
    """The same command makes the release."""
    before = released.repository.commit()
    assert killed(released, 0)
    assert (released.repository.commit(), released.repository("status", "--porcelain")) == (before, "")
    assert released.repository("tag", "--list", "plates-v0.1.1") == ""
    released.release("plates")
    assert_released(released, "plates")


def test_an_older_line_goes_on(shared: Workshop, script: Script) -> None:
    """Its branch gets the release and its tag, and the ledger is still one; the last release stays what it was."""
    shared.release("plates=major")
    git, newest = shared.repository, shared.repository.commit()
    git("branch", "plates-0.1", "plates-v0.1.0")
    with shared.act(source="plates-0.1").checkout() as older:
        Workshop(older.root).change("plates")
    script.suites.clear()
    assert shared.release("plates", source="plates-0.1").startswith("origin has it")
    assert git.commit("plates-v0.1.1") == git.commit("plates-0.1") == origin(shared).commit("plates-0.1")
    assert git.commit("HEAD^") == newest
    assert git("show", "--format=", "--name-only").splitlines() == ["releases.toml"]
    release = shared.ledger.releases[-1]
    assert (str(release), git.tree("plates-0.1", PLATES)) == ("plates 0.1.1", release.tree)
    assert str(shared.ledger.last("plates")) == "plates 1.0.0"
    assert (git("status", "--porcelain"), git("worktree", "list").count("\n")) == ("", 0)
    assert sorted(script.suites) == ["ogrom_cups-0.1.0", "ogrom_plates-0.1.1"]


def test_pre_releases_come_before_a_release(shared: Workshop, script: Script) -> None:
    """Nobody gets them who does not ask; each is judged by the last release."""
    script.findings = (Finding("removed", Level.MAJOR, "ogrom.plates.size", "It is gone."),)
    made: list[str] = []
    for pre in (True, True, False):
        shared.change("plates") if made else None
        shared.release("plates=major", pre=pre)
        made.append(shared.ledger.of("plates")[-1].version)
        assert str(shared.ledger.last("plates")) == f"plates {'0.1.0' if pre else '1.0.0'}"
    assert made == ["1.0.0rc1", "1.0.0rc2", "1.0.0"]


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Have something happen while the tests run, once."""
    left = [act]

    def run(*arguments: object, **options: object) -> str:
        if left:
            left.pop()()
        return "1 passed"

    monkeypatch.setattr("ogrom_tools.tox.run", run)


def test_a_commit_while_the_tests_run_is_no_harm(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another library; the release comes after it."""
    meanwhile(monkeypatch, lambda: released.change("cups"))
    released.release("plates")
    assert_released(released, "plates")
    assert released.repository("log", "-1", "--format=%s", "HEAD^") == "Change cups"


def test_a_commit_to_the_library_itself_is_taken_in(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was tested is not what the branch holds any longer."""

    def change() -> None:
        released.edit(f"{PLATES}/src/ogrom/plates/__init__.py", "# still", "# still so")
        released.commit("Another")

    meanwhile(monkeypatch, change)
    with pytest.raises(Failed, match=r"committed to libs/plates/\S+ while the tests ran"):
        released.release("plates")
    assert released.repository("tag", "--list", "plates-v0.1.1") == ""
    released.release("plates")
    assert_released(released, "plates")
    assert "# still so" in (released.root / PLATES / "src/ogrom/plates/__init__.py").read_text()


def test_an_edit_while_the_tests_run_is_kept(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is somebody's work; the release waits for it."""
    file, base = released.root / PLATES / "CHANGELOG.md", released.repository.commit()
    before = file.read_text()
    meanwhile(monkeypatch, lambda: file.write_text("Mine."))
    with pytest.raises(Failed, match=r"(?s)edited while the tests ran.*CHANGELOG\.md"):
        released.release("plates")
    assert (file.read_text(), released.repository.commit()) == ("Mine.", base)
    file.write_text(before)
    released.release("plates")
    assert_released(released, "plates")


def test_one_release_at_a_time(workshop: Workshop) -> None:
    """Two in one checkout would move the branch under each other."""
    with alone(workshop.root), pytest.raises(Failed, match="Another release runs"), alone(workshop.root):
        pass
    with alone(workshop.root):
        pass


@pytest.fixture
def protected(shared: Workshop) -> Workshop:
    """Nobody pushes to its main."""
    hook = origin(shared).root / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    refusal = "echo 'GH006: Protected branch update failed'; exit 1"
    hook.write_text(f'#!/bin/sh\ncase "$1" in refs/heads/main) {refusal};; esac\n')
    hook.chmod(0o755)
    return shared


def squash(workshop: Workshop, branch: str) -> None:
    """Merge a pull request as GitHub does, and delete its branch."""
    theirs = origin(workshop)
    squashed = theirs.commit_of(theirs.tree_with(branch, {}), "main", "Squashed", 1_800_000_000)
    theirs("update-ref", "refs/heads/main", squashed)
    theirs("branch", "-D", branch)
    workshop.repository("pull", "--quiet", "--ff-only", "--tags")


def test_a_protected_branch_gets_a_pull_request(protected: Workshop, script: Script) -> None:
    """What is released is known by its tree, which its tag keeps, however a merge makes the commit."""
    git, base = protected.repository, protected.repository.commit()
    assert "open a pull request" in protected.release("plates")
    assert (git.commit(), git("tag", "--list", "plates-v0.1.1")) == (base, "")
    with pytest.raises(Failed, match="merge that"):
        protected.release("plates")
    squash(protected, "release/plates-v0.1.1")
    release = protected.ledger.of("plates")[-1]
    assert release.version == "0.1.1"
    assert git.tree("plates-v0.1.1", PLATES) == git.tree("HEAD", PLATES) == release.tree
    assert git.commit("plates-v0.1.1") == origin(protected).commit("plates-v0.1.1") != git.commit()
    protected.change("plates")
    protected.release("plates", pushes=False)
    assert protected.ledger.of("plates")[-1].version == "0.1.2"


def test_an_older_line_goes_beside_a_protected_branch(protected: Workshop, script: Script) -> None:
    """What its wheel is made of is pushed, too."""
    git = protected.repository
    git("branch", "plates-0.1", "plates-v0.1.0")
    with protected.act(source="plates-0.1").checkout() as older:
        Workshop(older.root).change("plates")
    assert "open a pull request" in protected.release("plates", source="plates-0.1")
    squash(protected, "release/plates-v0.1.1")
    release = protected.ledger.of("plates")[-1]
    assert origin(protected).tree("plates-0.1", PLATES) == release.tree
    assert git.tree("plates-v0.1.1", PLATES) == release.tree != git.tree("HEAD", PLATES)


def test_a_yank_is_no_release(shared: Workshop, script: Script) -> None:
    """It is pushed with the release that mends it, and with no other words."""
    yank(shared.repository, "plates", "0.1.0", "It is flat.")
    assert shared.release("plates").startswith("origin has it")
    assert [str(each) for each in shared.ledger.of("plates")] == ["plates 0.1.0", "plates 0.1.1"]
    assert_released(shared, "plates")


def test_a_branch_that_is_switched_meanwhile_gets_nothing(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does the other one get what is on it."""

    def switch() -> None:
        released.repository("switch", "--quiet", "--create", "feature")
        released.change("cups")

    meanwhile(monkeypatch, switch)
    base = released.repository.commit("main")
    with pytest.raises(Failed, match="git switch main"):
        released.release("plates")
    assert released.repository.commit("main") == base


def test_a_commit_to_the_service_is_not_taken_back(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tests did not see that."""
    kitchen = "services/kitchen/pyproject.toml"

    def change(*arguments: Any) -> Any:
        files = moved(*arguments)
        released.edit(kitchen, "[project]", "# Hot.\n[project]")
        released.commit("Another")
        return files

    moved = script.moved
    monkeypatch.setattr("ogrom_tools.release.act.moved", change)
    with pytest.raises(Failed, match=f"committed to {kitchen} while the tests ran"):
        released.release("plates", pin=True)
    assert "# Hot." in (released.root / kitchen).read_text()


def test_a_commit_to_an_example_is_not_taken_back(
    released: Workshop, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release writes the file of whose ranges it moves some."""
    tray = "examples/tray/pyproject.toml"
    released.add("examples/tray", "ogrom-plates>=0.1,<0.2")
    released.commit("Add an example")

    def change() -> None:
        released.edit(tray, "[project]", "# Wide.\n[project]")
        released.commit("Another")

    meanwhile(monkeypatch, change)
    with pytest.raises(Failed, match=f"committed to {tray} while the tests ran"):
        released.release("plates=major")
    assert "# Wide." in (released.root / tray).read_text()


def test_a_killed_checkout_of_an_older_line_is_in_nobodys_way(shared: Workshop, script: Script) -> None:
    """Its folder is still there, and git takes it for in use."""
    git = shared.repository
    git("branch", "plates-0.1", "plates-v0.1.0")
    git("worktree", "add", "--quiet", str(shared.root.parent / "left"), "plates-0.1")
    with shared.act(source="plates-0.1").checkout() as older:
        assert older.root != shared.root
