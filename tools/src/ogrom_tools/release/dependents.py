"""Who depends on a library: the released ones, whose tests the new wheel must pass, and the ranges in the tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import PREFIX, Project, Workspace, is_ours
from ogrom_tools.release import history


@dataclass(frozen=True)
class Dependent:
    """The last release of a library that depends on the one to be released."""

    release: Release
    excluded: str = ""
    """Why nobody can have both, and so the tests are not run: `core 1.0.0 requires ogrom-http<2`."""


def dependents(
    repository: Repository, ledger: Ledger, project: Project, version: Version
) -> tuple[Dependent, ...]:
    """The last release of each library that requires this one, and whether it goes with this version."""

    def excludes(release: Release) -> str:
        """Why it cannot be installed beside the version: by itself, or by what it requires."""
        for requirement in history.ours(repository, release.tree):
            name = canonicalize_name(requirement.name)
            last = ledger.last(name.removeprefix(PREFIX))
            if name == project.distribution and version not in requirement.specifier:
                return f"{release} requires {requirement}"
            if name != project.distribution and last and (reason := excludes(last)):
                return reason
        return ""

    lasts = filter(None, map(ledger.last, dict.fromkeys(each.project for each in ledger)))
    return tuple(
        Dependent(last, excludes(last))
        for last in lasts
        if any(_is(project, each) for each in history.ours(repository, last.tree))
    )


def left_out(workspace: Workspace, project: Project, version: Version) -> Iterator[str]:
    """What in the tree does not go with this version, and what to do about it: a line for each project."""
    for other in workspace:
        for requirement in (*other.dependencies, *other.optional_dependencies):
            if _is(project, requirement) and version not in requirement.specifier:
                yield f"{other.name} requires {requirement}: {_advice(other, project, version)}"


def missing(ledger: Ledger, project: Project) -> Iterator[str]:
    """What the project requires of our other libraries that no release fulfils, so nobody could install it."""
    for requirement in filter(is_ours, (*project.dependencies, *project.optional_dependencies)):
        short = canonicalize_name(requirement.name).removeprefix(PREFIX)
        good = [each for each in ledger.of(short) if not each.is_yanked]
        if not _is(project, requirement) and not any(each.number in requirement.specifier for each in good):
            known = ", ".join(each.version for each in good) or "none yet"
            yield f"{project.name} requires {requirement}; the releases of {short}: {known}"


def _is(project: Project, requirement: Requirement) -> bool:
    return canonicalize_name(requirement.name) == project.distribution


def _advice(other: Project, project: Project, version: Version) -> str:
    if other.is_library:
        return f"`>={version.major}.{version.minor},<{_next(version)}` in its pyproject.toml, and its own release"
    return f"`./dev pin {project.name} {version}` when it is released"


def _next(version: Version) -> str:
    """Where the promise of compatibility ends."""
    return f"{version.major + 1}" if version.major else f"0.{version.minor + 1}"
