"""The projects of this repository, read from their pyproject.toml; nobody keeps a list of them.

A project is a folder in libs/, services/, deploy/ or examples/ with a pyproject.toml, and rules/ and tools/ themselves.
A folder in clients/ with a package.json is an npm package, which is released as libraries are.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ogrom_tools.command import Failed

ROOT = Path(__file__).resolve().parents[3]
"""The checkout that contains this module."""

PREFIX = "ogrom-"
"""The prefix of our published names; no public index is ever asked for such a name."""

SCOPE = "@ogrom/"
"""The scope of our npm packages."""


@dataclass(frozen=True)
class Project:
    """One project: a folder with a pyproject.toml."""

    folder: Path

    @property
    def name(self) -> str:
        """The short name, which is the folder's: `http` for ogrom-http."""
        return self.folder.name

    @property
    def place(self) -> str:
        """Its folder in the checkout: `libs/http`."""
        return f"{self.folder.parent.name}/{self.name}"

    @property
    def distribution(self) -> str:
        """The published name: `ogrom-http`."""
        return canonicalize_name(str(self.metadata["name"]))

    @property
    def version(self) -> str:
        """The version in the tree."""
        return str(self.metadata["version"])

    @property
    def is_library(self) -> bool:
        """Whether it is released in versions; a service is deployed as it stands."""
        return self.folder.parent.name == "libs"

    @property
    def is_released(self) -> bool:
        """Whether wheels are built of it: libraries and services, not the tools."""
        return self.folder.parent.name in {"libs", "services"}

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """The `[project]` table."""
        table: dict[str, Any] = tomllib.loads(self.pyproject.read_text(encoding="utf-8"))["project"]
        return table

    @property
    def manifest(self) -> Path:
        """The file that says its name and version."""
        return self.pyproject

    @property
    def pyproject(self) -> Path:
        """Its pyproject.toml."""
        return self.folder / "pyproject.toml"

    @property
    def sources(self) -> Path:
        """The folder that is put on the import path."""
        return self.folder / "src"

    @property
    def tests(self) -> Path:
        """The folder of the tests."""
        return self.folder / "tests"

    @property
    def has_tests(self) -> bool:
        """Whether there are any tests yet."""
        return any(self.tests.rglob("test_*.py"))

    @property
    def packages(self) -> tuple[str, ...]:
        """The import packages: `ogrom.http`."""
        found = (
            path for parent in (self.sources, self.sources / "ogrom") for path in parent.glob("*/py.typed")
        )
        return tuple(".".join(path.parent.relative_to(self.sources).parts) for path in sorted(found))

    @property
    def extras(self) -> tuple[str, ...]:
        """The names of the optional dependencies."""
        return tuple(self.metadata.get("optional-dependencies", {}))

    @property
    def dependencies(self) -> tuple[Requirement, ...]:
        """What the project runs on."""
        return tuple(map(Requirement, self.metadata.get("dependencies", ())))

    @property
    def requires(self) -> tuple[str, ...]:
        """The published names of what the project runs on."""
        return tuple(canonicalize_name(each.name) for each in self.dependencies)

    @property
    def optional_dependencies(self) -> tuple[Requirement, ...]:
        """What its extras add."""
        extras = self.metadata.get("optional-dependencies", {}).values()
        return tuple(Requirement(text) for texts in extras for text in texts)

    @property
    def test_dependencies(self) -> tuple[Requirement, ...]:
        """What its tests need besides its extras: the `deps` of its tox.ini."""
        return tuple(Requirement(line) for line in self._tox("deps").split("\n") if line.strip())

    @property
    def tested_extras(self) -> tuple[Requirement, ...]:
        """What the extras add that its tests use: the `extras` of its tox.ini."""
        names = self._tox("extras").replace(",", " ").split()
        extras = self.metadata.get("optional-dependencies", {})
        return tuple(Requirement(text) for name in names for text in extras[name])

    def _tox(self, key: str) -> str:
        """A value of `[testenv]` in its tox.ini; "" if there is none."""
        tox = ConfigParser(interpolation=None)
        tox.read(self.folder / "tox.ini", encoding="utf-8")
        return tox.get("testenv", key, fallback="")


@dataclass(frozen=True)
class Package(Project):
    """One npm package: a folder in clients/ with a package.json. It requires no project of ours."""

    @property
    def distribution(self) -> str:
        """The published name: `@ogrom/client`."""
        return str(self.metadata["name"])

    @property
    def version(self) -> str:
        """The version in the tree, as Python writes it: `2.0.0rc1` where package.json has `2.0.0-rc.1`."""
        return str(Version(self.metadata["version"]))

    @property
    def manifest(self) -> Path:
        """Its package.json."""
        return self.folder / "package.json"

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        """What of its package.json a `[project]` table would have, too."""
        return {key: self.content[key] for key in ("name", "version")}

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """Its package.json's content."""
        found: dict[str, Any] = json.loads(self.manifest.read_text(encoding="utf-8"))
        return found


def semver(version: Version) -> str:
    """A version as npm writes it (https://semver.org): `2.0.0-rc.1` for 2.0.0rc1."""
    pre = "-{}.{}".format(*version.pre) if version.pre else ""
    return f"{version.base_version}{pre}"


@dataclass(frozen=True)
class Workspace:
    """All projects of a checkout, dependencies first."""

    root: Path
    projects: tuple[Project, ...]

    def __iter__(self) -> Iterator[Project]:
        return iter(self.projects)

    def __getitem__(self, name: str) -> Project:
        """The project with this short or published name.

        Raises:
            KeyError: there is none.
        """
        for project in self:
            if name in {project.name, project.distribution}:
                return project
        raise KeyError(name)

    @property
    def names(self) -> frozenset[str]:
        """The short names."""
        return frozenset(project.name for project in self)

    @property
    def released(self) -> tuple[Project, ...]:
        """The projects that wheels are built of."""
        return tuple(project for project in self if project.is_released)

    @property
    def libraries(self) -> tuple[Project, ...]:
        """The libraries, which are released as wheels."""
        return tuple(project for project in self if project.is_library)

    @property
    def packages(self) -> tuple[Package, ...]:
        """The npm packages, which are no Python projects and come after them."""
        return tuple(Package(each.parent) for each in sorted(self.root.glob("clients/*/package.json")))

    @property
    def train(self) -> tuple[Project, ...]:
        """All that is released in versions: libraries, then npm packages."""
        return (*self.libraries, *self.packages)

    def ours(self, requirements: Iterable[Requirement]) -> tuple[Project, ...]:
        """The projects among the requirements.

        Raises:
            Failed: one of them has our prefix and is not a project.
        """
        wanted = {canonicalize_name(each.name) for each in requirements if is_ours(each)}
        if strangers := wanted - {project.distribution for project in self}:
            raise Failed(f"No project in this checkout is called {', '.join(sorted(strangers))}.")
        return tuple(project for project in self if project.distribution in wanted)

    def needs(self, project: Project, *, tests: bool = False) -> tuple[Project, ...]:
        """The projects that this one depends on, directly or not, in order.

        Args:
            project: whose dependencies.
            tests: whether to add those of its extras and its tests.

        Raises:
            Failed: one of them does not exist.
        """
        more = project.optional_dependencies + project.test_dependencies if tests else ()
        todo, found = list(self.ours(project.dependencies + more)), {project}
        while todo:
            if (each := todo.pop()) not in found:
                found.add(each)
                todo.extend(self.ours(each.dependencies))
        return tuple(each for each in self if each in found and each != project)


def is_ours(requirement: Requirement) -> bool:
    """Whether a requirement is for one of our projects."""
    return canonicalize_name(requirement.name).startswith(PREFIX)


def discover(root: Path = ROOT) -> Workspace:
    """Read the projects of a checkout."""
    patterns = (
        "libs/*/pyproject.toml",
        "services/*/pyproject.toml",
        "deploy/*/pyproject.toml",
        "rules/pyproject.toml",
        "examples/*/pyproject.toml",
        "tools/pyproject.toml",
    )
    files = (file for pattern in patterns for file in sorted(root.glob(pattern)))
    by_name = {each.distribution: each for each in map(Project, (file.parent for file in files))}
    graph = {each: filter(None, map(by_name.get, each.requires)) for each in by_name.values()}
    return Workspace(root, tuple(TopologicalSorter(graph).static_order()))
