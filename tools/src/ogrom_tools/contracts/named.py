"""The contract that somebody names: a version of it, a revision of git, or a release of a library."""

import json
import re
import tomllib

from ogrom_tools.command import Failed
from ogrom_tools.contracts.document import SERVICE, Json, document
from ogrom_tools.contracts.history import FOLDER, TABLE, Contracts
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import Workspace

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
    if found := _RELEASE.fullmatch(name):
        release = Ledger.read(workspace.root).find(found[1], found[2])
        pinned = _first_pinned(repository, release)
        return _at(repository, contracts, pinned) if pinned else _swapped(workspace, release)
    try:
        commit = repository.commit(name)
    except Failed as problem:
        raise Failed(
            f"{name!r} is no file and no URL, not {TREE!r}, no version of the contract such as 1.2.0, no release such "
            "as core@2.1.0 and no revision of git."
        ) from problem
    return _at(repository, contracts, commit)


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


def _swapped(workspace: Workspace, release: Release) -> Json:
    repository, service = Repository(workspace.root), workspace[SERVICE.rpartition("/")[2]]
    ledger = Ledger.read(workspace.root)
    trees = {name: ledger.find(name, str(version)).tree for name, version in read(service).items()}
    trees[release.project] = release.tree
    found, _ = document(repository, (repository.tree("HEAD", SERVICE), *trees.values()))
    return found
