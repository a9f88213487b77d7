"""Which test files there are, and which of them the arguments of `./dev test` name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from ogrom_tools.projects import Project, Workspace

DOCS = "docs"
"""The name for the documents that belong to no project."""

BENCH = "bench"
"""The name for the tests of what measures, which is no project either."""


@dataclass(frozen=True)
class Selection:
    """The tests to run."""

    names: tuple[str, ...]
    """Of the projects, `docs` and `bench`."""
    files: tuple[Path, ...]
    """Test modules and documents."""
    options: tuple[str, ...] = ()
    """What is left for pytest."""


def select(workspace: Workspace, arguments: Sequence[str] = ()) -> Selection:
    """Read the arguments of `./dev test`: names of projects (or `docs`, or `bench`), then options of pytest."""
    choices = choices_of(workspace)
    named = tuple(takewhile(choices.__contains__, arguments))
    wanted = tuple(each for each in choices if each in (named or choices))
    files = tuple(file for name in wanted for file in files_of(workspace, name))
    return Selection(wanted, files, tuple(arguments[len(named) :]))


def choices_of(workspace: Workspace) -> tuple[str, ...]:
    """All names that tests can be chosen by, a project behind those that it needs."""
    return (*(each.name for each in workspace), BENCH, DOCS)


def files_of(workspace: Workspace, name: str) -> tuple[Path, ...]:
    """The test modules and documents of a project, of `docs` or of `bench`, sorted."""
    match name:
        case "docs":
            found: Iterable[Path] = (workspace.root / "README.md", *(workspace.root / "docs").rglob("*.md"))
        case "bench":
            found = _modules(workspace.root / "bench" / "tests")
        case _:
            project: Project = workspace[name]
            found = (project.folder / "README.md", *_modules(project.tests))
    return tuple(sorted(file for file in found if file.exists()))


def is_document(file: Path) -> bool:
    """Whether it is no test module; many a document starts servers."""
    return file.suffix == ".md"


def _modules(folder: Path) -> Iterator[Path]:
    return folder.rglob("test_*.py")
