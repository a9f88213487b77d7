"""Pins other releases: which ones, and the files that say so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from packaging.version import InvalidVersion, Version

from ogrom_tools.changelog import FILE as CHANGELOG, Changelog
from ogrom_tools.command import Failed
from ogrom_tools.environment import pins as pinned_requirements
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.fit import Releases, check_fit, requirements
from ogrom_tools.pins.lint import problems
from ogrom_tools.pins.lockfile import FILE, Lockfile, locked
from ogrom_tools.pins.pyproject import read, requiring, short
from ogrom_tools.projects import Project, Workspace, is_ours
from ogrom_tools.requirements import parse
from ogrom_tools.wheelhouse import Wheelhouse


@dataclass(frozen=True)
class Pinning:
    """A service's pins in a checkout, and what they can become."""

    workspace: Workspace
    service: Project
    ledger: Ledger
    cache: Path | None = None
    """Where Poetry keeps what it has read from one lock to the next; None keeps nothing."""

    @property
    def files(self) -> tuple[Path, Path]:
        """All that a pin changes: the service's pyproject.toml and its lock."""
        return self.service.pyproject, self.service.folder / FILE

    @property
    def pinned(self) -> Releases:
        """The releases that are pinned.

        Raises:
            Failed: one is none.
        """
        return {name: self.ledger.find(name, str(version)) for name, version in read(self.service).items()}

    def wanted(self, arguments: Sequence[str]) -> Releases:
        """The releases that a command names: each project, with a version or for the last one.

        Raises:
            Failed: there is no such release, it is yanked, or it does not fit the other pins.
        """
        if loose := sorted(self._required() - read(self.service).keys()):
            raise Failed(f"{self.service.name} does not pin {', '.join(loose)} yet; pin all: ./dev pin --all")
        wanted = {name: self._release(name, version) for name, version in _named(arguments).items()}
        check_fit(Wheelhouse(self.workspace), self.ledger, self.pinned, wanted)
        return wanted

    def newest(self) -> Releases:
        """The newest releases that can be pinned together: never an older one than is pinned now.

        Poetry decides, as it knows what else the service runs on. Our index must be served.

        Raises:
            Failed: nothing fits.
        """
        now = read(self.service)
        ranges = {name: f">={now[name]}" if name in now else "" for name in self._needed()}
        lock = Lockfile.parse(self._lock(requiring(self._pyproject, ranges)))
        return {short(each.name): self._release(short(each.name), each.version) for each in lock.ours}

    def write(self, wanted: Releases = MappingProxyType({})) -> None:
        """Pin these releases and lock; without any, only lock. Our index must be served.

        Raises:
            Failed: Poetry finds nothing that fits, or the lock is not as it must be.
        """
        text = requiring(self._pyproject, {name: f"=={each.version}" for name, each in wanted.items()})
        lock = self._lock(text)
        for file, content in zip(self.files, (text, lock), strict=True):
            file.write_text(content, encoding="utf-8")
        if wrong := list(problems(Project(self.service.folder), self.ledger)):
            raise Failed("\n".join(wrong))

    def changes(self, wanted: Releases) -> Iterator[str]:
        """What the changelogs say of the way from the pinned releases to these, a text for each."""
        repository, before = Repository(self.workspace.root), read(self.service)
        for name, release in wanted.items():
            changelog = Changelog.parse(repository.show(release.tree, CHANGELOG))
            step = f"{before[name]} -> {release.version}" if name in before else release.version
            yield f"{name} {step}\n\n{changelog.between(before.get(name), release.number)}".strip()

    @contextmanager
    def restoring(self) -> Iterator[None]:
        """Have the files as they were, if what is done in the block fails."""
        before = {file: file.read_bytes() for file in self.files if file.exists()}
        try:
            yield
        except BaseException:
            for file in self.files:
                file.write_bytes(before[file]) if file in before else file.unlink(missing_ok=True)
            raise

    @property
    def _pyproject(self) -> str:
        return self.service.pyproject.read_text(encoding="utf-8")

    def _required(self) -> set[str]:
        return {short(each.name) for each in self.service.dependencies if is_ours(each)}

    def _needed(self) -> set[str]:
        """What it requires, and what the last releases of that require: none may be asked of another index."""
        wheelhouse, todo, found = Wheelhouse(self.workspace), sorted(self._required()), set[str]()
        while todo:
            if (name := todo.pop()) not in found:
                found.add(name)
                todo.extend(short(each.name) for each in requirements(wheelhouse, self._release(name, None)))
        return found

    def _release(self, name: str, version: str | None) -> Release:
        if not self.ledger.of(name):
            known = ", ".join(sorted({each.project for each in self.ledger})) or "none"
            raise Failed(f"{name!r} was never released; released are: {known}.")
        found = self.ledger.find(name, version) if version else self.ledger.last(name)
        if found is None or found.is_yanked:
            last = self.ledger.last(name)
            hint = f"the last good one is {last.version}" if last else "there is no good one"
            raise Failed(f"{found or name} is yanked{f': {found.yanked}' if found else ''}; {hint}.")
        return found

    def _lock(self, pyproject: str) -> str:
        return locked(pyproject, preferred(self.workspace, self.service), self.cache)


def preferred(workspace: Workspace, service: Project) -> Mapping[str, Sequence[str]]:
    """The versions of other packages to lock where they fit: those that all tests run on.

    Where those do not fit the pinned releases any longer, the ones that are locked now.
    """
    tested: dict[str, set[str]] = {}
    for pin in parse(pinned_requirements(workspace.root, "test").read_text(encoding="utf-8")):
        tested.setdefault(pin.name, set()).add(pin.version)
    now = Lockfile.read(service.folder).versions
    return {
        name: sorted(_both(tested.get(name, set()), now.get(name, ()))) for name in tested.keys() | now.keys()
    }


def _both(tested: set[str], now: Iterable[str]) -> set[str]:
    """Of what is locked now only what is below the tested versions: Poetry tries the highest first."""
    return tested | {each for each in now if not tested or Version(each) < max(map(Version, tested))}


def _named(arguments: Sequence[str]) -> Mapping[str, str | None]:
    """The projects that the arguments name, and the version behind each, if there is one."""
    named: dict[str, str | None] = {}
    for argument in arguments:
        if not _is_version(argument):
            named[argument] = None
        elif named and named[last := list(named)[-1]] is None:
            named[last] = argument
        else:
            raise Failed(f"Of which project is {argument}? ./dev pin NAME [VERSION] ...")
    return named


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
