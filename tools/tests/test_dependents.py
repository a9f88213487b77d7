import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from ogrom_tools.dependents import dependents
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import discover


@pytest.fixture
def ledger(release: Release) -> Ledger:
    """Releases of core: 1.0.0, 1.1.0, and 2.0.0 yanked."""
    versions = ("1.0.0", "1.1.0", "2.0.0")
    return Ledger(tuple(dataclasses.replace(release, version=each) for each in versions)).yanking(
        "core", "2.0.0", "It loses likes"
    )


@pytest.mark.parametrize(
    ("specifier", "state"),
    [
        ("==1.1.0", "current"),
        (">=1.0,<2", "current"),
        ("", "current"),
        ("==1.0.0", "behind"),
        (">=1.0,<1.1", "behind"),
        ("==2.0.0", "yanked"),
        (">=1.5", "yanked"),
        (">=2.1,<3", "waiting"),
    ],
)
def test_a_requirement_stands_so_to_the_releases(
    tmp_path: Path, add_project: Callable[..., Path], ledger: Ledger, specifier: str, state: str
) -> None:
    """A yanked release is not the one to be at."""
    add_project("libs/core")
    add_project("services/web", f"ogrom-core{specifier}", "flask")
    workspace = discover(tmp_path)
    (user,) = dependents(workspace, ledger, workspace["core"])
    assert user.state == state
    assert user.project == "web"
    assert user.specifier == specifier


def test_before_the_first_release_all_wait(tmp_path: Path, add_project: Callable[..., Path]) -> None:
    """An extra is a requirement too, told once; those who need others are no dependents."""
    add_project("libs/core")
    add_project("libs/http")
    add_project("libs/web", "ogrom-http", "ogrom-core>=1", extra="ogrom_Core[more]>=1")
    workspace = discover(tmp_path)
    (user,) = dependents(workspace, Ledger(), workspace["core"])
    assert (str(user), user.state) == ("web >=1", "waiting")
