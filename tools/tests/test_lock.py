from pathlib import Path

import pytest
from packaging.requirements import Requirement

from ogrom_tools.lock import external
from ogrom_tools.projects import ROOT, discover

LOCKS = sorted((ROOT / "tools" / "requirements").glob("*.txt"))


def test_our_own_projects_are_never_asked_of_an_index() -> None:
    """Somebody else could have taken the name there; also of one that does not exist yet."""
    wanted = map(Requirement, ("ogrom-b>=1", "flask>=3", "Ogrom_New", "click", "flask>=3"))
    assert external(wanted) == ["click", "flask>=3"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.stem))
def test_a_lock_names_no_index(lock: Path) -> None:
    """A checkout must work behind any mirror."""
    assert "://" not in lock.read_text()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.stem))
def test_every_pin_has_a_hash(lock: Path) -> None:
    """What an index serves is what was locked."""
    pins = [line for line in lock.read_text().splitlines() if "==" in line and line[0].isalpha()]
    assert pins
    assert all(line.endswith("\\") for line in pins)


def test_a_pinned_package_is_one_that_a_project_declares() -> None:
    """What no project runs on any longer is not installed with it."""
    declared = [each for one in discover() for each in (*one.dependencies, *one.optional_dependencies)]
    lines = (ROOT / "tools/requirements/run.in").read_text().splitlines()
    pinned = [Requirement(line) for line in lines if not line.startswith("#")]
    assert pinned
    assert {each.name for each in pinned} <= {each.name for each in declared}
