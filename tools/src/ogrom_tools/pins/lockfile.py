"""A service's poetry.lock: what it holds, how Poetry writes it, and what must not be in it."""

import json
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from ogrom_tools.command import poetry
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.pyproject import SOURCE, comes_from, read, short, source
from ogrom_tools.projects import PREFIX, Project, Workspace, is_ours

FILE = "poetry.lock"

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Package:
    """One locked package."""

    name: str
    version: str
    hashes: Mapping[str, str]
    """The hash of each file, `sha256:...`, by file name."""
    source: Mapping[str, str]
    """Where it comes from; empty for the public index."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """The package of a `[[package]]` table."""
        hashes = {file["file"]: file["hash"] for file in table["files"]}
        return cls(canonicalize_name(table["name"]), table["version"], hashes, table.get("source", {}))

    @property
    def is_ours(self) -> bool:
        """Whether its name has our prefix."""
        return self.name.startswith(PREFIX)


@dataclass(frozen=True)
class Lockfile:
    """All packages that a service runs on, exactly."""

    packages: tuple[Package, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a poetry.lock."""
        tables: list[dict[str, Any]] = tomllib.loads(text).get("package", [])
        return cls(tuple(map(Package.of, tables)))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The lock in a project's folder; an empty one if there is none."""
        file = folder / FILE
        return cls.parse(file.read_text(encoding="utf-8")) if file.exists() else cls()

    @property
    def ours(self) -> tuple[Package, ...]:
        """The packages whose names have our prefix."""
        return tuple(package for package in self.packages if package.is_ours)

    @property
    def versions(self) -> Mapping[str, frozenset[str]]:
        """The versions of each package that is not ours."""
        names = {package.name for package in self.packages if not package.is_ours}
        return {
            name: frozenset(each.version for each in self.packages if each.name == name) for name in names
        }


def locked(pyproject: str, preferred: Mapping[str, Iterable[str]], cache: Path | None = None) -> str:
    """The poetry.lock that Poetry writes for a pyproject.toml.

    Poetry keeps the versions of an existing lock as long as they fit and looks everything else up itself. So it is
    given a lock that holds nothing but versions.

    Args:
        pyproject: the text of the file.
        preferred: the versions to choose where they fit, by package.
        cache: where Poetry keeps what it downloads; None keeps nothing. Poetry goes by name and version, and another
            checkout's index may serve other bytes for those, so a cache is only good while one index is served.

    Raises:
        Failed: nothing fits; the text is Poetry's explanation.
    """
    tables = (_table(name, version) for name in sorted(preferred) for version in preferred[name])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pyproject.toml").write_text(pyproject, encoding="utf-8")
        (folder / FILE).write_text("\n".join([*tables, _METADATA]), encoding="utf-8")
        (folder / "poetry.toml").write_text(_SETTINGS, encoding="utf-8")
        poetry("lock", *(() if cache else ("--no-cache",)), f"--directory={folder}", cache=cache)
        return (folder / FILE).read_text(encoding="utf-8")


def _table(name: str, version: str) -> str:
    values = {"name": name, "version": version, "description": "", "optional": False}
    values |= {"python-versions": "*", "groups": ["main"], "files": []}
    return "\n".join(["[[package]]", *(f"{key} = {json.dumps(value)}" for key, value in values.items()), ""])


# The age is in days, as for `./dev lock`; our own releases may be younger.
_SETTINGS = """\
[solver]
min-release-age = 7
min-release-age-exclude-source = "ogrom"
"""

_METADATA = """\
[metadata]
lock-version = "2.1"
python-versions = "*"
content-hash = ""
"""


def lint(workspace: Workspace, ledger: Ledger) -> tuple[str, ...]:
    """What is wrong with the locks and pins of a checkout, a sentence each."""
    with_lock = (each for each in workspace if (each.folder / FILE).exists())
    return tuple(f"{each.name}: {problem}" for each in with_lock for problem in problems(each, ledger))


def problems(project: Project, ledger: Ledger) -> Iterator[str]:
    """What is wrong with the lock and the pins of one project, a sentence each."""
    lock, index = Lockfile.read(project.folder), source(project)
    yield from _source_problems(index)
    for package in lock.packages:
        yield from _origin_problems(package, index)
    for package in lock.ours:
        yield from _release_problems(package, ledger)
    yield from _pin_problems(project, lock)


def _source_problems(index: Mapping[str, str]) -> Iterator[str]:
    if index.get("priority") != "explicit":
        yield f"the source {SOURCE!r} must have the priority 'explicit', or it is asked for other names"
    if urlsplit(index.get("url", "")).hostname not in LOOPBACK:
        yield f"the source {SOURCE!r} must be the index that a checkout serves itself, on 127.0.0.1"


def _origin_problems(package: Package, index: Mapping[str, str]) -> Iterator[str]:
    url = package.source.get("url", "").rstrip("/")
    if package.is_ours and url != index.get("url", "").rstrip("/"):
        other = url or "the public index"
        yield f"{FILE} takes {package.name} from {other}; whoever owns the name there decides what we run"
    if not package.is_ours and package.source:
        yield f"{FILE} takes {package.name} from {url}; only our own packages come from elsewhere"


def _release_problems(package: Package, ledger: Ledger) -> Iterator[str]:
    release = _release(package, ledger)
    if release is None:
        yield f"{FILE} has {package.name} {package.version}, which is not in the ledger"
        return
    if release.is_yanked:
        yield f"{release} is pinned and yanked: {release.yanked}; pin another: ./dev pin {release.project}"
    if package.hashes != {release.artefact: f"sha256:{release.sha256}"}:
        yield f"{FILE} has another hash of {release} than the ledger; find out why, then run ./dev lock"


def _release(package: Package, ledger: Ledger) -> Release | None:
    releases = ledger.of(short(package.name))
    return next((each for each in releases if each.version == package.version), None)


def _pin_problems(project: Project, lock: Lockfile) -> Iterator[str]:
    pins = {name: str(version) for name, version in read(project).items()}
    locked_versions = {short(package.name): package.version for package in lock.ours}
    required = {short(each.name) for each in project.dependencies if is_ours(each)}
    origins = comes_from(project)
    for name in sorted(required | locked_versions.keys()):
        if name not in pins:
            yield f"{name} is not pinned exactly; ./dev pin --all"
        elif pins[name] != locked_versions.get(name):
            yield f"{name} is pinned at {pins[name]} and locked at {locked_versions.get(name)}; ./dev lock"
        if origins.get(f"{PREFIX}{name}") != SOURCE:
            yield f'pyproject.toml must say `{PREFIX}{name} = {{ source = "{SOURCE}" }}`, or the public index is used'
