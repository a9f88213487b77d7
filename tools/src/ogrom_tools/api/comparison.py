"""Compares the public API of two versions: two wheels, or a work tree and a release."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import griffe

from ogrom_rules import AllowList, AllowListError, Finding, Level, level, ordered
from ogrom_tools.api import rules
from ogrom_tools.api.classes import (
    base_changes,
    declaration_changes,
    enum_changes,
    is_enum,
    member_changes,
    options,
)
from ogrom_tools.api.fields import field_changes, has_private_fields, kind
from ogrom_tools.api.functions import function_changes
from ogrom_tools.api.names import deprecations, name_changes
from ogrom_tools.api.surface import Surface, final, reachable, surface, without_making
from ogrom_tools.api.types import Types, check
from ogrom_tools.api.values import constant_changes
from ogrom_tools.api.wheel import UnpackedWheel, changed_files, metadata_changes, opened
from ogrom_tools.command import Failed, run
from ogrom_tools.git import Repository
from ogrom_tools.ledger import NPM, Release
from ogrom_tools.npm import comparison as npm
from ogrom_tools.projects import Project, Workspace
from ogrom_tools.wheelhouse import Wheelhouse, build

ALLOWED = "api-allowed.toml"
"""The allow list in a project's folder."""


def compare_with(
    workspace: Workspace, project: Project, wheelhouse: Wheelhouse, release: Release
) -> tuple[Finding, ...]:
    """What changed in the work tree since a release.

    Args:
        workspace: the checkout.
        project: one of its libraries.
        wheelhouse: for the release's wheel.
        release: what to compare with.

    Returns:
        The findings, the most serious first, those that the project allows at their lower level.

    Raises:
        Failed: a wheel cannot be built, its code cannot be parsed, or the allow list is out of date.
    """
    tree = work_tree(Repository(workspace.root), project.folder)
    return compare_tree(workspace, project, wheelhouse, release, tree)


def compare_tree(
    workspace: Workspace,
    project: Project,
    wheelhouse: Wheelhouse,
    release: Release,
    tree: str,
    *,
    names: bool = True,
) -> tuple[Finding, ...]:
    """What changed in a git tree since a release.

    Args:
        workspace: the checkout.
        project: one of its libraries.
        wheelhouse: for the release's wheel.
        release: what to compare with.
        tree: the id of the project's folder.
        names: whether to compare the public names, which takes seconds; else any finding says that something changed.

    Raises:
        Failed: as for `compare_with`.
    """
    repository, findings = Repository(workspace.root), tuple[Finding, ...]()
    try:
        allowed = AllowList.read(project.folder / ALLOWED)
        if tree != release.tree and release.kind == NPM:
            findings = npm.compare(repository, wheelhouse.wheel(release), tree)
        elif tree != release.tree:
            with TemporaryDirectory() as name:
                wheel = build(repository, tree, repository.epoch("HEAD"), Path(name))
                findings = compare(wheelhouse.wheel(release), wheel.path, cache(workspace), names=names)
        return findings if not names else allowed.apply(findings, datetime.now(tz=UTC).date())
    except AllowListError as problem:
        raise Failed(str(problem)) from problem


def compare(old: Path, new: Path, cache: Path | None = None, *, names: bool = True) -> tuple[Finding, ...]:
    """Compare two versions of a distribution.

    Args:
        old: the wheel before, or a folder that holds what one would.
        new: the wheel after, likewise.
        cache: mypy's cache; without it a comparison takes some seconds more.
        names: whether to compare the public names; else any finding says that something changed.

    Returns:
        The findings, the most serious first; none if every file is the same.

    Raises:
        Failed: one of them is not a wheel, or its code cannot be parsed.
    """
    with opened(old) as before, opened(new) as after:
        found = [*changed_files(before, after), *metadata_changes(before, after)]
        if names and before.code != after.code:
            found += api_changes(before, after, cache)
        return ordered(found)


def work_tree(repository: Repository, folder: Path) -> str:
    """The id of the tree of a folder in the work tree: what git tracks or would add, committed or not."""
    path = folder.relative_to(repository.root).as_posix()
    with TemporaryDirectory() as name:
        git = ("env", f"GIT_INDEX_FILE={name}/index", "git", "-C", str(repository.root))
        run(*git, "add", "--all", "--", path)
        return run(*git, "write-tree", f"--prefix={path}/").strip()


def cache(workspace: Workspace) -> Path:
    """The folder of mypy's cache, for all projects of a checkout."""
    return workspace.root / ".ogrom" / "api-diff"


def api_changes(old: UnpackedWheel, new: UnpackedWheel, cache: Path | None) -> Iterator[Finding]:
    """What changed in the public names of the packages."""
    surfaces = surface(old), surface(new)
    yield from name_changes(*surfaces)
    classes = reachable(surfaces[0]), reachable(surfaces[1])
    moved = _moved(*classes) | _moved(surfaces[0].names, surfaces[1].names)
    yield from Comparison(surfaces, classes, Types(check(old, new, cache), moved)).findings()


@dataclass(frozen=True)
class Comparison:
    """Two surfaces, the classes that they lead to, and what mypy knows about both."""

    surfaces: tuple[Surface, Surface]
    reachable: tuple[Mapping[str, griffe.Class], Mapping[str, griffe.Class]]
    types: Types

    def findings(self) -> Iterator[Finding]:
        """What changed in the names that both versions have."""
        for symbol, (old, new) in _pairs(*self.surfaces).items():
            yield from self.name(symbol, old, new)
        before, after = self.reachable
        for path in before.keys() & after.keys():
            changes = self.class_(before[path].path, before[path], after[path])
            yield from without_making(changes)

    def name(self, symbol: str, old: griffe.Object, new: griffe.Object) -> Iterator[Finding]:
        """What changed in what one name refers to."""
        if old.is_class != new.is_class:
            yield rules.KIND_CHANGED.at(symbol, old=f"a {old.kind.value}", new=f"a {new.kind.value}")
            return
        yield from deprecations(symbol, old, new)
        if old.is_class:
            yield from self.class_(symbol, cast("griffe.Class", old), cast("griffe.Class", new))
        elif old.is_function and new.is_function:
            before, after = cast("griffe.Function", old), cast("griffe.Function", new)
            yield from function_changes(symbol, before, after, self.types.name(symbol))
        elif self.types.is_class(symbol):
            yield from base_changes(symbol, self.types.lost_bases(symbol), self.surfaces[0])
            yield from self._constructor(symbol, None, None)
        else:
            verdict, is_alias = self.types.name(symbol), self.types.is_alias(symbol)
            yield from constant_changes(symbol, old, new, verdict, is_alias=is_alias)

    def class_(self, symbol: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
        """What changed in a class and its nested classes."""
        whole = [*self._statement(symbol, old, new), *self._parts(symbol, old, new)]
        yield from whole
        # The constructor of a class with fields follows from them, so it breaks where they do.
        blamed = [each for each in whole if kind(new) or each.rule == rules.TYPE_PARAMETERS_CHANGED.name]
        is_its_own = has_private_fields(old) and not _written(old)
        if level(blamed) < Level.MAJOR and not is_its_own:
            yield from self._constructor(symbol, _written(old), _written(new))
        for name, inner in new.classes.items():
            outer = old.members.get(name)
            if outer is not None and outer.is_class and not name.startswith("_"):
                yield from self.class_(f"{symbol}.{name}", cast("griffe.Class", outer), inner)

    def _statement(self, symbol: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
        """The class statement: bases, options, type parameters."""
        yield from declaration_changes(symbol, old, new)
        yield from base_changes(symbol, self.types.lost_bases(symbol), self.surfaces[0])
        if problem := self.types.variables(symbol):
            yield rules.TYPE_PARAMETERS_CHANGED.at(symbol, problem=problem)

    def _parts(self, symbol: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
        """What changed in the class's body; an added or removed field is reported as a field, not as a member."""
        if is_enum(old) and is_enum(new):
            yield from enum_changes(symbol, old, new)
        data = list(field_changes(symbol, old, new)) if kind(old) and kind(new) else []
        yield from data
        reported = {each.symbol for each in data}
        froze = options(new).get("frozen") != options(old).get("frozen")
        for each in member_changes(symbol, old, new, self.surfaces, self.types):
            twice = (
                each.rule in {rules.MEMBER_ADDED.name, rules.MEMBER_REMOVED.name} and each.symbol in reported
            )
            if not twice and not (froze and each.rule == rules.ATTRIBUTE_READ_ONLY.name):
                yield each

    def _constructor(
        self, symbol: str, old: griffe.Function | None, new: griffe.Function | None
    ) -> Iterator[Finding]:
        """What changed in the constructor, whether written or derived from the fields."""
        verdict = self.types.constructor(symbol)
        if old and new:
            yield from function_changes(f"{symbol}.__init__", old, new, verdict)
        elif verdict and not verdict.fits_callers:
            yield rules.CONSTRUCTOR_CHANGED.at(symbol, old=verdict.old, new=verdict.new)


def _written(class_: griffe.Class) -> griffe.Function | None:
    """The `__init__` in the source; griffe adds one to a dataclass, which has no line."""
    found = class_.all_members.get("__init__")
    target = final(found) if found is not None else None
    return (
        cast("griffe.Function", target)
        if target is not None and target.is_function and target.lineno
        else None
    )


def _pairs(old: Surface, new: Surface) -> Mapping[str, tuple[griffe.Object, griffe.Object]]:
    """What to compare, by its shortest name; something exported twice is compared once."""
    pairs: dict[tuple[str, str], str] = {}
    for path in sorted(old.names.keys() & new.names.keys(), key=lambda path: (path.count("."), path)):
        pairs.setdefault((old.names[path].path, new.names[path].path), path)
    return {path: (old.names[path], new.names[path]) for path in pairs.values()}


def _moved(old: Mapping[str, griffe.Object], new: Mapping[str, griffe.Object]) -> dict[str, str]:
    """Where classes are defined after, by where they were defined before."""
    return {
        found.path: new[name].path
        for name, found in old.items()
        if found.is_class and name in new and new[name].is_class
    }
