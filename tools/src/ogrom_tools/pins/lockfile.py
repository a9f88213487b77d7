"""A service's poetry.lock: what it holds, and how Poetry writes it."""

import json
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from packaging.utils import canonicalize_name

from ogrom_tools.command import poetry
from ogrom_tools.projects import PREFIX

FILE = "poetry.lock"
"""Its name in a service's folder."""


@dataclass(frozen=True)
class Package:
    """One locked package."""

    name: str
    version: str
    hashes: Mapping[str, str]
    """The hash of each file, `sha256:...`, by the file's name."""
    source: Mapping[str, str]
    """Where it comes from; empty for the public index."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Self:
        """The package of a `[[package]]` table."""
        hashes = {file["file"]: file["hash"] for file in table["files"]}
        return cls(canonicalize_name(table["name"]), table["version"], hashes, table.get("source", {}))

    @property
    def is_ours(self) -> bool:
        """Whether it bears our prefix."""
        return self.name.startswith(PREFIX)


@dataclass(frozen=True)
class Lockfile:
    """All that a service runs on, exactly."""

    packages: tuple[Package, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """What the text of a poetry.lock says."""
        tables: list[dict[str, Any]] = tomllib.loads(text).get("package", [])
        return cls(tuple(map(Package.of, tables)))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The lock in a project's folder; an empty one where there is none."""
        file = folder / FILE
        return cls.parse(file.read_text(encoding="utf-8")) if file.exists() else cls()

    @property
    def ours(self) -> tuple[Package, ...]:
        """The packages that bear our prefix."""
        return tuple(package for package in self.packages if package.is_ours)

    @property
    def versions(self) -> Mapping[str, frozenset[str]]:
        """The versions of each package that is not ours."""
        names = {package.name for package in self.packages if not package.is_ours}
        return {
            name: frozenset(each.version for each in self.packages if each.name == name) for name in names
        }


def locked(pyproject: str, preferred: Mapping[str, Iterable[str]], cache: Path | None = None) -> str:
    """The text of the poetry.lock that Poetry writes for a pyproject.toml.

    Poetry keeps the versions that a lock names as long as they fit, and looks up all the rest itself. So it is
    given a lock with nothing but versions.

    Args:
        pyproject: the text of the file.
        preferred: the versions to take of packages where they fit, by name.
        cache: where Poetry keeps what it has read; None keeps nothing. It goes by names and versions, and another
            checkout's index may have other bytes for those: one for as long as the same index is served.

    Raises:
        Failed: nothing fits, with Poetry's explanation.
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


_SETTINGS = """\
[solver]
min-release-age = 7
min-release-age-exclude-source = "ogrom"
"""
# In days: as `./dev lock` does. Our own releases are no strangers.

_METADATA = """\
[metadata]
lock-version = "2.1"
python-versions = "*"
content-hash = ""
"""
