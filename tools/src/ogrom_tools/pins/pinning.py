"""Chooses the releases that a service pins, writes the files that say so, and tests them."""

import http.client
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations, product
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from ogrom_tools import index
from ogrom_tools.changelog import FILE as CHANGELOG, Changelog
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.index import in_folder
from ogrom_tools.index.stores import PAGES
from ogrom_tools.ledger import WHEEL, Ledger, Release
from ogrom_tools.pins.clients import clients, tried
from ogrom_tools.pins.lockfile import FILE, Lockfile, locked, problems
from ogrom_tools.pins.pyproject import SOURCE, read, requiring, short, source
from ogrom_tools.projects import Project, Workspace, discover, is_ours
from ogrom_tools.requirements import parse, pins as pinned_requirements
from ogrom_tools.test.wheels import build_one, on_releases
from ogrom_tools.wheelhouse import Wheel, Wheelhouse

Releases = Mapping[str, Release]
"""At most one release of each project, by short name."""

QUICK = ("-m", "not slow", "-W", "default::DeprecationWarning")
"""The service's quick tests; what a release deprecates still works, so that is not an error."""


@dataclass(frozen=True)
class Pinning:
    """A service's pins in a checkout, and what they can become."""

    workspace: Workspace
    service: Project
    ledger: Ledger
    cache: Path | None = None
    """Where Poetry keeps what it downloads from one lock to the next; None keeps nothing."""

    @property
    def files(self) -> tuple[Path, Path]:
        """The files that a pin changes: the service's pyproject.toml and its lock."""
        return self.service.pyproject, self.service.folder / FILE

    @property
    def pinned(self) -> Releases:
        """The pinned releases.

        Raises:
            Failed: a pin names no release.
        """
        return {name: self.ledger.find(name, str(version)) for name, version in read(self.service).items()}

    def wanted(self, arguments: Sequence[str]) -> Releases:
        """The releases that a command line names: projects, each with a version or for its last release.

        Raises:
            Failed: there is no such release, it is yanked, or it does not fit the other pins.
        """
        if loose := sorted(self._required() - read(self.service).keys()):
            raise Failed(f"{self.service.name} does not pin {', '.join(loose)} yet; pin all: ./dev pin --all")
        wanted = {name: self._release(name, version) for name, version in _named(arguments).items()}
        check_fit(Wheelhouse(self.workspace), self.ledger, self.pinned, wanted)
        return wanted

    def newest(self) -> Releases:
        """The newest releases that can be pinned together, none older than its pin.

        Poetry chooses, as it knows what else the service runs on. Our index must be served.

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
        """The changelogs from the pinned releases to these, a text for each."""
        repository, before = Repository(self.workspace.root), read(self.service)
        for name, release in wanted.items():
            changelog = Changelog.parse(repository.show(release.tree, CHANGELOG))
            step = f"{before[name]} -> {release.version}" if name in before else release.version
            yield f"{name} {step}\n\n{changelog.between(before.get(name), release.number)}".strip()

    @property
    def _pyproject(self) -> str:
        return self.service.pyproject.read_text(encoding="utf-8")

    def _required(self) -> set[str]:
        return {short(each.name) for each in self.service.dependencies if is_ours(each)}

    def _needed(self) -> set[str]:
        """What it requires of ours, transitively: no other index may be asked for these."""
        wheelhouse, todo, found = Wheelhouse(self.workspace), sorted(self._required()), set[str]()
        while todo:
            if (name := todo.pop()) not in found:
                found.add(name)
                todo.extend(short(each.name) for each in requirements(wheelhouse, self._release(name, None)))
        return found

    def _release(self, name: str, version: str | None) -> Release:
        wheels = {each.project for each in self.ledger if each.kind == WHEEL}
        if name not in wheels:
            known = ", ".join(sorted(wheels)) or "none"
            raise Failed(f"{name!r} was never released as a wheel; there are wheels of {known}.")
        found = self.ledger.find(name, version) if version else self.ledger.last(name)
        if found is None or found.is_yanked:
            last = self.ledger.last(name)
            hint = f"the last good one is {last.version}" if last else "there is no good one"
            raise Failed(f"{found or name} is yanked{f': {found.yanked}' if found else ''}; {hint}.")
        return found

    def _lock(self, pyproject: str) -> str:
        return locked(pyproject, preferred(self.workspace, self.service), self.cache)


@contextmanager
def restoring(files: Iterable[Path]) -> Iterator[None]:
    """Restore these files if the block fails."""
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    try:
        yield
    except BaseException:
        for file, content in before.items():
            file.unlink(missing_ok=True) if content is None else file.write_bytes(content)
        raise


def preferred(workspace: Workspace, service: Project) -> Mapping[str, Sequence[str]]:
    """The versions of other packages to lock where they fit: those that all tests run on.

    Where those no longer fit the pinned releases, the versions that are locked now.
    """
    tested: dict[str, set[str]] = {}
    for pin in parse(pinned_requirements(workspace.root, "test").read_text(encoding="utf-8")):
        tested.setdefault(pin.name, set()).add(pin.version)
    now = Lockfile.read(service.folder).versions
    return {
        name: sorted(_both(tested.get(name, set()), now.get(name, ()))) for name in tested.keys() | now.keys()
    }


def _both(tested: set[str], now: Iterable[str]) -> set[str]:
    """Of the locked versions only those below the tested ones: Poetry tries the highest first."""
    return tested | {each for each in now if not tested or Version(each) < max(map(Version, tested))}


def _named(arguments: Sequence[str]) -> Mapping[str, str | None]:
    """The projects that the arguments name, each with the version that follows, if any."""
    named: dict[str, str | None] = {}
    for argument in arguments:
        if not _is_version(argument):
            named[argument] = None
        elif named and named[last := list(named)[-1]] is None:
            named[last] = argument
        else:
            raise Failed(f"Put a project before the version {argument}: ./dev pin NAME [VERSION] ...")
    return named


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def check_fit(wheelhouse: Wheelhouse, ledger: Ledger, pinned: Releases, wanted: Releases) -> None:
    """Check that releases can be pinned together.

    Args:
        wheelhouse: for their wheels.
        ledger: all releases that could be pinned.
        pinned: the present pins.
        wanted: the new pins, which add to those or replace them.

    Raises:
        Failed: they do not fit; the text says what else to pin, if anything helps.
    """
    found = list(misfits(wheelhouse, {**pinned, **wanted}))
    if found:
        more = _more(wheelhouse, ledger, pinned, wanted)
        command = " ".join(f"{each.project} {each.version}" for each in (*wanted.values(), *more))
        way_out = f"Pin these together: ./dev pin {command}" if more else "No other releases fit them either."
        raise Failed("\n".join([*found, way_out]))


def misfits(wheelhouse: Wheelhouse, releases: Releases) -> Iterator[str]:
    """A sentence for each requirement that these releases have of each other and that is not met."""
    for release in releases.values():
        for requirement in requirements(wheelhouse, release):
            other = releases.get(short(requirement.name))
            if other is None:
                yield f"{release} requires {requirement}, which is not pinned."
            elif not requirement.specifier.contains(other.number, prereleases=True):
                yield f"{release} requires {requirement}, and {other} does not fit."


@cache
def requirements(wheelhouse: Wheelhouse, release: Release) -> tuple[Requirement, ...]:
    """What a release requires of our projects, without its extras."""
    required = Wheel.read(wheelhouse.wheel(release)).metadata.requires_dist or ()
    ours = (each for each in required if is_ours(each))
    return tuple(each for each in ours if each.marker is None or each.marker.evaluate({"extra": ""}))


def _more(wheelhouse: Wheelhouse, ledger: Ledger, pinned: Releases, wanted: Releases) -> tuple[Release, ...]:
    """The fewest other releases, and of these the newest, that make the wanted ones fit; () if none do."""
    good = {
        name: [each for each in reversed(ledger.of(name)) if not each.is_yanked]
        for name in sorted({each.project for each in ledger if each.kind == WHEEL} - wanted.keys())
    }
    for number in range(1, len(good) + 1):
        for names in combinations(good, number):
            for more in product(*map(good.__getitem__, names)):
                together = {**pinned, **wanted, **dict(zip(names, more, strict=True))}
                if not any(misfits(wheelhouse, together)):
                    return more
    return ()


@contextmanager
def served(workspace: Workspace, service: Project, ledger: Ledger) -> Iterator[None]:
    """Serve this checkout's index at the address in the service's pyproject.toml, unless `./dev index` does.

    Raises:
        Failed: something else is served there.
    """
    address = urlsplit(source(service).get("url", ""))
    if address.hostname is None or address.port is None:
        raise Failed(
            f"{service.pyproject} does not say where the index {SOURCE!r} is: http://127.0.0.1:PORT/simple/"
        )
    folder = index.local(workspace, Wheelhouse(workspace), ledger)
    match _answers_like(folder, address.hostname, address.port):
        case None:
            with index.serving(folder, address.port):
                yield
        case True:
            yield
        case False:
            raise Failed(
                f"Port {address.port} of {address.hostname} is taken by something other than the index of these "
                "releases, perhaps by a `./dev index` that does not know them yet. Stop it and try again."
            )


def _answers_like(folder: Path, host: str, port: int) -> bool | None:
    """Whether the server at this address has the same pages; None if there is no server."""
    connection, store = http.client.HTTPConnection(host, port, timeout=10), in_folder(folder)
    try:
        connection.connect()
    except OSError:
        return None
    try:
        return all(_get(connection, name) == store.read(name) for name in store.names(PAGES))
    except (OSError, http.client.HTTPException):
        return False  # it does not speak HTTP
    finally:
        connection.close()


def _get(connection: http.client.HTTPConnection, name: str) -> bytes | None:
    connection.request("GET", f"/{name}")
    response = connection.getresponse()
    content = response.read()
    return content if response.status == http.client.OK else None


def tested(pinning: Pinning, *more: Release) -> str:
    """Run the service's quick tests: its wheel on released wheels only, in an empty environment.

    Its last released clients use it, too.

    Args:
        pinning: the service.
        more: further clients.

    Returns:
        The last line of pytest's output, and what became of each client.

    Raises:
        Failed: a test failed, a client does not work with it, or something cannot be installed.
    """
    repository = Repository(pinning.workspace.root)
    with tempfile.TemporaryDirectory() as name:
        workspace = discover(pinning.workspace.root)
        service = workspace[pinning.service.name]
        wheel = build_one(service, Path(name))
        pinned = Pinning(workspace, service, pinning.ledger).pinned.values()
        trying = dict.fromkeys((*clients(repository, pinning.ledger, pinned), *more))
        test = on_releases(workspace, service, wheel, sys.executable, *QUICK)
        return test.run(partial(tried, Wheelhouse(workspace), pinning.ledger, trying))
