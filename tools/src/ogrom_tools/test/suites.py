"""Which suites there are. Each is a process of its own, so that they run side by side, the longest first."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogrom_tools.projects import Project, Workspace

from .selection import BENCH, DOCS, is_document, select

PLUGINS = (
    *("ogrom_tools.docs", "ogrom_tools.garbage", "ogrom_tools.leftovers"),
    *("ogrom_tools.properties", "ogrom_tools.skips"),
    *("hypothesispytest", "pytest_cov"),
)
"""Plugins of pytest: ours, and of others; no more are loaded."""

REPORTS = Path(".nox") / "reports"
"""Where each suite's output and pytest's report are kept until the next run, in the checkout."""


@dataclass(frozen=True)
class Suite:
    """What one process checks."""

    name: str
    command: tuple[str, ...]
    """A program of the test environment and its arguments; it runs in the checkout's folder."""

    @property
    def log(self) -> Path:
        """What it prints."""
        return REPORTS / f"{self.name.replace('/', '.')}.log"

    @property
    def report(self) -> Path:
        """What pytest writes of its tests, as JUnit XML; other programs write none."""
        return self.log.with_suffix(".xml")


STYLE = (
    Suite("ruff check", ("ruff", "check")),
    Suite("ruff format", ("ruff", "format", "--check")),
    Suite("import-linter", ("lint-imports", "--no-logo")),
)
"""Style, form and which way imports go: a matter of seconds, so these fail first."""

TYPES = (
    Suite("pyright", ("python", "-m", "ogrom_tools.test.pyright")),
    Suite("mypy", ("mypy",)),
)
"""Types, by both checkers."""


def everything(workspace: Workspace) -> tuple[Suite, ...]:
    """All that `./dev test` runs."""
    return (*STYLE, wheels(), *suites_of(workspace, select(workspace).files), *TYPES)


def quick(workspace: Workspace, names: Sequence[str]) -> tuple[Suite, ...]:
    """All that `./dev check` runs: what needs no server, of these projects or of all."""
    modules = [each for each in select(workspace, names).files if not is_document(each)]
    longest = [each for each in _longest(workspace) if "/" not in each]
    return (*STYLE, *TYPES, *_grouped(workspace, modules, longest, ("-m", "not slow")))


def wheels(*projects: Project) -> Suite:
    """Each wheel alone in an empty environment, on another Python where there is one; or those of some projects."""
    names = (each.name for each in projects)
    return Suite("wheels", ("python", "-m", "ogrom_tools.wheels", *names))


def suites_of(workspace: Workspace, files: Iterable[Path], *options: str) -> tuple[Suite, ...]:
    """Suites of these test files, the longest first: those of one project are one, less those that are apart.

    Args:
        workspace: the root's pyproject.toml says which are the longest, and which are apart.
        files: test modules and documents.
        options: more for pytest.
    """
    return _grouped(workspace, files, _longest(workspace), options)


def _longest(workspace: Workspace) -> list[str]:
    table = tomllib.loads((workspace.root / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(each) for each in table["tool"]["ogrom"]["test"]["longest"]]


def _grouped(
    workspace: Workspace, files: Iterable[Path], longest: Sequence[str], options: Sequence[str]
) -> tuple[Suite, ...]:
    suites: dict[str, list[Path]] = {name: [] for name in longest}
    for file in files:
        suites.setdefault(_suite_of(workspace, file, longest), []).append(file)
    return tuple(_pytest(name, found, options) for name, found in suites.items() if found)


def pytest(files: Iterable[Path], *options: str) -> tuple[str, ...]:
    """The command that runs these files."""
    plugins = (word for name in PLUGINS for word in ("-p", name))
    return ("python", "-m", "pytest", *plugins, *options, *map(str, files))


def _pytest(name: str, files: Iterable[Path], options: Sequence[str]) -> Suite:
    suite = Suite(name, ())
    written = (f"--junitxml={suite.report}", "-ojunit_family=xunit1", "--quiet", "-p", "no:cacheprovider")
    return Suite(name, pytest(files, *written, *options))


def _suite_of(workspace: Workspace, file: Path, longest: Iterable[str]) -> str:
    path = file.relative_to(workspace.root)
    apart = (each for each in longest if "/" in each and path.is_relative_to(each))
    inside = (each.name for each in workspace if file.is_relative_to(each.folder))
    return next(apart, None) or next(inside, BENCH if path.parts[0] == BENCH else DOCS)
