"""The projects that require or pin a project, and how their requirements relate to its releases."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import Project, Workspace


class State(enum.StrEnum):
    """How a requirement relates to the releases."""

    CURRENT = "current"
    """It allows the last release."""
    BEHIND = "behind"
    """It allows older releases only."""
    YANKED = "yanked"
    """It allows yanked releases only."""
    WAITING = "waiting"
    """It allows no release at all."""


@dataclass(frozen=True)
class Dependent:
    """One project's requirement of another."""

    project: str
    """The short name of the project that has the requirement."""
    specifier: str
    """The versions that it allows: `==1.2.3` is a pin; "" allows any."""
    state: State

    @property
    def is_pin(self) -> bool:
        """Whether it allows one version only, as a service's does."""
        return self.specifier.startswith("==")

    def __str__(self) -> str:
        return f"{self.project} {self.specifier}".strip()


def dependents(workspace: Workspace, ledger: Ledger, project: Project) -> tuple[Dependent, ...]:
    """The projects that require this one, by their pyproject.toml in the work tree."""
    # Some require it twice: an extra names it again.
    return tuple(dict.fromkeys(_dependents(workspace, ledger, project)))


def _dependents(workspace: Workspace, ledger: Ledger, project: Project) -> Iterator[Dependent]:
    for each in workspace:
        for requirement in (*each.dependencies, *each.optional_dependencies):
            if canonicalize_name(requirement.name) == project.distribution:
                # The lower bound first, as people write it.
                specifier = ",".join(sorted(map(str, requirement.specifier), reverse=True))
                yield Dependent(each.name, specifier, _state(requirement.specifier, ledger, project))


def _state(specifier: SpecifierSet, ledger: Ledger, project: Project) -> State:
    allowed = [each for each in ledger.of(project.name) if specifier.contains(each.number, prereleases=True)]
    if not allowed:
        return State.WAITING
    if all(each.is_yanked for each in allowed):
        return State.YANKED
    return State.CURRENT if ledger.last(project.name) in allowed else State.BEHIND
