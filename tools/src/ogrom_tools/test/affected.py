"""Which tests a change can touch: by imports, and where imports do not tell, by projects."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Self

from ogrom_tools.affected import affected
from ogrom_tools.git import Repository
from ogrom_tools.projects import Workspace

from .imports import Import, Imports
from .modules import TestModule
from .selection import BENCH, DOCS, Selection, choices_of, files_of, is_document, select
from .suites import PLUGINS, STYLE, TYPES, Suite, everything, suites_of, wheels

FOLLOWS_PROJECT = re.compile(
    r"mark\.slow|subprocess|Popen|__file__|read_text|read_bytes|\bopen\(|resources|import_module"
)
"""What a test module holds that starts programs or reads data: its imports do not tell what it sees."""

FOLLOWS_ALL = re.compile(r"\bROOT\b|\bdiscover\(\)|parents\[[3-9]\]")
"""What a test module holds that looks at the whole checkout."""

READS_PROSE = re.compile(r"\.md\b|\bdocs\b|README|CHANGELOG")
"""What such a test module holds that looks at documents, too."""

FOR_ALL = (".ci", "tools/requirements")
"""The folders that concern every test, as the files of the root do."""


@dataclass(frozen=True)
class Affected:
    """What a change can touch in a checkout.

    A test module is chosen if it, a conftest.py above it or what they import has changed. One that starts
    programs or reads data is chosen if anything has changed in its project or in those that this needs, and so
    are all modules of a project where something has changed that nobody imports. Documents follow their
    project; those of the checkout, and tests that look at all of it, are chosen by any change; if that is one of
    documents only, by those tests that look at documents.
    """

    workspace: Workspace
    ref: str
    changes: frozenset[Path]
    """The files that are new, changed or gone."""

    @classmethod
    def since(cls, workspace: Workspace, ref: str) -> Self:
        """See what differs from where HEAD left a commit or branch; the work tree counts.

        Raises:
            Failed: the history here does not reach so far, or a file lies where nobody would test it.
        """
        paths = Repository(workspace.root).changes(ref)
        return cls(workspace, ref, frozenset(workspace.root / each for each in paths))

    @property
    def selection(self) -> Selection:
        """What is to be run, as if it had been named."""
        files = tuple(file for some in self.chosen.values() for file in some)
        return Selection(tuple(name for name, some in self.chosen.items() if some), files)

    @property
    def suites(self) -> tuple[Suite, ...]:
        """What is to be run: style, the tests, the wheels and types of what has changed."""
        if not self.changes:
            return ()
        if self._concerns_all:
            return everything(self.workspace)
        built = [each for each in self.workspace.released if self._within(each.folder)]
        return (
            *STYLE,
            *suites_of(self.workspace, self.selection.files),
            *([wheels(*built)] if built else []),
            *(TYPES if self._is_code else ()),
        )

    def lines(self) -> Iterator[str]:
        """What is left out, and why."""
        if not self.changes:
            yield f"Nothing differs from {self.ref}, so nothing is run."
            return
        yield f"Changed since {self.ref}: {_count(len(self.changes), 'file')}."
        if self._concerns_all:
            yield "What concerns every test is among them, so everything is run."
            return
        yield from (f"  {name:10} {self._line(name)}" for name in choices_of(self.workspace))
        if not self._is_code:
            yield "  types      left out: no Python has changed"

    def _line(self, name: str) -> str:
        number, chosen = len(files_of(self.workspace, name)), len(self.chosen.get(name, ()))
        if name not in self.chosen:
            return f"left out: it needs nothing that has changed ({_count(number, 'test file')})"
        if not chosen:
            return f"left out: nothing in it imports, starts or reads what has changed ({_count(number, 'test file')})"
        if chosen == number:
            return f"all of {_count(number, 'test file')}"
        return f"{chosen} of {_count(number, 'test file')}: the others do not import, start or read what has changed"

    @cached_property
    def chosen(self) -> Mapping[str, tuple[Path, ...]]:
        """The test files to run, by the names of those that the change can touch at all."""
        paths = [str(each.relative_to(self.workspace.root)) for each in self.changes]
        touched = {each.name for each in affected(self.workspace, paths)} | (
            {BENCH, DOCS} if paths else set()
        )
        return {name: self._files(name) for name in choices_of(self.workspace) if name in touched}

    def _files(self, name: str) -> tuple[Path, ...]:
        files = files_of(self.workspace, name)
        if self._concerns_all:
            return files
        seen = self._seen_by(name)
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

    def _seen_by(self, name: str) -> frozenset[Path]:
        """The changed files that a project may read or run: its own, and those of what it needs but their tests.

        Documents and test modules concern nobody but themselves.
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
        """Whether nothing but documents has changed."""
        return all(map(is_document, self.changes))

    @property
    def _is_code(self) -> bool:
        return any(each.suffix in {".py", ".pyi", ".toml"} for each in self.changes)

    @cached_property
    def _imported(self) -> frozenset[Path]:
        """All that any test module imports."""
        return frozenset().union(*(reach for _, reach in _modules(self.workspace).values()))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@cache
def _imports(workspace: Workspace) -> Imports:
    return Imports.of(workspace)


@cache
def _modules(workspace: Workspace) -> Mapping[Path, tuple[TestModule, frozenset[Path]]]:
    """The test modules, and all that they import."""
    files = [each for each in select(workspace).files if not is_document(each)]
    modules, imports = [TestModule.read(each, workspace.root) for each in files], _imports(workspace)
    return {each.file: (each, imports.reach(each.imports) | {*each.conftests}) for each in modules}
