"""An unpacked wheel, or a folder of sources: its files, its metadata, and what changed in those."""

import zipfile
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from ogrom_rules import Finding
from ogrom_tools.api import rules
from ogrom_tools.command import Failed


@dataclass(frozen=True)
class UnpackedWheel:
    """The files of one version: an unpacked wheel, or a folder that holds what one would."""

    folder: Path

    @property
    def packages(self) -> tuple[str, ...]:
        """The import packages: `ogrom.http` in a namespace, or a plain `http`."""
        tops = [each for each in self.folder.iterdir() if each.is_dir() and each.name.isidentifier()]
        return tuple(sorted(name for top in tops for name in _packages(top)))

    @property
    def modules(self) -> dict[str, Path]:
        """The file of each module, by the module's name."""
        files = (file for top in self.packages for file in self._file(top).rglob("*.py"))
        return {_module(file.relative_to(self.folder)): file for file in sorted(files)}

    @property
    def metadata(self) -> Metadata | None:
        """The wheel's metadata; None in a plain folder."""
        text = self.dist_info("METADATA")
        return None if text is None else Metadata.from_email(text)

    def dist_info(self, name: str) -> bytes | None:
        """A file of the .dist-info folder; None if there is none."""
        return next((file.read_bytes() for file in self.folder.glob(f"*.dist-info/{name}")), None)

    @property
    def files(self) -> dict[str, bytes]:
        """The content of each file by path, without the version and what depends on it, so that versions compare."""
        found = (each for each in self.folder.rglob("*") if each.is_file() and each.suffix != ".pyc")
        contents = {self._path(file): file.read_bytes() for file in found}
        contents.pop(".dist-info/RECORD", None)
        if metadata := contents.pop(".dist-info/METADATA", b""):
            contents[".dist-info/METADATA"] = b"\n".join(
                line for line in metadata.splitlines() if not line.startswith(b"Version: ")
            )
        return contents

    @property
    def code(self) -> dict[str, bytes]:
        """The text of each module, by its name."""
        return {module: file.read_bytes() for module, file in self.modules.items()}

    def _file(self, package: str) -> Path:
        return self.folder.joinpath(*package.split("."))

    def _path(self, file: Path) -> str:
        first, *rest = file.relative_to(self.folder).parts
        return "/".join([".dist-info" if first.endswith(".dist-info") else first, *rest])


def _packages(top: Path) -> Iterator[str]:
    """A package with an __init__.py, or the packages in a namespace (PEP 420)."""
    if (top / "__init__.py").exists():
        yield top.name
        return
    for each in top.iterdir():
        if each.name.isidentifier() and any(each.rglob("*.py")):
            yield f"{top.name}.{each.name}"


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@contextmanager
def opened(path: Path) -> Iterator[UnpackedWheel]:
    """Open a wheel, or a folder that holds what one would.

    Raises:
        Failed: it is neither.
    """
    if path.is_dir():
        yield UnpackedWheel(path)
        return
    with TemporaryDirectory() as name:
        try:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(name)
        except (OSError, zipfile.BadZipFile) as problem:
            raise Failed(f"{path} is neither a wheel nor a folder: {problem}") from problem
        yield UnpackedWheel(Path(name))


def changed_files(old: UnpackedWheel, new: UnpackedWheel) -> Iterator[Finding]:
    """A patch for any difference at all, so that no finding means no change."""
    before, after = old.files, new.files
    differ = sorted(name for name in before | after if before.get(name) != after.get(name))
    if differ:
        more = f" and {len(differ) - 1} more files" if len(differ) > 1 else ""
        yield rules.IMPLEMENTATION_CHANGED.at(differ[0], file=differ[0], more=more)


def metadata_changes(old: UnpackedWheel, new: UnpackedWheel) -> Iterator[Finding]:
    """What changed for people who install it; nothing without metadata, as in a folder."""
    before, after = old.metadata, new.metadata
    if before is None or after is None:
        return
    yield from _python_changes(before, after)
    yield from _dependency_changes(before, after)
    offered, offers = set(before.provides_extra or ()), set(after.provides_extra or ())
    for extra in sorted(offered - offers):
        yield rules.EXTRA_REMOVED.at(f"METADATA: {extra}", name=extra)
    for extra in sorted(offers - offered):
        yield rules.EXTRA_ADDED.at(f"METADATA: {extra}", name=extra)
    yield from _entry_point_changes(_entry_points(old), _entry_points(new))


def _python_changes(old: Metadata, new: Metadata) -> Iterator[Finding]:
    before, after = old.requires_python or SpecifierSet(), new.requires_python or SpecifierSet()
    if _is_narrowed(before, after):
        yield rules.REQUIRES_PYTHON_NARROWED.at("METADATA: Requires-Python", old=before, new=after)
    elif before != after:
        yield rules.REQUIRES_PYTHON_WIDENED.at("METADATA: Requires-Python", old=before, new=after)


def _dependency_changes(old: Metadata, new: Metadata) -> Iterator[Finding]:
    """Changed dependencies, which matter if they keep users from installing this version beside what they have."""
    before, after = _requirements(old), _requirements(new)
    for key, requirement in after.items():
        symbol = f"METADATA: {requirement.name}"
        if key not in before:
            yield rules.DEPENDENCY_ADDED.at(symbol, new=requirement)
        elif before[key].specifier != requirement.specifier:
            yield _ranged(symbol, before[key], requirement)
    for key, requirement in before.items():
        if key not in after:
            yield rules.DEPENDENCY_REMOVED.at(f"METADATA: {requirement.name}", old=requirement)


def _ranged(symbol: str, old: Requirement, new: Requirement) -> Finding:
    """A changed range of versions.

    Users who keep a dependency up to date have the newest version that was allowed. If that is refused now, they have
    to upgrade it too, which breaks them; a raised lower bound does not.
    """
    newest = max(edge for edge in _edges(old.specifier, new.specifier) if edge in old.specifier)
    if newest not in new.specifier:
        return rules.DEPENDENCY_REPLACED.at(symbol, old=old, new=new)
    narrowed = _is_narrowed(old.specifier, new.specifier)
    return (rules.DEPENDENCY_NARROWED if narrowed else rules.DEPENDENCY_WIDENED).at(symbol, old=old, new=new)


def _requirements(metadata: Metadata) -> Mapping[tuple[str, str], Requirement]:
    """The requirements, by name and marker (`extra == "flask"`)."""
    return {
        (canonicalize_name(each.name), str(each.marker or "")): each for each in metadata.requires_dist or ()
    }


def _is_narrowed(old: SpecifierSet, new: SpecifierSet) -> bool:
    """Whether a version that was allowed no longer is, checked at every version where either range may change."""
    return any(version in old and version not in new for version in _edges(old, new))


def _edges(*specifiers: SpecifierSet) -> Iterator[Version]:
    """The versions named and their neighbours, and one far below and one far above all."""
    yield from (Version("0"), Version("9999"))
    for each in (specifier for found in specifiers for specifier in found):
        named = Version(each.version.removesuffix(".*"))
        *start, last = named.release
        for release in ((*start, last, 0), (*start, last, 9999), (*start, last + 1), _below(named.release)):
            yield Version(".".join(map(str, release)))


def _below(release: tuple[int, ...]) -> tuple[int, ...]:
    """A version just below: 1.1.9999 for 1.2, 1.9999 for 2.0."""
    for position in range(len(release) - 1, -1, -1):
        if release[position]:
            return (*release[:position], release[position] - 1, 9999)
    return (0,)


def _entry_points(wheel: UnpackedWheel) -> Mapping[tuple[str, str], str]:
    text = wheel.dist_info("entry_points.txt") or b""
    parser = ConfigParser(delimiters="=", interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text.decode())
    return {(group, name): parser[group][name] for group in parser.sections() for name in parser[group]}


def _entry_point_changes(
    old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str]
) -> Iterator[Finding]:
    for group, name in sorted(old.keys() - new.keys()):
        yield rules.ENTRY_POINT_REMOVED.at(f"entry_points.txt: {name}", name=name, group=group)
    for group, name in sorted(new.keys() - old.keys()):
        yield rules.ENTRY_POINT_ADDED.at(f"entry_points.txt: {name}", name=name, group=group)
