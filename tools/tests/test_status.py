import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogrom_rules import Level
from ogrom_tools.api.comparison import cache
from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import discover
from ogrom_tools.status import Status, main, needed, overview
from ogrom_tools.wheelhouse import Wheelhouse, build

pytestmark = pytest.mark.slow

Commit = Callable[..., str]


@pytest.fixture(autouse=True)
def _much_is_there_already(train: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As in a checkout: the wheels of releases, and what mypy has read of Python, which is this checkout's."""
    wheels = tmp_path_factory.getbasetemp() / "wheels"
    (train / ".ogrom").mkdir()
    for path, kept in (
        (Wheelhouse(discover(train)).folder, wheels),
        (cache(discover(train)), cache(discover())),
    ):
        kept.mkdir(parents=True, exist_ok=True)
        path.symlink_to(kept)


def core(root: Path) -> Status:
    (found,) = (each for each in overview(discover(root)) if each.project == "core")
    return found


def write(root: Path, text: str) -> None:
    (root / "libs/core/src/ogrom/core/__init__.py").write_text(text)


def test_a_library_that_was_released_needs_nothing(train: Path, commit: Commit) -> None:
    """Whatever happens in the others."""
    (train / "libs/protocols/README.md").touch()
    commit(train)
    status = core(train)
    assert (status.version, status.release, status.following) == ("1.1.0", "1.1.0", None)
    assert (status.since.commits, status.since.files) == (0, 0) if status.since else pytest.fail("no history")
    assert status.needed.level is Level.NONE
    assert [str(each.state) for each in status.dependents] == ["behind"]


@pytest.mark.parametrize(
    ("code", "level", "following"),
    [
        ('"""Version 1.1.0, mended."""\n', Level.PATCH, "1.1.1"),
        ('"""Version 1.1.0."""\n\n\ndef like() -> None:\n    """Like it."""\n', Level.MINOR, "1.2.0"),
    ],
)
def test_what_changed_since_is_counted_and_weighed(
    train: Path, commit: Commit, code: str, level: Level, following: str
) -> None:
    """Commits of this branch, and files in nobody's commit too."""
    write(train, '"""On the way."""\n')
    commit(train)
    write(train, code)
    (train / "libs/core/new.txt").touch()
    status = core(train)
    assert status.needed.level is level, status.needed.problem
    assert status.following == following
    assert status.since is not None
    assert (status.since.commits, status.since.files) == (1, 2)


def test_a_removed_name_needs_a_major_release(train: Path, commit: Commit) -> None:
    """From a release that had it."""
    write(train, "def like() -> None: ...\n")
    commit(train)
    release(train, commit)
    write(train, "")
    status = core(train)
    assert (status.needed.level, status.following) == (Level.MAJOR, "2.0.0")


def release(train: Path, commit: Commit) -> None:
    """Make 1.2.0 of the work tree."""
    pyproject = train / "libs/core/pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"1.1.0"', '"1.2.0"'))
    epoch = 1_760_000_000
    commit(train, epoch=epoch)
    repository, ledger = Repository(train), Ledger.read(train)
    tree = repository.tree("HEAD", "libs/core")
    wheel = build(repository, tree, epoch, train.parent / "out")
    ledger.adding(
        dataclasses.replace(
            ledger.releases[-1],
            version="1.2.0",
            tree=tree,
            commit=repository.commit(),
            epoch=epoch,
            artefact=wheel.path.name,
            sha256=wheel.sha256,
            record_sha256=wheel.record_sha256,
        )
    ).write(train)


def test_a_yanked_release_is_not_the_last(train: Path) -> None:
    """It is shown beside it, and those who allow nothing else."""
    Ledger.read(train).yanking("core", "1.0.0", "It loses likes").write(train)
    status = core(train)
    assert (status.release, status.yanked) == ("1.1.0", ("1.0.0",))
    assert [str(each.state) for each in status.dependents] == ["yanked"]


def test_an_answer_is_kept_until_something_changes(train: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison takes seconds."""
    write(train, '"""Mended."""\n')
    assert core(train).needed.level is Level.PATCH
    monkeypatch.setattr("ogrom_tools.status._compare", lambda *_: pytest.fail("It compares again."))
    assert core(train).needed.level is Level.PATCH
    write(train, '"""Mended again."""\n')
    with pytest.raises(pytest.fail.Exception, match="It compares again"):
        core(train)


def test_what_cannot_be_compared_says_why(train: Path) -> None:
    """The others are shown all the same; and it is tried again the next time."""
    (train / "libs/core/src/ogrom/core/likes.py").write_text("def like( -> None:\n")
    assert "likes.py:1" in core(train).needed.problem
    status = core(train)
    assert "likes.py:1" in status.needed.problem
    assert (status.needed.level, status.following) == (None, None)
    output = CliRunner().invoke(main, ["--root", str(train)]).output
    assert "core 1.1.0: released 1.1.0; 0 commits and 1 file since cannot be compared with it:" in output
    assert "  mypy cannot read the package" in output
    assert "protocols" in output


def test_history_may_have_been_rewritten(train: Path, commit: Commit) -> None:
    """The commit has another id then, and holds the same tree."""
    repository = Repository(train)
    released = repository("commit-tree", "HEAD~1^{tree}", "-p", "HEAD~2", "-m", "Rewritten")
    entered = repository("commit-tree", "HEAD^{tree}", "-p", released, "-m", "Rewritten")
    repository("reset", "--quiet", "--hard", entered)
    write(train, '"""Mended."""\n')
    commit(train)
    status = core(train)
    assert status.since is not None
    assert (status.since.commits, status.since.files) == (1, 1)


def test_a_shallow_clone_shows_what_it_can(train: Path, commit: Commit, tmp_path: Path) -> None:
    """And what to do about the rest."""
    write(train, '"""Mended."""\n')
    commit(train)
    run("git", "clone", "--quiet", "--depth=1", train.as_uri(), str(tmp_path / "shallow"))
    status = core(tmp_path / "shallow")
    assert status.since is None
    assert status.release == "1.1.0"
    assert "git fetch --unshallow" in status.needed.problem


def test_before_the_first_release_there_is_nothing_to_compare(train: Path, commit: Commit) -> None:
    """The first version is the tree's."""
    (train / "releases.toml").unlink()
    status = core(train)
    assert (status.release, status.since, status.following) == (None, None, "1.1.0")
    assert [str(each.state) for each in status.dependents] == ["waiting"]
    output = CliRunner().invoke(main, ["--root", str(train)]).output
    assert "core: never released; the first release will be 1.1.0" in output


def test_machines_get_all_of_it(train: Path) -> None:
    """As JSON, and nothing else on the stream."""
    Ledger.read(train).yanking("core", "1.0.0", "It loses likes").write(train)
    result = CliRunner().invoke(main, ["--json", "--root", str(train)])
    assert result.exit_code == 0, result.output
    by_name = {each["project"]: each for each in json.loads(result.stdout)}
    assert by_name["core"] == {
        "project": "core",
        "version": "1.1.0",
        "release": "1.1.0",
        "yanked": ["1.0.0"],
        "commits": 0,
        "files": 0,
        "needs": "none",
        "next": None,
        "problem": None,
        "schema": None,
        "dependents": [{"project": "shop", "allows": "==1.0.0", "is": "yanked"}],
    }
    assert [each["is"] for each in by_name["protocols"]["dependents"]] == ["current", "current"]


def test_people_get_lines(train: Path, commit: Commit) -> None:
    """That fit eighty columns."""
    write(train, '"""Mended."""\n')
    commit(train)
    output = CliRunner().invoke(main, ["--root", str(train)]).stdout
    assert max(map(len, output.splitlines())) <= 80
    assert "core 1.1.0: released 1.1.0; 1 commit and 1 file since; next: 1.1.1 (patch)" in output
    assert "  shop ==1.0.0: behind" in output


def test_several_are_compared_side_by_side(train: Path) -> None:
    """Each in a process of its own."""
    for name in ("core", "protocols"):
        (train / "libs" / name / "src" / "ogrom" / name / "__init__.py").write_text('"""Mended."""\n')
    found = {each.project: each.needed.level for each in overview(discover(train))}
    assert found == {"core": Level.PATCH, "protocols": Level.PATCH}


def test_nothing_is_compared_when_nothing_was_released(train: Path) -> None:
    """No process is started for it."""
    assert needed(discover(train), Ledger(), {}) == {}


def test_a_table_of_nothing_changes_no_file_of_the_checkout(train: Path) -> None:
    """Looking is free: the index, the work tree and the refs stay as they are."""
    repository = Repository(train)
    write(train, '"""Mended."""\n')
    before = (
        repository("status", "--porcelain"),
        repository("for-each-ref"),
        repository("ls-files", "--stage"),
    )
    core(train)
    shutil.rmtree(train / ".ogrom")
    after = repository("status", "--porcelain"), repository("for-each-ref"), repository("ls-files", "--stage")
    assert before == after
