"""The wheel's metadata: what it runs on, what it offers beside its modules."""

from collections.abc import Iterator, Mapping
from configparser import ConfigParser

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from ogrom_rules import Finding

from .content import Content
from .rules import (
    DEPENDENCY_ADDED,
    DEPENDENCY_NARROWED,
    DEPENDENCY_REMOVED,
    DEPENDENCY_REPLACED,
    DEPENDENCY_WIDENED,
    ENTRY_POINT_ADDED,
    ENTRY_POINT_REMOVED,
    EXTRA_ADDED,
    EXTRA_REMOVED,
    REQUIRES_PYTHON_NARROWED,
    REQUIRES_PYTHON_WIDENED,
)

PLACE = "METADATA"


def metadata_changes(old: Content, new: Content) -> Iterator[Finding]:
    """What changed for whoever installs it; nothing where there is no metadata, as in a folder."""
    before, after = old.metadata, new.metadata
    if before is None or after is None:
        return
    yield from _python_changes(before, after)
    yield from _dependency_changes(before, after)
    offered, offers = set(before.provides_extra or ()), set(after.provides_extra or ())
    for extra in sorted(offered - offers):
        yield EXTRA_REMOVED.at(f"{PLACE}: {extra}", name=extra)
    for extra in sorted(offers - offered):
        yield EXTRA_ADDED.at(f"{PLACE}: {extra}", name=extra)
    yield from _entry_point_changes(_entry_points(old), _entry_points(new))


def _python_changes(old: Metadata, new: Metadata) -> Iterator[Finding]:
    before, after = old.requires_python or SpecifierSet(), new.requires_python or SpecifierSet()
    if _is_narrowed(before, after):
        yield REQUIRES_PYTHON_NARROWED.at(f"{PLACE}: Requires-Python", old=before, new=after)
    elif before != after:
        yield REQUIRES_PYTHON_WIDENED.at(f"{PLACE}: Requires-Python", old=before, new=after)


def _dependency_changes(old: Metadata, new: Metadata) -> Iterator[Finding]:
    """A dependency is others' business as far as it keeps them from installing this version beside what they have."""
    before, after = _requirements(old), _requirements(new)
    for key, requirement in after.items():
        place = f"{PLACE}: {requirement.name}"
        if key not in before:
            yield DEPENDENCY_ADDED.at(place, new=requirement)
        elif before[key].specifier != requirement.specifier:
            yield _ranged(place, before[key], requirement)
    for key, requirement in before.items():
        if key not in after:
            yield DEPENDENCY_REMOVED.at(f"{PLACE}: {requirement.name}", old=requirement)


def _ranged(place: str, old: Requirement, new: Requirement) -> Finding:
    """Another range of versions.

    Who keeps a dependency up to date has the newest version that was allowed. Where that is refused now, they must
    move with it, as when our own protocols had a major release: that breaks. A raised lower end does not.
    """
    newest = max(edge for edge in _edges(old.specifier, new.specifier) if edge in old.specifier)
    if newest not in new.specifier:
        return DEPENDENCY_REPLACED.at(place, old=old, new=new)
    narrowed = _is_narrowed(old.specifier, new.specifier)
    return (DEPENDENCY_NARROWED if narrowed else DEPENDENCY_WIDENED).at(place, old=old, new=new)


def _requirements(metadata: Metadata) -> Mapping[tuple[str, str], Requirement]:
    """What it requires, by name and by when (`extra == "flask"`)."""
    return {
        (canonicalize_name(each.name), str(each.marker or "")): each for each in metadata.requires_dist or ()
    }


def _is_narrowed(old: SpecifierSet, new: SpecifierSet) -> bool:
    """Whether a version that was allowed no longer is: asked of all versions at which either changes its mind."""
    return any(version in old and version not in new for version in _edges(old, new))


def _edges(*specifiers: SpecifierSet) -> Iterator[Version]:
    """The versions named, and their neighbours on both sides; and one far below and one far above all."""
    yield from (Version("0"), Version("9999"))
    for each in (specifier for found in specifiers for specifier in found):
        named = Version(each.version.removesuffix(".*"))
        *start, last = named.release
        for release in ((*start, last, 0), (*start, last, 9999), (*start, last + 1), _below(named.release)):
            yield Version(".".join(map(str, release)))


def _below(release: tuple[int, ...]) -> tuple[int, ...]:
    """A version just below: 1.2 has 1.1.9999, 2.0 has 1.9999."""
    for position in range(len(release) - 1, -1, -1):
        if release[position]:
            return (*release[:position], release[position] - 1, 9999)
    return (0,)


def _entry_points(content: Content) -> Mapping[tuple[str, str], str]:
    text = content.information("entry_points.txt") or b""
    parser = ConfigParser(delimiters="=", interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text.decode())
    return {(group, name): parser[group][name] for group in parser.sections() for name in parser[group]}


def _entry_point_changes(
    old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str]
) -> Iterator[Finding]:
    for group, name in sorted(old.keys() - new.keys()):
        yield ENTRY_POINT_REMOVED.at(f"entry_points.txt: {name}", name=name, group=group)
    for group, name in sorted(new.keys() - old.keys()):
        yield ENTRY_POINT_ADDED.at(f"entry_points.txt: {name}", name=name, group=group)
