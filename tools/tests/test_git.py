from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository

Commit = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path, commit: Commit) -> Repository:
    """One commit with `libs/core/a.py`."""
    root = tmp_path / "a clone"
    write(root, "libs/core/a.py", "a = 1\n")
    commit(root, "First", epoch=1_700_000_000)
    return Repository(root)


def write(root: Path, path: str, text: str = "") -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_an_answer_is_what_git_printed(repository: Repository) -> None:
    """Without the last newline, and without what git says beside it."""
    assert repository("show", "HEAD:libs/core/a.py") == "a = 1"
    assert repository("log", "--format=%s%n") == "First\n"


def test_what_git_says_beside_an_answer_is_no_part_of_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warning, or a trace as here, would else be taken for an id or a path."""
    commit = repository.commit()
    monkeypatch.setenv("GIT_TRACE", "1")
    assert repository.commit() == commit
    assert repository.changes("HEAD") == ()
    assert not repository.is_dirty


def test_a_refusal_says_what_git_said(repository: Repository) -> None:
    """With the command, on whichever stream it was said."""
    with pytest.raises(Failed, match=r"(?s)git -C .* switch nowhere.*invalid reference: nowhere"):
        repository("switch", "nowhere")
    with pytest.raises(Failed, match="nothing to commit"):
        repository("commit", "--message=Empty")


def test_a_commit_has_a_full_id(repository: Repository) -> None:
    """Whatever it is called by; an annotated tag is not what it tags."""
    repository("tag", "--annotate", "--message=Release", "core-v1.0.0")
    assert len(repository.commit()) == 40
    assert repository.commit("core-v1.0.0") == repository.commit() == repository.commit("main")


@pytest.mark.parametrize("ref", ["core-v9.9.9", "--all", "HEAD:libs", ""])
def test_what_is_no_commit_is_refused(repository: Repository, ref: str) -> None:
    """Neither is an option one, nor a tree."""
    with pytest.raises(Failed, match="git has no commit"):
        repository.commit(ref)


def test_a_tree_stays_when_history_is_rewritten(repository: Repository, commit: Commit) -> None:
    """It is the content of the folder, and of nothing else."""
    tree, old = repository.tree("HEAD", "libs/core"), repository.commit()
    write(repository.root, "README.md")
    repository("add", "--all")
    repository("commit", "--quiet", "--amend", "--message=Another")
    assert repository.commit() != old
    assert repository.tree("HEAD", "libs/core") == tree
    write(repository.root, "libs/core/a.py", "a = 2\n")
    commit(repository.root)
    assert repository.tree("HEAD", "libs/core") != tree == repository.tree("HEAD~1", "libs/core")


def test_what_is_not_there_has_no_tree(repository: Repository) -> None:
    """A file has none either."""
    assert repository.tree("HEAD", "libs/http") == ""
    assert repository.tree("HEAD", "libs/core/a.py") == ""


def test_an_epoch_is_when_it_was_committed(repository: Repository) -> None:
    """Not when it was written, nor when a tag was made."""
    repository("tag", "--annotate", "--message=Release", "core-v1.0.0")
    repository("commit", "--quiet", "--amend", "--no-edit", "--date=@1000000000 +0000")
    assert repository.epoch("core-v1.0.0") == 1_700_000_000
    assert repository.epoch("HEAD") > 1_700_000_000


def test_a_file_is_shown_as_it_was(repository: Repository, commit: Commit) -> None:
    """By a commit or by a tree, to the last newline."""
    tree = repository.tree("HEAD", "libs/core")
    write(repository.root, "libs/core/a.py", "größer = 2\n\n")
    commit(repository.root)
    assert repository.show("HEAD~1", "libs/core/a.py") == repository.show(tree, "a.py") == "a = 1\n"
    assert repository.show("HEAD", "libs/core/a.py") == "größer = 2\n\n"
    with pytest.raises(Failed, match=r"b\.py"):
        repository.show("HEAD", "libs/core/b.py")


def test_a_shallow_clone_lacks_objects(repository: Repository, commit: Commit, tmp_path: Path) -> None:
    """And says so, instead of failing."""
    old = repository.tree("HEAD", "libs/core")
    write(repository.root, "libs/core/a.py", "a = 2\n")
    commit(repository.root)
    run("git", "clone", "--quiet", "--depth=1", repository.root.as_uri(), str(tmp_path / "shallow"))
    shallow = Repository(tmp_path / "shallow")
    assert repository.has(old)
    assert not shallow.has(old)
    assert shallow.has(repository.tree("HEAD", "libs/core"))


def test_it_is_dirty_when_a_commit_would_miss_something(repository: Repository, commit: Commit) -> None:
    """Untracked, changed, gone, or only staged; but not what is ignored."""
    write(repository.root, ".gitignore", "*.log\n")
    commit(repository.root)
    write(repository.root, "debug.log")
    assert not repository.is_dirty
    new = write(repository.root, "new.py")
    assert repository.is_dirty
    repository("add", "new.py")
    assert repository.is_dirty
    new.unlink()
    repository("add", "new.py")
    (repository.root / "libs/core/a.py").unlink()
    assert repository.is_dirty


def test_changes_are_committed_staged_edited_and_untracked(repository: Repository, commit: Commit) -> None:
    """All that a pull request would hold, or will; with any character in the name."""
    first = repository.commit()
    write(repository.root, ".gitignore", "*.log\n")
    write(repository.root, "libs/core/größe b.py")
    commit(repository.root)
    write(repository.root, "staged.py")
    repository("add", "staged.py")
    write(repository.root, "libs/core/a.py", "a = 2\n")
    write(repository.root, 'un"tracked\n.py')
    write(repository.root, "debug.log")
    assert set(repository.changes(first)) == {
        ".gitignore",
        "libs/core/größe b.py",
        "staged.py",
        "libs/core/a.py",
        'un"tracked\n.py',
    }


def test_a_moved_file_changes_both_its_places(repository: Repository, commit: Commit) -> None:
    """The project that it has left is touched too."""
    (repository.root / "libs" / "http").mkdir()
    repository("mv", "libs/core/a.py", "libs/http/a.py")
    assert repository.changes("HEAD") == ("libs/core/a.py", "libs/http/a.py")
    commit(repository.root)
    assert repository.changes("HEAD~1") == ("libs/core/a.py", "libs/http/a.py")


def test_what_others_did_meanwhile_is_no_change(repository: Repository, commit: Commit) -> None:
    """It is compared with where this branch left the other."""
    repository("switch", "--quiet", "--create=mine")
    write(repository.root, "mine.py")
    commit(repository.root)
    repository("switch", "--quiet", "main")
    write(repository.root, "theirs.py")
    commit(repository.root)
    repository("switch", "--quiet", "mine")
    assert repository.changes("main") == ("mine.py",)


def test_without_common_history_there_is_nothing_to_compare(repository: Repository, commit: Commit) -> None:
    """As in a clone that is too shallow; it is an error, not an empty answer."""
    repository("switch", "--quiet", "--orphan", "other")
    commit(repository.root)
    with pytest.raises(Failed, match="fetch --unshallow"):
        repository.changes("main")


def test_an_export_is_what_was_committed(repository: Repository, commit: Commit, tmp_path: Path) -> None:
    """No file more, with the executable bit and links as they were."""
    program = write(repository.root, "libs/core/run.sh", "#!/bin/sh\n")
    program.chmod(0o755)
    (repository.root / "libs/core/link.py").symlink_to("a.py")
    commit(repository.root)
    write(repository.root, "libs/core/untracked.py")
    program.write_text("changed")
    out = tmp_path / "out"
    repository.export(repository.tree("HEAD", "libs/core"), out)
    assert {each.name for each in out.iterdir()} == {"a.py", "run.sh", "link.py"}
    assert (out / "run.sh").read_text() == "#!/bin/sh\n"
    assert (out / "run.sh").stat().st_mode & 0o111
    assert not (out / "a.py").stat().st_mode & 0o111
    assert (out / "link.py").readlink() == Path("a.py")


@pytest.mark.parametrize("setting", ["core.autocrlf=true", "core.eol=crlf"])
def test_a_persons_settings_do_not_change_an_export(
    repository: Repository, commit: Commit, tmp_path: Path, setting: str
) -> None:
    """Else a wheel built from it would have other bytes on their machine."""
    write(repository.root, ".gitattributes", "*.py text=auto\n")
    commit(repository.root)
    repository("config", *setting.split("="))
    repository.export("HEAD", tmp_path / "out")
    assert (tmp_path / "out" / "libs/core/a.py").read_bytes() == b"a = 1\n"
