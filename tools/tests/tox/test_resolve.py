import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.projects import Project, discover
from ogrom_tools.tox import BOUNDS, differences, resolve, untrue_bounds

SMALL = Requirement("ogrom-small>=1.0,<2")


@pytest.mark.parametrize(("resolution", "version"), [("lowest", "1.0.0"), ("highest", "1.1.0")])
def test_our_index_says_what_is_lowest_and_highest(
    index: str, stranger: list[str], resolution: str, version: str
) -> None:
    """Whatever other indexes have."""
    assert resolve([SMALL], "3.13", resolution, index) == {"ogrom-small": Version(version)}
    assert not stranger


def test_a_range_without_a_release_is_a_failure(index: str) -> None:
    """It is said what to do."""
    with pytest.raises(Failed, match=r"(?s)ogrom-small>=2.*Release one \(./dev release\)"):
        resolve([Requirement("ogrom-small>=2")], "3.13", "highest", index)


def test_what_is_for_another_python_is_not_intended(index: str) -> None:
    """An environment marker decides."""
    older = Requirement("ogrom-small>=1; python_version < '3.12'")
    assert resolve([older], "3.11", "lowest", index)
    assert not resolve([older], "3.13", "lowest", index)


def test_a_version_that_is_not_the_intended_one_is_told() -> None:
    """So is one that is missing; what nobody asked for is not."""
    wanted = {name: Version("1.0") for name in ("equal", "missing", "other")}
    installed = {"equal": Version("1.0.0"), "other": Version("1.1"), "more": Version("3")}
    missing, other = differences(wanted, installed)
    assert missing.startswith("missing: none is installed, and 1.0 should be")
    assert other.startswith("other: 1.1 is installed, and 1.0 should be")


@pytest.mark.parametrize("text", ["ogrom-small>=0.9", "ogrom-small", "ogrom-small<2", "ogrom-small>0.9"])
def test_a_lower_bound_that_is_no_release_is_told(text: str) -> None:
    """As is none at all."""
    (sentence,) = untrue_bounds([Requirement(text)], {"ogrom-small": Version("1.0.0")})
    assert sentence == f"{text}: its lower bound is not a release; the lowest is 1.0.0; write >=1.0.0"


@pytest.mark.parametrize("text", ["ogrom-small>=1,<2", "ogrom-small==1.0.0", "ogrom-small~=1.0"])
def test_a_lower_bound_that_is_a_release_is_true(text: str) -> None:
    """However it is written."""
    assert not list(untrue_bounds([Requirement(text)], {"ogrom-small": Version("1.0.0")}))


@pytest.mark.parametrize("project", discover().released, ids=lambda project: project.name)
def test_every_direct_dependency_has_a_lower_bound(project: Project) -> None:
    """Else the lowest releases would be those of the last decade."""
    declared = project.dependencies + project.optional_dependencies + project.test_dependencies
    assert not [str(each) for each in declared if not BOUNDS & {one.operator for one in each.specifier}]
