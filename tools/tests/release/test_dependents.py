import pytest
from packaging.version import Version

from ogrom_tools.release.dependents import Dependent, dependents, left_out, missing
from ogrom_tools.release.testing import Workshop


def found(workshop: Workshop, version: str) -> tuple[Dependent, ...]:
    plates = workshop.project("plates")
    return dependents(workshop.repository, workshop.ledger, plates, Version(version))


def reasons(workshop: Workshop, version: str) -> dict[str, str]:
    return {str(each.release): each.excluded for each in found(workshop, version)}


def test_only_what_is_released_can_be_tested(workshop: Workshop) -> None:
    """What a dependent is in the tree, its users do not have."""
    assert found(workshop, "1.0.0") == ()
    workshop.enter("plates", "0.2.0")
    assert found(workshop, "1.0.0") == ()
    workshop.enter("cups", "0.2.0")
    assert reasons(workshop, "1.0.0") == {"cups 0.2.0": ""}


def test_the_last_good_release_counts(workshop: Workshop) -> None:
    """What it required then, whatever the tree says now; a yanked one is nobody's."""
    workshop.enter("cups", "0.2.0")
    workshop.enter("cups", "0.3.0", yanked="It leaks.")
    workshop.edit("libs/cups/pyproject.toml", "<2", "<9")
    workshop.commit()
    assert reasons(workshop, "2.0.0") == {"cups 0.2.0": "cups 0.2.0 requires ogrom-plates<2,>=0.1"}


def test_an_extra_makes_a_dependent(workshop: Workshop) -> None:
    """Its tests are run with its extras."""
    workshop.edit("libs/cups/pyproject.toml", "['ogrom-plates>=0.1,<2']", "[]")
    extra = '[project.optional-dependencies]\nset = ["ogrom-plates>=1"]\n\n[tool.poetry]'
    workshop.edit("libs/cups/pyproject.toml", "[tool.poetry]", extra)
    workshop.enter("cups", "0.2.0")
    assert reasons(workshop, "0.9.0") == {"cups 0.2.0": "cups 0.2.0 requires ogrom-plates>=1"}


def test_what_it_requires_may_exclude_the_version(workshop: Workshop) -> None:
    """Then nobody can have both, though its own range allows it."""
    workshop.enter("cups", "0.2.0")
    workshop.add("libs/table", "ogrom-cups>=0.1", "ogrom-plates>=0.1")
    workshop.enter("table", "0.2.0")
    assert reasons(workshop, "2.0.0")["table 0.2.0"] == "cups 0.2.0 requires ogrom-plates<2,>=0.1"
    assert reasons(workshop, "1.0.0") == {"cups 0.2.0": "", "table 0.2.0": ""}


def test_the_tree_is_told_what_to_change(workshop: Workshop) -> None:
    """A library needs another range, a service its pin."""
    plates = workshop.project("plates")
    cups, kitchen = sorted(left_out(workshop.workspace, plates, Version("2.1.0")))
    assert cups.startswith("cups requires ogrom-plates<2,>=0.1: `>=2.1,<3`")
    assert kitchen == "kitchen requires ogrom-plates==0.1.0: `./dev pin plates 2.1.0` when it is released"
    assert list(left_out(workshop.workspace, plates, Version("0.1.0"))) == []


@pytest.mark.parametrize(("version", "lacking"), [("0.2.0", False), ("2.0.0", True)])
def test_what_it_requires_must_be_released(workshop: Workshop, version: str, lacking: bool) -> None:
    """Else nobody could install it."""
    cups = workshop.project("cups")
    assert "the releases of plates: none yet" in next(missing(workshop.ledger, cups))
    workshop.enter("plates", version)
    expected = [f"cups requires ogrom-plates<2,>=0.1; the releases of plates: {version}"] if lacking else []
    assert list(missing(workshop.ledger, cups)) == expected


def test_a_yanked_release_fulfils_nothing(workshop: Workshop) -> None:
    """Nobody should install it."""
    workshop.enter("plates", "0.2.0", yanked="It leaks.")
    assert list(missing(workshop.ledger, workshop.project("cups")))
