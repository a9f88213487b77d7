"""The ranges among our libraries: what a release requires of the others, written by the train and not by hand."""

import tomllib
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, cast

import tomlkit
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import NPM, Ledger, Release
from ogrom_tools.projects import PREFIX, Project, is_ours

Versions = Mapping[str, Version]
"""The versions that are released together, by the short names of their projects."""


def moved(text: str, versions: Versions) -> str:
    """The text of a library's pyproject.toml that requires what is released with it.

    Such a version is the lower bound: with it the library's tests have passed. The upper one is where the promise of
    compatibility ends. Everything else stays as it is written.
    """
    document = cast("dict[str, Any]", tomlkit.parse(text))
    project = document["project"]
    for lines in (project.get("dependencies", []), *project.get("optional-dependencies", {}).values()):
        for position, line in enumerate(lines):
            requirement = Requirement(line)
            version = versions.get(short(requirement)) if is_ours(requirement) else None
            if version is not None:
                requirement.specifier = SpecifierSet()
                name, semicolon, marker = str(requirement).partition(";")
                lines[position] = f"{name.strip()}{span(version)}{semicolon}{marker}"
    return tomlkit.dumps(cast("tomlkit.TOMLDocument", document))


def span(version: Version) -> str:
    """The versions that keep what this one promises: `>=1.4.0,<2`."""
    *start, last = line(version)
    return f">={version},<{'.'.join(map(str, (*start, last + 1)))}"


def line(version: Version) -> tuple[int, ...]:
    """What versions have in common that keep their promises: 1 of 1.4.0, 0.3 of 0.3.2."""
    return (version.major,) if version.major else (0, version.minor)


def excluding(requirements: tuple[Requirement, ...], versions: Versions) -> Iterator[Requirement]:
    """Those of the requirements that leave out what is released."""
    for requirement in requirements:
        version = versions.get(short(requirement))
        if version is not None and not requirement.specifier.contains(version, prereleases=True):
            yield requirement


def refuse_missing(ledger: Ledger, project: Project, versions: Versions) -> None:
    """See that whoever installs a project can have all that it requires of our others.

    Raises:
        Failed: no release of one fulfils it.
    """
    for requirement in required(project.metadata):
        name = short(requirement)
        good = [each for each in ledger.of(name) if not each.is_yanked]
        found = any(requirement.specifier.contains(each.number, prereleases=True) for each in good)
        if name not in versions and not found:
            known = ", ".join(each.version for each in good) or "none yet"
            raise Failed(
                f"{project.name} requires {requirement}; the releases of {name}: {known}. "
                f"Release {name} with it, or change the range: nobody could install it."
            )


def required(project: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """What a `[project]` table requires of our other projects, by itself or with an extra."""
    lines = chain(project.get("dependencies", ()), *project.get("optional-dependencies", {}).values())
    return tuple(each for each in map(Requirement, lines) if is_ours(each) and each.name != project["name"])


def released(repository: Repository, release: Release) -> tuple[Requirement, ...]:
    """What a release requires of our other libraries, by itself or with an extra; an npm package requires none.

    Raises:
        Failed: git does not hold its tree.
    """
    if release.kind == NPM:
        return ()
    return required(tomllib.loads(repository.show(release.tree, "pyproject.toml"))["project"])


def short(requirement: Requirement) -> str:
    """The short name of what is required: `core` for ogrom-core."""
    return canonicalize_name(requirement.name).removeprefix(PREFIX)
