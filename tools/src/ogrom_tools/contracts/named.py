"""The contract that somebody names: a version of it, a revision of git, or a release of a library."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ogrom_tools.command import Failed
from ogrom_tools.contracts.document import SERVICE, Json, document
from ogrom_tools.contracts.history import FOLDER, TABLE, Contracts
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import Project, Workspace

TREE = "tree"
"""Stands for the service in the work tree."""
_NUMBER = re.compile(r"\d+\.\d+\.\d+")
_RELEASE = re.compile(r"([a-z]+)@(.+)")


def named(workspace: Workspace, name: str) -> Json:
    """The contract that is meant.

    `1.2.0` is that version. `core@2.1.0` is what was live when the service first pinned that release; a release that it
    never pinned is put under the service of today. All else is a revision of git: what the service promised there on
    its pins.

    Raises:
        Failed: there is none.
    """
    repository, contracts = Repository(workspace.root), Contracts.read(workspace.root)
    if _NUMBER.fullmatch(name):
        return contracts.document(name)
    release = _release(workspace, name)
    if release and not _first_pinned(repository, release):
        found, _ = document(repository, _swapped(workspace, release))
        return found
    return _at(repository, contracts, _commit(repository, name, release))


def trees(workspace: Workspace, name: str) -> tuple[str, ...]:
    """Git's ids of the folders of the service that has this contract, the first, and of the libraries that it pins.

    Raises:
        Failed: there are none.
    """
    repository = Repository(workspace.root)
    if _NUMBER.fullmatch(name):
        return _trees(workspace, _revision(workspace, name))
    release = _release(workspace, name)
    if release and not _first_pinned(repository, release):
        return _swapped(workspace, release)
    return _trees(workspace, _commit(repository, name, release))


def _release(workspace: Workspace, name: str) -> Release | None:
    found = _RELEASE.fullmatch(name)
    return Ledger.read(workspace.root).find(found[1], found[2]) if found else None


def _commit(repository: Repository, name: str, release: Release | None) -> str:
    """The commit that is meant: a revision, or the first that pinned a release."""
    if release:
        return _first_pinned(repository, release)
    try:
        return repository.commit(name)
    except Failed as problem:
        raise Failed(
            f"{name!r} is no file and no URL, not {TREE!r}, no version of the contract such as 1.2.0, no release such "
            "as core@2.1.0 and no revision of git."
        ) from problem


def _revision(workspace: Workspace, version: str) -> str:
    """The commit whose service has this version: the one it was found for, or the one that added it."""
    contracts = Contracts.read(workspace.root)
    contracts.document(version)
    entry = next(each for each in contracts.entries if each.version == version)
    options = ("--diff-filter=A", "--format=%H", "--", f"{FOLDER}/{version}.json")
    return entry.revision or Repository(workspace.root)("log", *options).partition("\n")[0]


def _first_pinned(repository: Repository, release: Release) -> str:
    """The first commit at which the service pinned it; "" for none."""
    pin = rf"{release.distribution}(\[[a-z,]+\])?=={re.escape(release.version)}[\"']"
    options = ("--reverse", "--format=%H", "--extended-regexp", f"-G{pin}")
    return repository("log", *options, "--", f"{SERVICE}/pyproject.toml").partition("\n")[0]


def _at(repository: Repository, contracts: Contracts, commit: str) -> Json:
    if repository.has(f"{commit}:{TABLE}"):
        table = tomllib.loads(repository.show(commit, TABLE))
        found: Json = json.loads(repository.show(commit, f"{FOLDER}/{table['contract'][-1]['version']}.json"))
        return found
    for entry in reversed(contracts.entries):
        if entry.revision and _follows(repository, entry.revision, commit):
            return contracts.document(entry.version)
    raise Failed(f"No contract is known of {commit[:12]}, which is before the first one in {TABLE}.")


def _follows(repository: Repository, ancestor: str, commit: str) -> bool:
    try:
        repository("merge-base", "--is-ancestor", ancestor, commit)
    except Failed:
        return False
    return True


def _trees(workspace: Workspace, commit: str) -> tuple[str, ...]:
    """The service at a commit, and the releases that it pinned there."""
    repository = Repository(workspace.root)
    service = repository.tree(commit, SERVICE)
    with TemporaryDirectory() as folder:
        repository.export(service, Path(folder) / "service")
        pins = {name: str(version) for name, version in read(Project(Path(folder) / "service")).items()}
    return service, *_of(workspace, pins).values()


def _swapped(workspace: Workspace, release: Release) -> tuple[str, ...]:
    """The service of today, on its pins and this release."""
    pins = {name: str(version) for name, version in read(workspace[SERVICE.rpartition("/")[2]]).items()}
    found = {**_of(workspace, pins), release.project: release.tree}
    return Repository(workspace.root).tree("HEAD", SERVICE), *found.values()


def _of(workspace: Workspace, pins: Mapping[str, str]) -> Mapping[str, str]:
    ledger = Ledger.read(workspace.root)
    return {name: ledger.find(name, version).tree for name, version in pins.items()}
