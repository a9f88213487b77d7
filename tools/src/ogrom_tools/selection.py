"""Which tests `./dev test` runs: all, or those of the projects that its first arguments name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

    projects: tuple[Project, ...]
    paths: tuple[Path, ...]
    options: tuple[str, ...]
    """What is left for pytest."""
    others: tuple[str, ...] = ()
    """The names of what is tested and is no project."""

    @property
    def without_documents(self) -> "Selection":
        """The tests only: many a document starts servers."""
        return replace(self, paths=tuple(each for each in self.paths if each.name == "tests"))


def select(workspace: Workspace, arguments: Sequence[str]) -> Selection:
    """Read the arguments of `./dev test`: names of projects (or `docs`, or `bench`), then options of pytest."""
    choices = workspace.names | {DOCS, BENCH}
    named = tuple(takewhile(choices.__contains__, arguments))
    wanted = named or choices
    projects = tuple(each for each in workspace if each.name in wanted)
    documents = (workspace.root / "README.md", workspace.root / "docs") if DOCS in wanted else ()
    measures = (workspace.root / "bench" / "tests",) if BENCH in wanted else ()
    paths = [path for each in projects for path in (each.tests, each.folder / "README.md")]
    existing = tuple(path for path in (*paths, *measures, *documents) if path.exists())
    others = tuple(sorted({DOCS, BENCH}.intersection(wanted)))
    return Selection(projects, existing, tuple(arguments[len(named) :]), others)
