import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import FILE, Ledger
from ogrom_tools.release.yank import main, yank

pytestmark = pytest.mark.slow  # each starts programs

REASON = "--reason=It loses likes"


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(root)])


def test_a_release_is_marked_and_committed(train: Path) -> None:
    """Nothing else gets into the commit, though it lie around, staged or not."""
    repository = Repository(train)
    before = repository.commit()
    (train / "staged.py").touch()
    repository("add", "staged.py")
    assert run(train, "core", "1.0.0", REASON).exit_code == 0
    assert Ledger.read(train).find("core", "1.0.0").yanked == "It loses likes"
    assert repository("diff", "--name-only", before, "HEAD") == FILE
    assert repository("log", "-1", "--format=%B") == "Yank core 1.0.0\n\nIt loses likes\n"
    assert repository("status", "--porcelain") == "A  staged.py"


def test_it_tells_who_pins_it_and_what_to_take(train: Path) -> None:
    """The service pins 1.0.0 exactly."""
    output = run(train, "ogrom-core", "1.0.0", REASON).output
    assert "core 1.0.0 is yanked: It loses likes" in output
    assert "shop ==1.0.0 allows no other release" in output
    assert "./dev pin core 1.1.0" in output


def test_who_allows_another_release_is_not_told_of(train: Path) -> None:
    """The library core is content with any 1.x, but when none is left."""
    output = run(train, "protocols", "1.0.0", REASON).output
    assert "shop ==1.0.0 allows" in output
    assert "core >=1.0,<2 allows" in output
    assert "No good release of protocols is left: ./dev release protocols" in output
    assert "allows no other" not in run(train, "core", "1.1.0", REASON).output


def test_the_same_again_does_nothing(train: Path) -> None:
    """Another reason replaces the first."""
    repository = Repository(train)
    run(train, "core", "1.0.0", REASON)
    once = repository.commit()
    assert run(train, "core", "1.0.0", REASON).exit_code == 0
    assert repository.commit() == once
    run(train, "core", "1.0.0", "--reason=It loses [comments]")
    assert repository("log", "-1", "--format=%b").strip() == "It loses [comments]"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("core", "7.0.0", REASON), "core 7.0.0 was never released"),
        (("shop", "0.1.0", REASON), "the releases of shop: none yet"),
        (("core", "1.0.0", "--reason= "), "Say why"),
        (("core", "1.0.0"), "Missing option '--reason'"),
    ],
)
def test_what_cannot_be_yanked_is_refused(train: Path, arguments: tuple[str, ...], problem: str) -> None:
    """Before anything is written."""
    result = run(train, *arguments)
    assert result.exit_code != 0
    assert problem in result.output
    assert not Repository(train).is_dirty


def test_a_ledger_in_somebodys_hands_is_left_alone(train: Path) -> None:
    """Their change is not committed under another name."""
    ledger = train / FILE
    ledger.write_text(text := ledger.read_text() + "# mine\n")
    with pytest.raises(Failed, match="not committed"):
        yank(Repository(train), "core", "1.0.0", "It loses likes")
    assert ledger.read_text() == text


def test_a_project_that_is_gone_can_be_yanked(train: Path) -> None:
    """Its wheels are still on the index."""
    subprocess.run(["git", "-C", str(train), "rm", "-rq", "libs/core"], check=True)
    result = run(train, "core", "1.1.0", REASON)
    assert result.exit_code == 0, result.output
