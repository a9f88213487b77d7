"""What each project's pyproject.toml declares, beside what its code imports."""

import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest
from packaging.utils import canonicalize_name

from ogrom_tools.projects import Project, discover
from ogrom_tools.test.imports import imports_of

WORKSPACE = discover()

OURS = {package: each.distribution for each in WORKSPACE for package in each.packages}

OTHERS = packages_distributions()

BUILTIN = frozenset({*sys.stdlib_module_names, "annotationlib"})
"""Modules of Python itself; `annotationlib` is new in 3.14."""

OPTIONAL = frozenset({"hypothesis"})
"""What the plugin `policy` uses where it is installed."""


def distributions(module: str) -> frozenset[str]:
    """The published names of the distributions that have a module; type checkers alone import stubs."""
    for package, distribution in OURS.items():
        if f"{module}.".startswith(f"{package}."):
            return frozenset({distribution})
    top = module.partition(".")[0]
    found = () if top in BUILTIN else OTHERS.get(top, [top])
    return frozenset(canonicalize_name(each) for each in found if not each.startswith("types-"))


def imported(project: Project) -> Iterator[frozenset[str]]:
    """For each import of another project or package, the distributions that have it."""
    for file in project.sources.rglob("*.py"):
        module = ".".join(file.relative_to(project.sources).with_suffix("").parts)
        for each in imports_of(file, module):
            name = f"ogrom.{each.name}" if each.module == "ogrom" else each.module
            if (found := distributions(name)) and project.distribution not in found:
                yield found


@pytest.mark.parametrize("project", WORKSPACE.projects, ids=lambda each: str(each.name))
def test_each_import_is_declared(project: Project) -> None:
    """What comes with another package is gone when that one no longer needs it."""
    declared = {
        canonicalize_name(each.name) for each in (*project.dependencies, *project.optional_dependencies)
    }
    missing = {found for found in imported(project) if not found & (declared | OPTIONAL)}
    assert {name for found in missing for name in found} == set()


@pytest.mark.parametrize("project", WORKSPACE.projects, ids=lambda each: str(each.name))
def test_each_dependency_is_used(project: Project) -> None:
    """Its code is imported, or a module's name is written where its data is read."""
    used = {name for found in imported(project) for name in found}
    texts = [file.read_text(encoding="utf-8") for file in project.sources.rglob("*.py")]
    for each in (*project.dependencies, *project.optional_dependencies):
        module = canonicalize_name(each.name).replace("-", "_")
        assert canonicalize_name(each.name) in used or any(f'"{module}"' in text for text in texts)
