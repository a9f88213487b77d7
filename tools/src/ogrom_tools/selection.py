"""Which tests `./dev test` runs: all, or those of the projects that its first arguments name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from ogrom_tools.projects import Project, Workspace

DOCS = "docs"
"""The name for the documents that belong to no project."""


@dataclass(frozen=True)
class Selection:
    """The tests to run."""

    projects: tuple[Project, ...]
    paths: tuple[Path, ...]
    options: tuple[str, ...]
    """What is left for pytest."""

    @property
    def without_documents(self) -> "Selection":
        """The tests only: many a document starts servers."""
        return replace(self, paths=tuple(each.tests for each in self.projects if each.tests.exists()))


def select(workspace: Workspace, arguments: Sequence[str]) -> Selection:
    """Read the arguments of `./dev test`: names of projects (or `docs`), then options of pytest."""
    choices = workspace.names | {DOCS}
    named = tuple(takewhile(choices.__contains__, arguments))
    wanted = named or choices
    projects = tuple(each for each in workspace if each.name in wanted)
    documents = (workspace.root / "README.md", workspace.root / "docs") if DOCS in wanted else ()
    paths = [path for each in projects for path in (each.tests, each.folder / "README.md")]
    existing = tuple(path for path in (*paths, *documents) if path.exists())
    return Selection(projects, existing, tuple(arguments[len(named) :]))
