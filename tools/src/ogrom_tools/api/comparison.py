"""The public API of two versions, compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import griffe

from ogrom_rules import Finding, Level, level, ordered

from .assignable import Types
from .checked import check
from .classes import options
from .content import Content, changed_files, opened
from .declarations import base_changes, declaration_changes
from .deprecation import deprecations
from .enums import enum_changes, is_enum
from .fields import field_changes, has_private_fields, kind
from .functions import function_changes
from .members import member_changes
from .metadata import metadata_changes
from .names import name_changes
from .reachable import reachable, unmade
from .rules import (
    ATTRIBUTE_READ_ONLY,
    CONSTRUCTOR_CHANGED,
    KIND_CHANGED,
    MEMBER_ADDED,
    MEMBER_REMOVED,
    TYPE_PARAMETERS_CHANGED,
)
from .surface import Surface, final, surface
from .values import constant_changes


def compare(old: Path, new: Path, cache: Path | None = None) -> tuple[Finding, ...]:
    """Tell what changed between two versions of a distribution.

    Args:
        old: the wheel before, or a folder that holds what one would.
        new: the wheel after, likewise.
        cache: where mypy keeps what it has read; without it a comparison takes some seconds more.

    Returns:
        The findings, those first that ask the most of the next version; none where every file is the same.

    Raises:
        Failed: one of them is no wheel, or its code cannot be read.
    """
    with opened(old) as before, opened(new) as after:
        found = [*changed_files(before, after), *metadata_changes(before, after)]
        if before.code != after.code:
            found += api_changes(before, after, cache)
        return ordered(found)


def api_changes(old: Content, new: Content, cache: Path | None) -> Iterator[Finding]:
    """What changed in the public names of the packages."""
    surfaces = surface(old), surface(new)
    yield from name_changes(*surfaces)
    ways = reachable(surfaces[0]), reachable(surfaces[1])
    moved = _moved(*ways) | _moved(surfaces[0].names, surfaces[1].names)
    yield from Comparison(surfaces, ways, Types(check(old, new, cache), moved)).findings()


@dataclass(frozen=True)
class Comparison:
    """Two surfaces, the classes that they lead to, and what mypy knows of all that."""

    surfaces: tuple[Surface, Surface]
    reachable: tuple[Mapping[str, griffe.Class], Mapping[str, griffe.Class]]
    types: Types

    def findings(self) -> Iterator[Finding]:
        """What changed in the names that there were and are."""
        for place, (old, new) in _pairs(*self.surfaces).items():
            yield from self.name(place, old, new)
        before, after = self.reachable
        for way in before.keys() & after.keys():
            yield from unmade(self.class_(before[way].path, before[way], after[way]))

    def name(self, place: str, old: griffe.Object, new: griffe.Object) -> Iterator[Finding]:
        """What changed in what one name stands for."""
        if old.is_class != new.is_class:
            yield KIND_CHANGED.at(place, old=f"a {old.kind.value}", new=f"a {new.kind.value}")
            return
        yield from deprecations(place, old, new)
        if old.is_class:
            yield from self.class_(place, cast("griffe.Class", old), cast("griffe.Class", new))
        elif old.is_function and new.is_function:
            before, after = cast("griffe.Function", old), cast("griffe.Function", new)
            yield from function_changes(place, before, after, self.types.name(place))
        elif self.types.is_class(place):
            yield from base_changes(place, self.types.lost_bases(place), self.surfaces[0])
            yield from self._constructor(place, None, None)
        else:
            verdict, is_alias = self.types.name(place), self.types.is_alias(place)
            yield from constant_changes(place, old, new, verdict, is_alias=is_alias)

    def class_(self, place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
        """What changed in a class, and in those within it."""
        whole = [*self._statement(place, old, new), *self._parts(place, old, new)]
        yield from whole
        # That of a class with fields follows from them, so it breaks where they do.
        blamed = [each for each in whole if kind(new) or each.rule == TYPE_PARAMETERS_CHANGED.name]
        is_its_own = has_private_fields(old) and not _written(old)
        if level(blamed) < Level.MAJOR and not is_its_own:
            yield from self._constructor(place, _written(old), _written(new))
        for name, inner in new.classes.items():
            outer = old.members.get(name)
            if outer is not None and outer.is_class and not name.startswith("_"):
                yield from self.class_(f"{place}.{name}", cast("griffe.Class", outer), inner)

    def _statement(self, place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
        """The class statement: bases, options, type parameters."""
        yield from declaration_changes(place, old, new)
        yield from base_changes(place, self.types.lost_bases(place), self.surfaces[0])
        if problem := self.types.variables(place):
            yield TYPE_PARAMETERS_CHANGED.at(place, problem=problem)

    def _parts(self, place: str, old: griffe.Class, new: griffe.Class) -> Iterator[Finding]:
        """What stands in the class; a field that came or went is told as a field, not as a member."""
        if is_enum(old) and is_enum(new):
            yield from enum_changes(place, old, new)
        data = list(field_changes(place, old, new)) if kind(old) and kind(new) else []
        yield from data
        told = {each.symbol for each in data}
        froze = options(new).get("frozen") != options(old).get("frozen")
        for each in member_changes(place, old, new, self.surfaces, self.types):
            twice = each.rule in {MEMBER_ADDED.name, MEMBER_REMOVED.name} and each.symbol in told
            if not twice and not (froze and each.rule == ATTRIBUTE_READ_ONLY.name):
                yield each

    def _constructor(
        self, place: str, old: griffe.Function | None, new: griffe.Function | None
    ) -> Iterator[Finding]:
        """How instances are made: by an `__init__` that somebody wrote, or by one that follows from the fields."""
        verdict = self.types.constructor(place)
        if old and new:
            yield from function_changes(f"{place}.__init__", old, new, verdict)
        elif verdict and not verdict.fits_callers:
            yield CONSTRUCTOR_CHANGED.at(place, old=verdict.old, new=verdict.new)


def _written(class_: griffe.Class) -> griffe.Function | None:
    """The `__init__` that stands in the source; griffe adds that of a data class, which has no line."""
    found = class_.all_members.get("__init__")
    target = final(found) if found is not None else None
    return (
        cast("griffe.Function", target)
        if target is not None and target.is_function and target.lineno
        else None
    )


def _pairs(old: Surface, new: Surface) -> Mapping[str, tuple[griffe.Object, griffe.Object]]:
    """What to compare, by its shortest name; what is exported twice is compared once."""
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
