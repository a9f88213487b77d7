"""The pins in a service's pyproject.toml: reading them, and rewriting them in place."""

import tomllib
from collections.abc import Mapping
from typing import Any, cast

import tomlkit
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ogrom_tools.command import Failed
from ogrom_tools.projects import PREFIX, Project, is_ours

SOURCE = "ogrom"
"""What a service's pyproject.toml calls our index."""


def read(project: Project) -> Mapping[str, Version]:
    """The exact version of each of our projects that this one requires, by short name; a range is not a pin."""
    ours = filter(is_ours, project.dependencies)
    return {short(each.name): version for each in ours if (version := exact(each))}


def source(project: Project) -> Mapping[str, str]:
    """The service's `[[tool.poetry.source]]` for our index; empty if it has none."""
    sources = _poetry(tomllib.loads(project.pyproject.read_text(encoding="utf-8"))).get("source", ())
    return next((each for each in sources if each["name"] == SOURCE), {})


def comes_from(project: Project) -> Mapping[str, str]:
    """The source that each dependency is taken from, by published name, where one is given."""
    table = _poetry(tomllib.loads(project.pyproject.read_text(encoding="utf-8"))).get("dependencies", {})
    named = {name: value for name, value in table.items() if isinstance(value, Mapping) and "source" in value}
    return {canonicalize_name(name): value["source"] for name, value in named.items()}


def short(distribution: str) -> str:
    """The short name of one of our projects: `core` for ogrom-core."""
    return canonicalize_name(distribution).removeprefix(PREFIX)


def exact(requirement: Requirement) -> Version | None:
    """The only version that a requirement allows; None if it allows several."""
    specifiers = list(requirement.specifier)
    if len(specifiers) != 1 or specifiers[0].operator != "==" or specifiers[0].version.endswith(".*"):
        return None
    return Version(specifiers[0].version)


def requiring(text: str, specifiers: Mapping[str, str]) -> str:
    """The text of a pyproject.toml with other requirements of our projects, otherwise unchanged.

    Args:
        text: of the file.
        specifiers: by short name, such as `==1.2.3`; "" for any version. A project that is not required yet is
            added, with our index as its source.

    Raises:
        Failed: the file does not name our index.
    """
    document = cast("dict[str, Any]", tomlkit.parse(text))
    names = {source["name"] for source in _poetry(document).get("source", ())}
    if SOURCE not in names:
        raise Failed(f"The service's pyproject.toml has no [[tool.poetry.source]] with the name {SOURCE!r}.")
    for name, specifier in specifiers.items():
        _require(document["project"]["dependencies"], f"{PREFIX}{name}", specifier)
        _poetry(document)["dependencies"].setdefault(f"{PREFIX}{name}", _from_source())
    return tomlkit.dumps(cast("tomlkit.TOMLDocument", document))


def _require(dependencies: list[str], distribution: str, specifier: str) -> None:
    for position, line in enumerate(dependencies):
        requirement = Requirement(line)
        if canonicalize_name(requirement.name) == distribution:
            extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
            dependencies[position] = f"{distribution}{extras}{specifier}"
            return
    dependencies.insert(0, f"{distribution}{specifier}")


def _from_source() -> Any:
    table = tomlkit.inline_table()
    table["source"] = SOURCE
    return table


def _poetry(document: Mapping[str, Any]) -> Any:
    return document.get("tool", {}).get("poetry", {})
