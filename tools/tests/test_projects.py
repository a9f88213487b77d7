import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.projects import ROOT, Project, discover, semver
from ogrom_tools.test.suites import BENCH
from ogrom_tools.testing.package import write_package


def test_a_project_comes_after_those_it_depends_on(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """The order is one in which they could be released."""
    add_project("libs/a", "ogrom-b>=1")
    add_project("libs/b", "ogrom_Web", "msgspec")
    add_project("services/web")
    assert [each.name for each in discover(tmp_path)] == ["web", "b", "a"]


def test_a_project_is_found_by_either_name(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """By its folder's and by the one it is published under."""
    add_project("libs/http")
    workspace = discover(tmp_path)
    assert workspace["http"] is workspace["ogrom-http"]
    with pytest.raises(KeyError):
        workspace["https"]


def test_needs_are_transitive(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """Whoever needs b needs what b needs; tests need the extras and tox.ini's deps beside."""
    add_project("libs/a", "ogrom-b", extra="ogrom-c>=1", deps="ogrom-d[more]")
    add_project("libs/b", "ogrom-e")
    for name in "cde":
        add_project(f"libs/{name}")
    workspace = discover(tmp_path)
    assert {each.name for each in workspace.needs(workspace["a"])} == {"b", "e"}
    assert {each.name for each in workspace.needs(workspace["a"], tests=True)} == set("bcde")


def test_the_tests_are_run_with_the_extras_of_tox(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """All others stay away from them."""
    folder = add_project("libs/a", extra="flask>=3.1", deps="pytest>=9")
    assert not Project(folder).tested_extras
    (folder / "tox.ini").write_text("[testenv]\nextras = more\n")
    assert [str(each) for each in Project(folder).tested_extras] == ["flask>=3.1"]


def test_a_need_that_does_not_exist_is_an_error(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """Else an index would be asked for it, and anybody could have put something there."""
    add_project("libs/a", "ogrom-misspelt")
    workspace = discover(tmp_path)
    with pytest.raises(Failed, match="ogrom-misspelt"):
        workspace.needs(workspace["a"])


def test_import_packages_are_read_from_the_sources(add_project: Callable[..., Path]) -> None:
    """A package is a folder with py.typed."""
    folder = add_project("services/run")
    (workspace_project,) = discover(folder.parents[1])
    assert workspace_project.packages == ("ogrom.run",)
    assert workspace_project.is_released


def test_the_tools_are_a_project_without_releases() -> None:
    """They are installed and tested as the others are, and no more."""
    tools = discover()["tools"]
    assert tools.packages == ("ogrom_tools",)
    assert not tools.is_released


def test_configuration_lists_every_project() -> None:
    """What a configuration file must spell out for its tool is complete."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    found = discover()
    sources = {f"$MYPY_CONFIG_FILE_DIR/{each.sources.relative_to(ROOT)}" for each in found}
    packages = {package for each in found.released for package in each.packages}
    assert sources <= set(tool["mypy"]["mypy_path"])
    assert packages <= set(tool["importlinter"]["root_packages"])
    assert set(tool["ogrom"]["debian"]) <= {*found.names, BENCH}


def test_an_npm_package_is_released_and_no_project(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """It comes last, by its package.json, under Python's name of its version."""
    add_project("libs/http")
    write_package(tmp_path / "clients" / "spoons", "2.0.0-rc.1")
    workspace = discover(tmp_path)
    (package,) = workspace.packages
    assert [each.place for each in workspace.train] == ["libs/http", "clients/spoons"]
    assert [each.name for each in workspace] == ["http"]
    assert (package.distribution, package.version) == ("@ogrom/spoons", "2.0.0rc1")
    assert (package.is_library, package.is_released, package.dependencies) == (False, False, ())


@pytest.mark.parametrize("text", ["1.2.3", "2.0.0-rc.1", "0.1.0"])
def test_npm_writes_a_version_in_its_own_way(text: str) -> None:
    """Python reads either."""
    assert semver(Version(text)) == text
