import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ogrom_tools.command import Failed
from ogrom_tools.environment import Environment, Pinned, Tree, misfits
from ogrom_tools.projects import discover

Calls = list[tuple[str, ...]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What uv was asked; it makes nothing but the folder."""
    calls: Calls = []

    def uv(*arguments: str) -> None:
        calls.append(arguments)
        if arguments[0] == "venv":
            Path(arguments[-1]).mkdir(exist_ok=True)

    monkeypatch.setattr("ogrom_tools.environment.uv", uv)
    return calls


@pytest.fixture
def tree(tmp_path: Path, add_project: Callable[..., Path]) -> Tree:
    add_project("libs/http")
    (tmp_path / "tools" / "requirements").mkdir(parents=True)
    tree = Tree(discover(tmp_path))
    tree.requirements.write_text("flask==3.1.3")
    return tree


@pytest.fixture
def environment(tmp_path: Path, tree: Tree) -> Environment:
    return Environment(tmp_path / ".nox" / "test", tree)


def test_it_holds_the_pins_and_every_project(environment: Environment, tree: Tree, calls: Calls) -> None:
    """The projects from their source, and nothing else."""
    environment.sync()
    venv, install, check = calls
    assert venv[-1] == str(environment.folder)
    assert f"--requirements={tree.requirements}" in install
    assert f"--editable={tree.workspace['http'].folder}" in install
    assert {"--exact", "--no-deps"} < set(install)
    assert check[:2] == ("pip", "check")


def test_it_is_made_once(environment: Environment, calls: Calls) -> None:
    """A second start costs nothing."""
    environment.sync()
    calls.clear()
    environment.sync()
    assert calls == []


def test_it_is_brought_up_to_date_in_place(environment: Environment, tree: Tree, calls: Calls) -> None:
    """When a pin or a project's pyproject.toml changes; somebody's server may be running from it."""
    for file in (tree.requirements, tree.workspace["http"].pyproject):
        environment.sync()
        calls.clear()
        file.write_text(file.read_text() + "\n# changed\n")
        environment.sync()
        assert [call[:2] for call in calls] == [("pip", "install"), ("pip", "check")]


def test_it_is_made_anew_for_another_python(
    environment: Environment, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or in a moved checkout: scripts name the path of their Python."""
    environment.sync()
    calls.clear()
    monkeypatch.setattr("sys.executable", "/elsewhere/python")
    environment.sync()
    assert calls[0][:2] == ("venv", "--clear")


def test_it_can_be_made_of_another_python(environment: Environment, calls: Calls) -> None:
    """Than the one that runs this; its version and its place decide, too."""
    environment.sync()
    calls.clear()
    other = replace(environment, interpreter=sys.executable)
    other.sync()
    assert calls[0] == ("venv", "--clear", "--python", sys.executable, str(environment.folder))
    calls.clear()
    other.sync()
    assert calls == []


def test_pins_that_do_not_fit_say_what_to_do(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One project's change does not stop the work on the others."""

    def uv(*arguments: str) -> None:
        environment.folder.mkdir(exist_ok=True)
        if arguments[:2] == ("pip", "check"):
            raise Failed(
                "$ uv pip check\nThe package `ogrom-http` requires `flask>=4`, but `3.1.3` is installed"
            )

    monkeypatch.setattr("ogrom_tools.environment.uv", uv)
    environment.sync()
    assert "flask>=4" in (printed := capsys.readouterr().err)
    assert "./dev lock" in printed


def test_a_list_of_pins_is_an_environment_too(tmp_path: Path, calls: Calls) -> None:
    """With nothing of ours in it, brought up to date when the list changes."""
    pins = tmp_path / "tools" / "requirements" / "bench.txt"
    pins.parent.mkdir(parents=True)
    environment = Environment(tmp_path / ".nox" / "bench", Pinned(tmp_path, "bench"))
    for text in ("falcon==4.4.0", "falcon==4.4.1"):
        pins.write_text(text)
        calls.clear()
        environment.sync()
        assert f"--requirements={pins}" in calls[-1]
        assert not any(each.startswith("--editable") for each in calls[-1])


def test_our_pins_fit_what_our_projects_declare() -> None:
    """In the environment that the tests run in."""
    assert misfits(Path(sys.executable)) == ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("requires `ogrom-core[x]==1.0.0`, but `1.1.0` is installed", False),
        ("requires `ogrom-core==1.0.0`, but it's not installed", True),
        ("requires `ogrom-core>=1,<2`, but `2.0.0` is installed", True),
        ("requires `flask==3.1.3`, but `3.1.4` is installed", True),
    ],
)
def test_the_tree_may_be_ahead_of_what_a_service_pins(
    monkeypatch: pytest.MonkeyPatch, told: str, expected: bool
) -> None:
    """That is what a pin is for; everything else is a misfit."""
    line = f"The package `ogrom-api-run` {told}"

    def uv(*arguments: str) -> None:
        raise Failed(f"$ uv pip check\nFound 1 incompatibility\n{line}\nexited with 1")

    monkeypatch.setattr("ogrom_tools.environment.uv", uv)
    assert list(misfits(Path("python"))) == ([line] if expected else [])


def test_a_check_that_fails_by_itself_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has found nothing, but not because there is nothing."""

    def uv(*arguments: str) -> None:
        raise Failed("no such Python")

    monkeypatch.setattr("ogrom_tools.environment.uv", uv)
    assert list(misfits(Path("python"))) == ["no such Python"]


def test_an_environment_that_cannot_be_made_is_tried_again(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it counts as done."""

    def uv(*arguments: str) -> None:
        environment.folder.mkdir(exist_ok=True)
        raise Failed("no network")

    monkeypatch.setattr("ogrom_tools.environment.uv", uv)
    for _ in range(2):
        with pytest.raises(Failed, match="no network"):
            environment.sync()
