"""`./dev audit`: checks the pinned packages for known vulnerabilities, in a local copy of OSV's database.

OSV (https://osv.dev) collects the advisories of GitHub and of the Python Packaging Authority. The database is a zip
with a JSON file for each (https://ossf.github.io/osv-schema/).
"""

import json
import shutil
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import click
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ogrom_rules import AllowList, AllowListError, Finding, Level, Rule, ordered
from ogrom_tools.command import Failed
from ogrom_tools.pins.lockfile import FILE as LOCK, Lockfile
from ogrom_tools.projects import ROOT, Workspace, discover
from ogrom_tools.requirements import parse

DATABASE = Path(".ogrom", "osv.zip")
"""The copy's path in a checkout."""

SOURCE = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip"
"""Where OSV publishes it."""

_SECONDS = 60

ALLOWED = "tools/requirements/audit-allowed.toml"
"""The vulnerabilities that do not affect us, each with a reason and an expiry date."""


@dataclass(frozen=True)
class Advisory:
    """One known vulnerability of one package.

    Attributes:
        id: such as GHSA-2g68-c3qc-8985.
        package: its normalized name (PEP 503).
        summary: one line.
        aliases: other ids of the same vulnerability.
        versions: the affected versions, by name.
        ranges: pairs of an event (`introduced`, `fixed` or `last_affected`) and its version, in ascending order.
    """

    id: str
    package: str
    summary: str
    aliases: frozenset[str]
    versions: frozenset[str]
    ranges: tuple[tuple[tuple[str, Version], ...], ...]

    def concerns(self, version: str) -> bool:
        """Whether a version is affected, as OSV's schema defines it."""
        number = Version(version)
        return version in self.versions or any(_is_within(number, each) for each in self.ranges)

    @property
    def fixed(self) -> str:
        """The versions that fix it, such as `2.3.2`; "" if none does."""
        return ", ".join(str(version) for each in self.ranges for event, version in each if event == "fixed")


def advisories(database: Path, names: Iterable[str]) -> Iterator[Advisory]:
    """The advisories for these packages.

    Args:
        database: the zip.
        names: the packages' normalized names.

    Raises:
        Failed: the zip is missing or unreadable.
    """
    wanted = frozenset(names)
    try:
        with zipfile.ZipFile(database) as archive:
            for name in archive.namelist():
                yield from _read(json.loads(archive.read(name)), wanted)
    except FileNotFoundError as problem:
        raise Failed(f"There is no {database}. Get it from {SOURCE}: ./dev audit --fetch") from problem
    except (zipfile.BadZipFile, ValueError, KeyError) as problem:
        raise Failed(f"{database} is not a copy of {SOURCE}: {problem}") from problem


def fetch(database: Path) -> None:
    """Download OSV's current database.

    Raises:
        Failed: it cannot be downloaded.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    new = database.with_suffix(".new")
    try:
        with urllib.request.urlopen(SOURCE, timeout=_SECONDS) as answer, new.open("wb") as file:
            shutil.copyfileobj(answer, file)
        zipfile.ZipFile(new).close()  # fails for a truncated file
    except (OSError, HTTPException, zipfile.BadZipFile) as problem:
        raise Failed(
            f"Cannot download {SOURCE}: {problem}. Without the network, use a copy: --database"
        ) from problem
    new.replace(database)


def audit(database: Path, pinned: Mapping[str, frozenset[str]]) -> tuple[Finding, ...]:
    """The known vulnerabilities of the pinned packages.

    Args:
        database: the zip.
        pinned: the versions of each package.

    Raises:
        Failed: as for `advisories`.
    """
    found = tuple(advisories(database, pinned))
    # GitHub and the Packaging Authority may both list one; GitHub's id is reported.
    ids = {each.id for each in found}
    twice = {each.id for each in found if any(known < each.id for known in each.aliases & ids)}
    return ordered(
        Rule(each.id, Level.MAJOR, "{summary} Fixed in {fixed}.").at(
            f"{each.package} {version}",
            summary=each.summary or "The advisory has no summary.",
            fixed=each.fixed or "no version",
        )
        for each in found
        for version in pinned[each.package]
        if each.id not in twice and each.concerns(version)
    )


def pinned(workspace: Workspace) -> Mapping[str, frozenset[str]]:
    """The versions of other people's packages that are pinned for the environments, the image or the service."""
    found: dict[str, set[str]] = {}
    for file in sorted((workspace.root / "tools" / "requirements").glob("*.txt")):
        for pin in parse(file.read_text(encoding="utf-8")):
            found.setdefault(pin.name, set()).add(pin.version)
    for project in workspace.released:
        if (project.folder / LOCK).exists():
            for name, versions in Lockfile.read(project.folder).versions.items():
                found.setdefault(name, set()).update(versions)
    return {name: frozenset(versions) for name, versions in found.items()}


def _read(record: Mapping[str, Any], wanted: frozenset[str]) -> Iterator[Advisory]:
    if record.get("withdrawn"):
        return
    for each in record.get("affected", ()):
        package = each.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        if package.get("ecosystem") == "PyPI" and name in wanted:
            ranges = (one["events"] for one in each.get("ranges", ()) if one["type"] == "ECOSYSTEM")
            summary = str(record.get("summary") or record.get("details", "")).strip().partition("\n")[0]
            versions = frozenset(each.get("versions", ()))
            aliases = frozenset(record.get("aliases", ()))
            yield Advisory(record["id"], name, summary, aliases, versions, tuple(map(_events, ranges)))


def _events(found: Iterable[Mapping[str, str]]) -> tuple[tuple[str, Version], ...]:
    pairs = [(kind, text) for each in found for kind, text in each.items() if kind != "limit"]
    try:
        return tuple(sorted(((kind, Version(text)) for kind, text in pairs), key=lambda each: each[1]))
    except InvalidVersion:
        return ()  # a version older than PEP 440, which the list of versions has


def _is_within(version: Version, events: Iterable[tuple[str, Version]]) -> bool:
    is_affected = False
    for event, at in events:
        if event == "introduced" and version >= at:
            is_affected = True
        elif (event == "fixed" and version >= at) or (event == "last_affected" and version > at):
            is_affected = False
    return is_affected


@click.command()
@click.option(
    "--database", type=click.Path(path_type=Path), help=f"OSV's zip for PyPI; {DATABASE} by default."
)
@click.option("--fetch", "is_fetched", is_flag=True, help="Download the current database first.")
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(*, database: Path | None, is_fetched: bool, root: Path) -> None:
    """Look for known vulnerabilities in the pinned packages, in a local copy of OSV's database."""
    workspace = discover(root)
    packages, database = pinned(workspace), database or root / DATABASE
    if is_fetched:
        fetch(database)
    found = audit(database, packages)
    try:
        found = AllowList.read(root / ALLOWED).apply(found, datetime.now(tz=UTC).date())
    except AllowListError as problem:
        raise Failed(str(problem)) from problem
    for each in found:
        print(f"{each.symbol}: {each.rule}: {each.text}")
    if open_ := [each for each in found if each.level is Level.MAJOR]:
        raise Failed(
            f"{len(open_)} known vulnerabilities. Use another version: ./dev lock --upgrade-package NAME, and if that "
            "is younger than a week, --exclude-newer-package NAME=DATE. Or say why one does not affect us, and until "
            f"when: {ALLOWED}"
        )
    print(f"No open vulnerability in {len(packages)} packages.")


if __name__ == "__main__":
    main(prog_name="./dev audit")
