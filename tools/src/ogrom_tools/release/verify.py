"""`./dev verify`: rebuilds releases from git's history and compares them with the ledger."""

import os
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
from packaging.utils import canonicalize_name
from rich.console import Console
from rich.markup import escape

from ogrom_tools import index
from ogrom_tools.command import Failed
from ogrom_tools.git import Repository
from ogrom_tools.ledger import FILE, Ledger, Release
from ogrom_tools.npm.tarball import Tarball, compiler
from ogrom_tools.pins.pyproject import read as read_pins
from ogrom_tools.progress import say
from ogrom_tools.projects import ROOT, Workspace, discover, semver
from ogrom_tools.schema.field import history_option
from ogrom_tools.wheelhouse import Wheel, rebuild


@dataclass(frozen=True)
class Verdict:
    """The result of rebuilding one release."""

    release: Release
    problems: tuple[str, ...]
    """The differences from the ledger."""
    seconds: float
    """How long the build took."""


def examine_all(repository: Repository, releases: Iterable[Release], folder: Path) -> Iterator[Verdict]:
    """Rebuild releases in parallel, and yield the results in the order of the releases.

    Args:
        repository: whose history.
        releases: from the ledger.
        folder: where what is rebuilt goes, each into a folder named by its hash.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda each: examine(repository, each, folder / each.sha256), releases)


def examine(repository: Repository, release: Release, folder: Path) -> Verdict:
    """Rebuild a release, and compare its content, commit and tag with the ledger."""
    begin = time.perf_counter()
    try:
        wheel = rebuild(repository, release, folder)
    except Failed as problem:
        problems = [str(problem)]
    else:
        facts = (
            _package(repository, release, wheel)
            if isinstance(wheel, Tarball)
            else _wheel(repository, release, wheel)
        )
        problems = [*_contents(release, facts), *_refs(repository, release)]
    return Verdict(release, tuple(problems), time.perf_counter() - begin)


Facts = Mapping[str, tuple[str, str]]
"""What an artefact and its sources say about themselves, and what the ledger says."""


def _wheel(repository: Repository, release: Release, wheel: Wheel) -> Facts:
    metadata = wheel.metadata
    requires = tomllib.loads(repository.show(release.tree, "pyproject.toml"))["build-system"]["requires"]
    return {
        "name": (canonicalize_name(metadata.name), release.distribution),
        "version": (str(metadata.version), release.version),
        "file": (wheel.path.name, release.artefact),
        "RECORD": (wheel.record_sha256, release.record_sha256),
        "build backend": (", ".join(requires), release.tool),
    }


def _package(repository: Repository, release: Release, tarball: Tarball) -> Facts:
    manifest = tarball.manifest
    return {
        "name": (manifest["name"], release.distribution),
        "version": (manifest["version"], semver(release.number)),
        "file": (tarball.path.name, release.artefact),
        "tar": (tarball.record_sha256, release.record_sha256),
        "compiler": (compiler(repository, release.tree), release.tool),
    }


def _contents(release: Release, facts: Facts) -> Iterator[str]:
    """What the artefact and its sources say about themselves that the ledger does not."""
    for fact, (found, recorded) in facts.items():
        if found != recorded:
            yield f"{release}: the {fact} is {found}, but {FILE} says {recorded}."


def _refs(repository: Repository, release: Release) -> Iterator[str]:
    """A commit or tag that holds something else; a clone may lack either."""
    tag = f"refs/tags/{release.tag}"
    for ref in filter(None, (release.commit, tag)):
        if repository.has(f"{ref}^{{commit}}") and _tree(repository, ref, release) != release.tree:
            yield f"{release}: {ref} has other content in {release.place} than the ledger's tree."


def _tree(repository: Repository, ref: str, release: Release) -> str:
    return repository.tree(f"{ref}^{{commit}}", release.place)


def pinned_releases(workspace: Workspace, ledger: Ledger) -> frozenset[Release]:
    """The releases that the services pin.

    Raises:
        Failed: a pin names no release.
    """
    services = (each for each in workspace.released if not each.is_library)
    pins = ((name, version) for each in services for name, version in read_pins(each).items())
    return frozenset(ledger.find(name, str(version)) for name, version in pins)


@click.command()
@click.argument("projects", nargs=-1)
@click.option("--pinned", is_flag=True, help="Only the releases that a service pins.")
@click.option(
    "--index",
    "place",
    help="Compare every file of this index instead: a URL, s3://bucket/prefix or a folder.",
)
@click.option(
    "--url",
    envvar="OGROM_INDEX_URL",
    default="",
    help="Where people reach that index, unless --index says it; npm wants to know.",
)
@click.option("--schema", is_flag=True, help="Prove lattice.toml again instead: who serves which phase.")
@click.option("--on", "kinds", multiple=True, type=click.Choice(["sqlite", "mariadb"]), help="For --schema.")
@click.option("--add", is_flag=True, help="For --schema: add the rows that lattice.toml lacks.")
@click.option(
    "--release",
    "more",
    multiple=True,
    metavar="VERSION",
    help="For --schema: one more release of sources.",
)
@history_option
@click.option("--root", type=click.Path(path_type=Path), default=ROOT, hidden=True)
def main(
    projects: tuple[str, ...],
    *,
    pinned: bool,
    place: str | None,
    url: str,
    schema: bool,
    kinds: tuple[str, ...],
    add: bool,
    more: tuple[str, ...],
    history: Path | None,
    root: Path,
) -> None:
    """Rebuild releases from git's history and compare them with the ledger: all, or those of PROJECTS."""
    if schema:
        from ogrom_tools.schema import verify  # SQLAlchemy takes long to import

        (verify.add if add else verify.verify)(root, kinds or verify.KINDS, history, more)
        return
    repository, ledger = Repository(root), Ledger.read(root)
    if place:
        _verify_index(place, url, ledger)
        return
    releases = _chosen(ledger, projects)
    if pinned:
        releases = tuple(each for each in releases if each in pinned_releases(discover(root), ledger))
    console = Console(soft_wrap=True, highlight=False)
    if releases:
        say(f"Rebuilding {len(releases)} releases ...")
    with tempfile.TemporaryDirectory() as name:
        verdicts = [_print(console, each) for each in examine_all(repository, releases, Path(name))]
        bad = [problem for verdict in verdicts for problem in verdict.problems]
        if bad:
            raise Failed("\n".join(["", *bad]))
    if releases:
        console.print(f"{len(releases)} releases were rebuilt: the same bytes.")
    else:
        console.print("There is no such release yet." if ledger.releases else f"There is no {FILE} yet.")


def _verify_index(place: str, url: str, ledger: Ledger) -> None:
    say(f"Comparing every file of {place} with the ledger ...")
    reached = place if place.startswith(("http://", "https://")) else url
    if wrong := list(index.differences(index.store_at(place, to_read=True), ledger, reached)):
        raise Failed("\n".join(["", *wrong]))
    print(f"{place} has what follows from the ledger, to the last byte: {len(ledger.releases)} releases.")


def _chosen(ledger: Ledger, names: Iterable[str]) -> tuple[Release, ...]:
    named = {each.distribution: each.project for each in ledger}
    wanted = {named.get(name, name) for name in names} or {*named.values()}
    for name in wanted:
        if not ledger.of(name):
            known = ", ".join(sorted({each.project for each in ledger})) or "none"
            raise Failed(f"{name} was never released; projects with releases: {known}.")
    return tuple(each for each in ledger if each.project in wanted)


def _print(console: Console, verdict: Verdict) -> Verdict:
    mark = "[red]not the same[/]" if verdict.problems else "[green]the same[/]"
    yanked = f"  [yellow]yanked: {escape(verdict.release.yanked)}[/]" if verdict.release.is_yanked else ""
    console.print(f"{escape(str(verdict.release)):<24}{mark}  {verdict.seconds:.1f} s{yanked}")
    return verdict


if __name__ == "__main__":
    main(prog_name="./dev verify")
