"""Who requires or pins a project, and how that stands to its releases."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ogrom_tools.ledger import Ledger
from ogrom_tools.projects import Project, Workspace


class State(enum.StrEnum):
    """How a requirement stands to the releases."""

    CURRENT = "current"
    """It allows the last one."""
    BEHIND = "behind"
    """It allows an older one only."""
    YANKED = "yanked"
    """All that it allows are taken back."""
    WAITING = "waiting"
    """It allows none that was ever released."""


@dataclass(frozen=True)
class User:
    """One project's requirement of another."""

    project: str
    """Whose requirement it is, by its short name."""
    specifier: str
    """Which versions it allows: `==1.2.3` is a pin; "" allows any."""
    state: State

    @property
    def is_pin(self) -> bool:
        """Whether it allows one version only, as a service's does."""
        return self.specifier.startswith("==")

    def __str__(self) -> str:
        return f"{self.project} {self.specifier}".strip()


def users(workspace: Workspace, ledger: Ledger, project: Project) -> tuple[User, ...]:
    """The projects that run on this one, as their pyproject.toml stand in the work tree."""
    # Some require it twice, as an extra too.
    return tuple(dict.fromkeys(_users(workspace, ledger, project)))


def _users(workspace: Workspace, ledger: Ledger, project: Project) -> Iterator[User]:
    for each in workspace:
        for requirement in (*each.dependencies, *each.optional_dependencies):
            if canonicalize_name(requirement.name) == project.distribution:
                # The lower end first, as people write it.
                specifier = ",".join(sorted(map(str, requirement.specifier), reverse=True))
                yield User(each.name, specifier, _state(requirement.specifier, ledger, project))


def _state(specifier: SpecifierSet, ledger: Ledger, project: Project) -> State:
    allowed = [each for each in ledger.of(project.name) if specifier.contains(each.number, prereleases=True)]
    if not allowed:
        return State.WAITING
    if all(each.is_yanked for each in allowed):
        return State.YANKED
    return State.CURRENT if ledger.last(project.name) in allowed else State.BEHIND
