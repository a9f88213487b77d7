import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ogrom_tools import index
from ogrom_tools.command import run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import discover
from ogrom_tools.release.verify import examine, main
from ogrom_tools.wheelhouse import Wheelhouse

pytestmark = pytest.mark.slow

Commit = Callable[..., str]


def verify(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--root", str(root)])


def enter(root: Path, project: str, version: str, **changes: object) -> None:
    """Change a line of the ledger, as somebody might who wants other bytes to be taken."""
    ledger = Ledger.read(root)
    old = ledger.find(project, version)
    new = dataclasses.replace(old, **changes)  # type: ignore[arg-type]
    Ledger(tuple(new if each == old else each for each in ledger)).write(root)


def test_every_release_is_built_again(train: Path) -> None:
    """And one is yanked, which says so."""
    Ledger.read(train).yanking("core", "1.0.0", "It loses likes").write(train)
    result = verify(train)
    assert result.exit_code == 0, result.output
    assert result.output.count("the same  ") == 3
    assert "yanked: It loses likes" in result.output
    assert "3 releases" in result.output


def test_projects_can_be_named(train: Path) -> None:
    """By either name."""
    assert "2 releases" in verify(train, "core").output
    assert "1 releases" in verify(train, "ogrom-protocols").output
    assert "http was never released; projects with releases: core, protocols" in verify(train, "http").output


def test_without_releases_there_is_nothing_to_verify(tmp_path: Path, commit: Commit) -> None:
    """That is no failure."""
    commit(tmp_path)
    result = verify(tmp_path)
    assert (result.exit_code, result.output) == (0, "There is no releases.toml yet.\n")


def test_the_pinned_ones_can_be_verified_alone(train: Path) -> None:
    """All that production runs on; a pin of what was never released is an error."""
    output = verify(train, "--pinned").output
    assert "2 releases" in output
    assert "1.1.0" not in output
    pyproject = train / "services/shop/pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("core==1.0.0", "core==9.0.0"))
    result = verify(train, "--pinned")
    assert result.exit_code == 1
    assert "core 9.0.0 was never released" in result.output


TAMPERED = {
    "other bytes": ({"sha256": "9" * 64}, "cannot be built again"),
    "another RECORD": ({"record_sha256": "9" * 64}, "the RECORD is"),
    "another time": ({"epoch": 1_750_086_402}, "cannot be built again"),
    "another build backend": ({"tool": "poetry-core==2.1.3"}, "the build backend is poetry-core==2.5.0"),
}


@pytest.mark.parametrize(("change", "problem"), TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tampered_line_is_found(train: Path, change: dict[str, object], problem: str) -> None:
    """The others are told to be good all the same."""
    enter(train, "core", "1.0.0", **change)
    result = verify(train)
    assert result.exit_code == 1
    assert problem in result.output
    assert result.output.count("the same  ") == 2 + 1
    assert result.output.count("not the same") == 1


def test_a_wheel_of_another_version_is_found(train: Path) -> None:
    """A line with the bytes of 1.1.0 under the name of 1.0.0."""
    later = Ledger.read(train).find("core", "1.1.0")
    keys = ("tree", "epoch", "sha256", "record_sha256", "commit")
    enter(train, "core", "1.0.0", **{key: getattr(later, key) for key in keys})
    output = verify(train).output
    assert "core 1.0.0: the version is 1.1.0, but releases.toml says 1.0.0." in output
    assert "core 1.0.0: refs/tags/core-v1.0.0 has other content in libs/core" in output


def test_a_commit_that_holds_something_else_is_found(train: Path, commit: Commit) -> None:
    """As long as the commit is there; when history was rewritten, it may be gone."""
    (train / "libs/core/new.py").touch()
    enter(train, "core", "1.1.0", commit=commit(train))
    assert "has other content in libs/core" in verify(train, "core").output
    enter(train, "core", "1.1.0", commit="9" * 40)
    assert verify(train, "core").exit_code == 0


def test_a_shallow_clone_says_what_to_do(train: Path, tmp_path: Path) -> None:
    """For each release that it does not hold."""
    run("git", "clone", "--quiet", "--depth=1", train.as_uri(), str(tmp_path / "shallow"))
    result = verify(tmp_path / "shallow", "core")
    assert result.exit_code == 1
    assert result.output.count("git fetch --unshallow") == 1
    assert "core 1.0.0" in result.output


def test_a_verdict_tells_how_long_it_took(train: Path, tmp_path: Path) -> None:
    """A release costs half a second or so."""
    verdict = examine(Repository(train), Ledger.read(train).releases[0], tmp_path / "out")
    assert verdict.problems == ()
    assert 0 < verdict.seconds < 60


def test_an_index_is_compared_too(train: Path, tmp_path: Path) -> None:
    """Each of its files, and nothing is built for that."""
    ledger = Ledger.read(train)
    path = tmp_path / "index"
    index.bring_up(index.in_folder(path), Wheelhouse(discover(train)), ledger)
    result = verify(train, f"--index={path}")
    assert result.exit_code == 0, result.output
    assert "what follows from the ledger, to the last byte: 3 releases" in result.output
    name = f"files/{ledger.releases[0].artefact}"
    (path / name).write_bytes((path / name).read_bytes() + b"\0")
    result = verify(train, f"--index={path}")
    assert result.exit_code == 1
    assert f"{name} has the sha256" in result.output
