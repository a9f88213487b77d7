"""The test files of a checkout, which of them a command line selects, and the suites that they form.

A suite is a process of its own, so that suites run side by side, the longest first.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from ogrom_tools.projects import Project, Workspace

DOCS = "docs"
"""The name for the documents that belong to no project."""

BENCH = "bench"
"""The name for the benchmarks' tests; bench is not a project."""

PLUGINS = (
    *("ogrom_tools.pytest_plugins.documents", "ogrom_tools.pytest_plugins.leftovers"),
    *("ogrom_tools.pytest_plugins.policy", "hypothesispytest", "pytest_cov"),
)
"""All pytest plugins that are loaded, ours and others'."""

REPORTS = Path(".nox") / "reports"
"""Where a checkout keeps each suite's output and pytest's report until the next run."""


@dataclass(frozen=True)
class Selection:
    """The tests to run."""

    names: tuple[str, ...]
    """The projects, `docs` and `bench`."""
    files: tuple[Path, ...]
    """Test modules and documents."""
    options: tuple[str, ...] = ()
    """The remaining arguments, for pytest."""


def select(workspace: Workspace, arguments: Sequence[str] = ()) -> Selection:
    """Read the arguments of `./dev test`: projects (or `docs`, or `bench`), then options of pytest."""
    choices = choices_of(workspace)
    named = tuple(takewhile(choices.__contains__, arguments))
    wanted = tuple(each for each in choices if each in (named or choices))
    files = tuple(file for name in wanted for file in files_of(workspace, name))
    return Selection(wanted, files, tuple(arguments[len(named) :]))


def choices_of(workspace: Workspace) -> tuple[str, ...]:
    """All names that select tests, each project after those that it needs."""
    return (*(each.name for each in workspace), BENCH, DOCS)


def files_of(workspace: Workspace, name: str) -> tuple[Path, ...]:
    """The test modules and documents of a project, of `docs` or of `bench`, sorted."""
    match name:
        case "docs":
            found: Iterable[Path] = (workspace.root / "README.md", *(workspace.root / "docs").rglob("*.md"))
        case "bench":
            found = (workspace.root / "bench" / "tests").rglob("test_*.py")
        case _:
            project: Project = workspace[name]
            found = (project.folder / "README.md", *project.tests.rglob("test_*.py"))
    return tuple(sorted(file for file in found if file.exists()))


def is_document(file: Path) -> bool:
    """Whether it is a document rather than a test module; many documents start servers."""
    return file.suffix == ".md"


@dataclass(frozen=True)
class Suite:
    """What one process checks."""

    name: str
    command: tuple[str, ...]
    """A program of the test environment and its arguments; it runs in the checkout's folder."""

    @property
    def log(self) -> Path:
        """The file with its output."""
        return REPORTS / f"{self.name.replace('/', '.')}.log"

    @property
    def report(self) -> Path:
        """The file with pytest's report, as JUnit XML; other programs write none."""
        return self.log.with_suffix(".xml")


STYLE = (
    Suite("ruff check", ("ruff", "check")),
    Suite("ruff format", ("ruff", "format", "--check")),
    Suite("import-linter", ("lint-imports", "--no-logo")),
)
"""Style and the direction of imports; these take seconds, so they fail first."""

SCHEMA = Suite("schema", ("python", "-m", "ogrom_tools.schema.gates"))
"""The rules for changes of the tables."""

TYPES = (
    Suite("pyright", ("python", "-m", "ogrom_tools.test.pyright")),
    Suite("mypy", ("mypy",)),
)
"""Both type checkers."""


def everything(workspace: Workspace) -> tuple[Suite, ...]:
    """All suites of `./dev test`."""
    return (*STYLE, SCHEMA, wheels(), *suites_of(workspace, select(workspace).files), *TYPES)


def quick(workspace: Workspace, names: Sequence[str]) -> tuple[Suite, ...]:
    """All suites of `./dev check`: what needs no server, of these projects or of all."""
    modules = [each for each in select(workspace, names).files if not is_document(each)]
    longest = [each for each in _longest(workspace) if "/" not in each]
    return (*STYLE, SCHEMA, *TYPES, *_grouped(workspace, modules, longest, ("-m", "not slow")))


def wheels(*projects: Project) -> Suite:
    """The suite that tests each wheel alone, of all projects or of these."""
    names = (each.name for each in projects)
    return Suite("wheels", ("python", "-m", "ogrom_tools.test.wheels", *names))


def suites_of(workspace: Workspace, files: Iterable[Path], *options: str) -> tuple[Suite, ...]:
    """The suites of these test files, the longest first: one a project, and those that are separate.

    Args:
        workspace: its pyproject.toml says which suites take longest, and which are separate.
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
    separate = (each for each in longest if "/" in each and path.is_relative_to(each))
    inside = (each.name for each in workspace if file.is_relative_to(each.folder))
    return next(separate, None) or next(inside, BENCH if path.parts[0] == BENCH else DOCS)
