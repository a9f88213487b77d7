import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ogrom_tools.api.__main__ import library, main
from ogrom_tools.api.comparison import work_tree
from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import discover
from ogrom_tools.testing.checkout import commit_all, release_of_head, write_library

BEFORE = "def f(a: int) -> int:\n    return a\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one library, and a ledger that holds its release 1.2.3."""
    root = tmp_path / "checkout"
    write_library(root / "libs" / "thing", "1.2.3")
    change(root, BEFORE)
    (root / ".gitignore").write_text(".ogrom/\n*.log\n")
    commit_all(root)
    return root


def change(root: Path, text: str) -> None:
    (root / "libs/thing/src/ogrom/thing/sums.py").write_text(text)


def call(root: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--root", str(root)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(root: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--root", str(root)])
    assert result.exit_code == 1
    return result.output


def test_the_work_tree_is_what_git_would_add(root: Path) -> None:
    """Changed and new files count, ignored and deleted ones do not; the index stays as it is."""
    repository = Repository(root)
    assert work_tree(repository, root / "libs/thing") == repository.tree("HEAD", "libs/thing")
    package = root / "libs/thing/src/ogrom/thing"
    change(root, "def g() -> None: ...\n")
    (package / "new.py").touch()
    (package / "noise.log").touch()
    (package / "py.typed").unlink()
    names = repository("ls-tree", "-r", "--name-only", work_tree(repository, root / "libs/thing"))
    assert {Path(name).name for name in names.splitlines()} == {
        "pyproject.toml",
        "__init__.py",
        "sums.py",
        "new.py",
    }
    assert not repository("diff", "--cached", "--name-only")


def test_a_library_is_asked_for_by_either_name(root: Path) -> None:
    """A service and a misspelt name are no libraries."""
    assert library(discover(root), "thing") == library(discover(root), "ogrom-thing")
    with pytest.raises(Failed, match="things is not a library; the libraries are thing"):
        library(discover(root), "things")


def test_a_project_without_a_release_has_nothing_to_compare(root: Path) -> None:
    """Its first version is the one in the tree."""
    assert "its first version will be 1.2.3" in call(root, "thing")
    told = json.loads(call(root, "thing", "--json"))
    assert (told["last"], told["level"], told["next"], told["findings"]) == (None, None, "1.2.3", [])


@pytest.mark.slow
def test_the_work_tree_is_compared_with_the_last_release(root: Path) -> None:
    """From nothing over a patch to a major change, none of it committed; the wheel is rebuilt from history."""
    Ledger((release_of_head(root, "thing"),)).write(root)
    assert call(root, "thing") == "thing 1.2.3 and the work tree are the same.\n"

    change(root, BEFORE + "# more\n")
    told = json.loads(call(root, "thing", "--json"))
    assert (told["last"], told["level"], told["next"]) == ("1.2.3", "patch", "1.2.4")

    change(root, BEFORE.replace("a: int", "a: int, b: int"))
    told = json.loads(call(root, "thing", "--json", "--against", "1.2.3"))
    assert (told["level"], told["next"]) == ("major", "2.0.0")
    assert told["findings"][0] == {
        "rule": "parameter-added-required",
        "level": "major",
        "symbol": "ogrom.thing.sums.f",
        "text": "The parameter b is new and required.",
        "removes": False,
    }
    change(root, BEFORE.replace("-> int", "-> list[int]"))
    shown = " ".join(call(root, "thing").split())
    assert "major ogrom.thing.sums.f: return-changed Callers of def (a: int) -> int cannot call def" in shown
    assert "-> list[int]." in shown
    assert "Since thing 1.2.3: major. The next version must be at least 2.0.0." in shown


@pytest.mark.slow
def test_what_the_project_allows_is_asked_of_the_next_version_no_more(root: Path) -> None:
    """And an entry that has nothing left to allow has to go."""
    Ledger((release_of_head(root, "thing"),)).write(root)
    change(root, "def g() -> None: ...\n")
    entry = '[[allowed]]\nrule = "name-removed"\nsymbol = "ogrom.thing.sums.f"\nreason = "Unused."\n'
    (root / "libs/thing/api-allowed.toml").write_text(entry + "expires = 9999-12-31\n")
    told = json.loads(call(root, "thing", "--json"))
    assert (told["level"], told["next"]) == ("minor", "1.3.0")
    change(root, BEFORE)
    assert "name-removed at ogrom.thing.sums.f matches no finding" in refused(root, "thing")


def test_a_version_that_was_never_released_is_told(root: Path) -> None:
    """With those that were."""
    assert "the releases of thing: none yet" in refused(root, "thing", "--against", "9.9.9")


def test_the_command_can_be_run_as_a_module(root: Path) -> None:
    """As the session does, with its name in the help."""

    assert "Usage: ./dev api-diff" in run(sys.executable, "-m", "ogrom_tools.api", "--help")
