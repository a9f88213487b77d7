"""Judges libraries that are to be released by the contract of the service with them."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from packaging.version import Version

from ogrom_rules.contract import ContractFinding, compare
from ogrom_tools.contracts.document import SERVICE, DoesNotRun, Json, document
from ogrom_tools.contracts.history import Contracts, broken, notice_of
from ogrom_tools.git import Repository
from ogrom_tools.ledger import Ledger
from ogrom_tools.pins.pyproject import read
from ogrom_tools.projects import Workspace


@dataclass(frozen=True)
class Judgement:
    """What clients notice of one library."""

    findings: tuple[ContractFinding, ...] = ()
    breaks: str = ""
    """A line for each change that breaks them without notice."""
    problem: str = ""
    """Why the service does not run with it; what comes of it is then found with the next library."""
    contract: Json | None = None
    """The contract with it; None where the service does not run with it, or none is kept."""


@dataclass
class Judge:
    """Compares the contract with each library with the one before it; owns which one that is."""

    contracts: Contracts
    notice: dt.timedelta
    before: Json

    def judge(self, found: Json) -> Judgement:
        """What clients notice who had the contract before."""
        findings = compare(self.before, found)
        self.before = found
        today = dt.datetime.now(dt.UTC).date()
        breaks = broken(findings, found, self.contracts, today, self.notice)
        return Judgement(findings, breaks, contract=found)


Ask = Callable[[str], Callable[[], Judgement]]
"""Begins to put HEAD's library of this name under the service, on top of those before; what it gives waits for that."""


@contextmanager
def judging(workspace: Workspace, ledger: Ledger) -> Iterator[Ask]:
    """Judge libraries one after the other; where no contract is kept, nothing is found.

    The first is compared with the service of HEAD on the last releases, or with the current contract where that service
    needs what is not released yet.
    """
    root, repository = workspace.root, Repository(workspace.root)
    contracts = Contracts.read(root)
    if contracts.current is None:
        yield lambda name: Judgement
        return
    trees = _trees(workspace, ledger)

    def made() -> Future[tuple[Json, str]]:
        return pool.submit(document, repository, tuple(trees.values()))

    with ThreadPoolExecutor(2) as pool:  # programs that run beside the comparison of Python's names
        begun = made()

        @cache
        def judge() -> Judge:
            try:
                before, _ = begun.result()
            except DoesNotRun:
                before = contracts.document(contracts.entries[-1].version)
            return Judge(contracts, notice_of(root), before)

        def ask(name: str) -> Callable[[], Judgement]:
            trees[name] = repository.tree("HEAD", f"libs/{name}")
            asked = made()

            def wait() -> Judgement:
                try:
                    found, _ = asked.result()
                except DoesNotRun as problem:
                    return Judgement(problem=str(problem))
                return judge().judge(found)

            return wait

        try:
            yield ask
        finally:
            pool.shutdown(cancel_futures=True)


def _trees(workspace: Workspace, ledger: Ledger) -> dict[str, str]:
    """The ids of the trees of HEAD's service, the first, and of the last releases of what it pins, by name."""
    versions = {each.name: Version(each.version) for each in workspace.libraries}
    pinned = read(workspace[SERVICE.rpartition("/")[2]])
    lasts = {name: ledger.last(name, versions.get(name)) for name in pinned}
    service = {"": Repository(workspace.root).tree("HEAD", SERVICE)}
    return service | {name: last.tree for name, last in lasts.items() if last}
