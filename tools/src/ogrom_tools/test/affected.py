"""What a change affects: projects by their dependencies (`./dev affected`), and test modules by their imports."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Self

import click

from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.github import write_outputs
from ogrom_tools.progress import count
from ogrom_tools.projects import ROOT, Project, Workspace, discover
from ogrom_tools.test.imports import Import, Imports, TestModule
from ogrom_tools.test.suites import (
    BENCH,
    DOCS,
    PLUGINS,
    SCHEMA,
    STYLE,
    TYPES,
    Selection,
    Suite,
    choices_of,
    everything,
    files_of,
    is_document,
    select,
    suites_of,
    wheels,
)

EVERYTHING = frozenset({".ci", ".github", "bench", "clients", "contracts", "deploy", "docs", "tools"})
"""The folders that affect every project, as the files in the root do."""

NOTHING = "0" * 40
"""What GitHub calls the commit before a branch's first: everything is new."""

FOLLOWS_PROJECT = re.compile(
    r"mark\.slow|subprocess|Popen|__file__|read_text|read_bytes|\bopen\(|resources|import_module"
)
"""Code of a test module that starts programs or reads data, so that its imports do not tell what it depends on."""

FOLLOWS_ALL = re.compile(r"\bROOT\b|\bdiscover\(\)|parents\[[3-9]\]")
"""Code of a test module that looks at the whole checkout."""

READS_PROSE = re.compile(r"\.md\b|\bdocs\b|README|CHANGELOG")
"""Code of such a module that looks at documents, too."""

FOR_ALL = (".ci", "tools/requirements")
"""The folders that affect every test, as the files in the root do."""


def affected(workspace: Workspace, paths: Iterable[str]) -> tuple[Project, ...]:
    """The projects that contain these paths, and all that depend on those, in order.

    Args:
        workspace: the projects.
        paths: files that were added, changed or deleted, relative to the root.

    Raises:
        Failed: a path belongs to no project, so no test would notice the change.
    """
    touched = frozenset(each for path in paths for each in _touched(workspace, path))
    return tuple(each for each in workspace if touched & _seen_by(workspace, each))


def _touched(workspace: Workspace, path: str) -> tuple[Project, ...]:
    file = workspace.root / path
    top, *below = Path(path).parts
    if not below or top in EVERYTHING:
        return workspace.projects
    if inside := tuple(each for each in workspace if file.is_relative_to(each.folder)):
        return inside
    if not file.exists():
        # Nobody knows who depended on a project that was deleted.
        return workspace.projects
    raise Failed(
        f"affected: {path} belongs to no project, so no test would notice a change of it. Move it into a project, "
        f"or add its folder {top!r} to EVERYTHING in {Path(__file__).name}."
    )


def _seen_by(workspace: Workspace, project: Project) -> frozenset[Project]:
    """All projects whose changes can change the results of this project's tests."""
    if not project.is_released:
        # The tools' tests look at the whole repository.
        return frozenset(workspace)
    return frozenset((project, *workspace.needs(project, tests=True)))


def affected_since(workspace: Workspace, ref: str) -> tuple[Project, ...]:
    """The projects that differ from where HEAD left this commit or branch, and all that depend on those.

    Raises:
        Failed: this clone's history does not reach that far, or a path belongs to no project.
    """
    if ref == NOTHING:
        return workspace.projects
    return affected(workspace, Repository(workspace.root).changes(ref))


@dataclass(frozen=True)
class Passed:
    """The last commit whose whole test passed in this checkout; a note in .nox keeps it."""

    root: Path

    @property
    def _note(self) -> Path:
        return self.root / ".nox" / "passed"

    def commit(self) -> str | None:
        """The commit's id; None if there is none, or if history no longer has it."""
        if not self._note.exists():
            return None
        try:
            return Repository(self.root).commit(self._note.read_text(encoding="ascii"))
        except Failed:
            return None

    @contextmanager
    def when_done(self) -> Iterator[None]:
        """Note the commit if the block succeeds and the work tree was that commit throughout."""
        before = self._state()
        yield
        if before is not None and self._state() == before:
            self._note.write_text(before, encoding="ascii")

    def _state(self) -> str | None:
        repository = Repository(self.root)
        return None if repository.is_dirty else repository.commit()


@dataclass(frozen=True)
class Affected:
    """The tests of a checkout that a change affects.

    A test module is chosen if it, a conftest.py above it or anything that they import has changed. One that starts
    programs or reads data is chosen if anything has changed in its project or in those that its project needs, and so
    are all modules of a project with a changed file that nobody imports. Documents follow their project. Documents of
    the checkout, and tests that look at all of it, are chosen by any change; if only documents have changed, only
    those of these tests that look at documents.
    """

    workspace: Workspace
    ref: str
    changes: frozenset[Path]
    """The files that were added, changed or deleted."""

    @classmethod
    def since(cls, workspace: Workspace, ref: str) -> Self:
        """What differs from where HEAD left a commit or branch, the work tree included.

        Raises:
            Failed: this clone's history does not reach that far, or a file belongs to no project.
        """
        paths = Repository(workspace.root).changes(ref)
        return cls(workspace, ref, frozenset(workspace.root / each for each in paths))

    @property
    def selection(self) -> Selection:
        """The tests to run."""
        files = tuple(file for some in self.chosen.values() for file in some)
        return Selection(tuple(name for name, some in self.chosen.items() if some), files)

    @property
    def suites(self) -> tuple[Suite, ...]:
        """The suites to run: style, the tests, and of what has changed the wheels, types and tables."""
        if not self.changes:
            return ()
        if self._concerns_all:
            return everything(self.workspace)
        built = [each for each in self.workspace.released if self._within(each.folder)]
        return (
            *STYLE,
            *((SCHEMA,) if self._is_code else ()),
            *suites_of(self.workspace, self.selection.files),
            *([wheels(*built)] if built else []),
            *(TYPES if self._is_code else ()),
        )

    def lines(self) -> Iterator[str]:
        """What is left out, and why."""
        if not self.changes:
            yield f"Nothing differs from {self.ref}, so nothing is run."
            return
        yield f"Changed since {self.ref}: {count(len(self.changes), 'file')}."
        if self._concerns_all:
            yield "This affects every test, so everything is run."
            return
        yield from (f"  {name:10} {self._line(name)}" for name in choices_of(self.workspace))
        if not self._is_code:
            yield "  types      left out: no Python has changed"

    def _line(self, name: str) -> str:
        number, chosen = len(files_of(self.workspace, name)), len(self.chosen.get(name, ()))
        files = count(number, "test file")
        if name not in self.chosen:
            return f"left out: it needs nothing that has changed ({files})"
        if not chosen:
            return f"left out: nothing in it imports, starts or reads what has changed ({files})"
        if chosen == number:
            return f"all of {files}"
        return f"{chosen} of {files}: the others do not import, start or read what has changed"

    @cached_property
    def chosen(self) -> Mapping[str, tuple[Path, ...]]:
        """The test files to run, by the names of those projects that the change can affect at all."""
        paths = [str(each.relative_to(self.workspace.root)) for each in self.changes]
        touched = {each.name for each in affected(self.workspace, paths)} | (
            {BENCH, DOCS} if paths else set()
        )
        return {name: self._files(name) for name in choices_of(self.workspace) if name in touched}

    def _files(self, name: str) -> tuple[Path, ...]:
        files = files_of(self.workspace, name)
        if self._concerns_all:
            return files
        seen = self._changes_seen_by(name)
        return tuple(file for file in files if self._touches(file, seen))

    def _touches(self, file: Path, seen: frozenset[Path]) -> bool:
        if file in self.changes:
            return True
        if is_document(file):
            return bool(seen)
        module, reach = _modules(self.workspace)[file]
        return bool(
            reach & self.changes
            or seen - self._imported
            or (FOLLOWS_PROJECT.search(module.code) and seen)
            or (FOLLOWS_ALL.search(module.code) and (not self._is_prose or READS_PROSE.search(module.code)))
        )

    def _changes_seen_by(self, name: str) -> frozenset[Path]:
        """The changed files that a project may read or run: its own, and those of what it needs without their tests.

        Documents and test modules affect nobody but themselves.
        """
        if name in {BENCH, DOCS}:
            needs, own = self.workspace.projects, self.workspace.root / name
        else:
            project = self.workspace[name]
            needs, own = self.workspace.needs(project, tests=True), project.folder
        others = {file for each in needs for file in self._within(each.folder) - self._within(each.tests)}
        return frozenset(
            file
            for file in others | self._within(own)
            if not is_document(file) and not file.name.startswith("test_")
        )

    def _within(self, folder: Path) -> frozenset[Path]:
        return frozenset(file for file in self.changes if file.is_relative_to(folder))

    @cached_property
    def _concerns_all(self) -> bool:
        root = self.workspace.root
        plugins = _imports(self.workspace).reach(Import(each, "", each) for each in PLUGINS)
        return any(
            file.parent == root or any(file.is_relative_to(root / each) for each in FOR_ALL)
            for file in self.changes
        ) or bool(plugins & self.changes)

    @property
    def _is_prose(self) -> bool:
        """Whether only documents have changed."""
        return all(map(is_document, self.changes))

    @property
    def _is_code(self) -> bool:
        return any(each.suffix in {".py", ".pyi", ".toml"} for each in self.changes)

    @cached_property
    def _imported(self) -> frozenset[Path]:
        """Everything that any test module imports."""
        return frozenset().union(*(reach for _, reach in _modules(self.workspace).values()))


@cache
def _imports(workspace: Workspace) -> Imports:
    return Imports.of(workspace)


@cache
def _modules(workspace: Workspace) -> Mapping[Path, tuple[TestModule, frozenset[Path]]]:
    """The test modules, each with everything that it imports."""
    files = [each for each in select(workspace).files if not is_document(each)]
    modules, imports = [TestModule.read(each, workspace.root) for each in files], _imports(workspace)
    return {each.file: (each, imports.reach(each.imports) | {*each.conftests}) for each in modules}


@click.command()
@click.option("--since", "ref", required=True, metavar="REF", help="Compare with where HEAD left this.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of names.")
@click.option("--github", is_flag=True, help="Add `projects` and `any` to a GitHub step's outputs.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(ref: str, *, as_json: bool, github: bool, root: Path) -> None:
    """Show the projects that were changed since REF, with everything that depends on them."""
    workspace = discover(root)
    found = affected_since(workspace, ref)
    names = json.dumps([each.name for each in found])
    if github:
        outputs = {"projects": names, "any": json.dumps(bool(found))}
        write_outputs(**outputs)
        print(*(f"{name}={value}" for name, value in outputs.items()), sep="\n")
    elif as_json:
        print(names)
    else:
        print("\n".join(_line(workspace, each) for each in found) or f"Nothing has changed since {ref}.")


def _line(workspace: Workspace, project: Project) -> str:
    needs = ", ".join(each.name for each in workspace.needs(project, tests=True)) or "no other"
    return f"{project.name:10} needs {needs if project.is_released else 'all of them'}"


if __name__ == "__main__":
    main(prog_name="./dev affected")
