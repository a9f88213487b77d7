"""Finds the contracts that the service had before they were kept: of each commit that changed its pins."""

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ogrom_tools.command import Failed, uv
from ogrom_tools.contracts.document import SERVICE, document, told
from ogrom_tools.contracts.history import TABLE, Contracts, Entry, Raised, notice_of, raised, write as store
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pyproject import read
from ogrom_tools.pins.released import exported
from ogrom_tools.progress import say
from ogrom_tools.projects import Project, Workspace

_REASON = "Clients were told in words only: contracts were not kept yet."


def write(workspace: Workspace) -> None:
    """Write the contract of each commit that changed the pins, where it is another one than before.

    Those that have been kept since, with their commits, stay as they are.
    """
    repository, root = Repository(workspace.root), workspace.root
    contracts, ledger, pins = Contracts(root), Ledger.read(root), dict[str, str]()
    kept = (each for each in Contracts.read(root).entries if not each.revision)
    with tempfile.TemporaryDirectory() as name:
        for commit, day in _commits(repository):
            folder = Path(name) / commit
            repository.export(repository.tree(commit, SERVICE), folder)
            before, pins = pins, {each: str(version) for each, version in read(Project(folder)).items()}
            if pins in ({}, before):
                continue
            say(f"{commit[:12]}  {day}")
            entry = Entry(version="", date=day, revision=commit, pins=pins)
            try:
                new = _raised(contracts, ledger, Project(folder), entry)
            except Failed as problem:
                unknown = {"revision": commit, "date": day, "reason": told(problem)}
                contracts = replace(contracts, unknown=(*contracts.unknown, unknown))
                continue
            if new:
                store(root, new.files)
                contracts = replace(contracts, entries=(*contracts.entries, new.entry))
                say(str(new))
    store(root, replace(contracts, entries=(*contracts.entries, *kept)).files)


def _raised(contracts: Contracts, ledger: Ledger, service: Project, entry: Entry) -> Raised | None:
    repository = Repository(contracts.root)
    trees = [ledger.find(*each).tree for each in entry.pins.items()]
    tree = repository.tree(entry.revision, SERVICE)
    found, source = document(repository, (tree, *trees), _environment(service))
    entry = replace(entry, source=source)
    return raised(contracts, found, entry, notice=notice_of(contracts.root), reason=_REASON)


def _commits(repository: Repository) -> Iterator[tuple[str, str]]:
    """Those that changed the service's pyproject.toml before there was a table, the oldest first, each with its day."""
    options = ("--first-parent", "--reverse", "--format=%H %ct")
    for line in repository("log", *options, "--", f"{SERVICE}/pyproject.toml").splitlines():
        commit, _, epoch = line.partition(" ")
        if repository.has(f"{commit}:{TABLE}"):
            return
        yield commit, dt.datetime.fromtimestamp(int(epoch), dt.UTC).date().isoformat()


def _environment(service: Project) -> str:
    """The interpreter of an environment beside a service's files, with what else its lock holds."""
    listed, folder = service.folder / "others.txt", service.folder / ".venv"
    listed.write_text(
        "\n".join(each.text for each in exported(service) if not each.is_ours), encoding="utf-8"
    )
    python = str(folder / "bin" / "python")
    uv("venv", "--python", sys.executable, str(folder))
    uv("pip", "sync", f"--python={python}", "--require-hashes", str(listed))
    return python
