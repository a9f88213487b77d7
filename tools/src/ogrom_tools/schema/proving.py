"""Proves what the lattice claims, again or for the first time: what is in the field, phase by phase."""

import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

from ogrom.sources.testing import phases
from ogrom_tools.command import Failed
from ogrom_tools.ledger import Ledger, Release
from ogrom_tools.projects import Workspace
from ogrom_tools.schema.databases import databases
from ogrom_tools.schema.exchange import EDITION
from ogrom_tools.schema.field import Field
from ogrom_tools.schema.harness import Harness, Proof
from ogrom_tools.schema.lattice import PROJECT, Lattice, Row
from ogrom_tools.schema.phases import Phase
from ogrom_tools.schema.tried import Tried, to_prove, tried
from ogrom_tools.wheelhouse import Wheelhouse

Report = Callable[[Proof], None]


def prove(
    workspace: Workspace,
    ledger: Ledger,
    database: str,
    field: Field,
    *,
    more: Iterable[str] = (),
    new: Iterable[Release] | None = None,
    report: Report,
) -> tuple[Proof, ...]:
    """Try what has no row yet: each release on each phase, alone, and those that serve it in pairs.

    The phases are those that the changes of the work tree lead to, and what the database is known to be at.

    Args:
        workspace: the checkout.
        ledger: with all of them.
        database: `sqlite` or `mariadb`.
        field: who is tried, besides the last release of each major.
        more: further versions.
        new: only what involves one of these, or a phase after all that have a row; None for all.
        report: told of each proof, first to last.

    Returns:
        What came of each.

    Raises:
        Failed: one cannot be built or installed.
    """
    only = None if new is None else {each.version for each in new}
    releases = tried(Wheelhouse(workspace), ledger, to_prove(ledger, field, more))
    rows = [each for each in Lattice.read(workspace.root) if each.database == database]
    known = {each.claim for each in rows}
    last = max((Phase.parse(each.phase) for each in rows), default=Phase(""))

    def lacks(phase: Phase, release: Tried, beside: Tried | None = None) -> bool:
        versions = {each.sources.version for each in (release, beside) if each}
        claim = (str(phase), release.sources.version, beside.sources.version if beside else "", database)
        return claim not in known and (only is None or phase > last or bool(only & versions))

    with tempfile.TemporaryDirectory() as name, databases(database, Path(name)) as kind:
        harness = Harness(workspace, kind)
        _install(harness, releases)
        line = sorted({*map(Phase.parse, phases()), *field.phases})
        alone = [(phase, each) for phase in line for each in releases if lacks(phase, each)]
        proofs = list(_tell(_side_by_side(harness.alone, alone), report))
        serving = known | {each.row.claim for each in proofs if not each.problem}
        pairs = [
            (phase, later, earlier)
            for phase in line
            for earlier, later in combinations(releases, 2)
            if {(str(phase), each.sources.version, "", database) for each in (earlier, later)} <= serving
            if lacks(phase, later, earlier)
        ]
        proofs += _tell(_side_by_side(harness.beside, pairs), report)
    return tuple(proofs)


def prove_again(
    workspace: Workspace, ledger: Ledger, database: str, field: Field, more: Iterable[str], report: Report
) -> tuple[str, ...]:
    """Prove the rows of the same releases again; what is not as they say, a sentence each.

    Raises:
        Failed: a release cannot be built or installed.
    """
    releases = {
        each.sources.version: each
        for each in tried(Wheelhouse(workspace), ledger, to_prove(ledger, field, more))
    }
    rows = [
        each
        for each in Lattice.read(workspace.root)
        if each.database == database and {each.release, each.beside or each.release} <= releases.keys()
    ]
    if not rows:
        return (
            f"No row is about {database} and what is in the field; add them: ./dev verify --schema --add",
        )
    with tempfile.TemporaryDirectory() as name, databases(database, Path(name)) as kind:
        harness = Harness(workspace, kind)
        _install(harness, tuple(releases.values()))

        def again(row: Row) -> Proof:
            phase = Phase.parse(row.phase)
            if row.beside:
                return harness.beside(phase, releases[row.release], releases[row.beside])
            return harness.alone(phase, releases[row.release])

        proofs = list(_tell(_side_by_side(again, [(each,) for each in rows]), report))
    found = (difference(row, proof) for row, proof in zip(rows, proofs, strict=True))
    return (*filter(None, found), *unproved(rows, tuple(releases), database))


def difference(row: Row, proof: Proof) -> str:
    """What of a proof is not as its row says; "" for nothing."""
    if proof.problem:
        return f"{row}: not so: {proof.problem}"
    if proof.starts != row.starts:
        return f"{row}: its own migration {'leaves' if proof.starts else 'does not leave'} the phase alone."
    if row.edition == EDITION and proof.row.evidence != row.evidence:
        return f"{row}: it serves, but what was tried is not what the row's hash is of."
    return ""


def unproved(rows: Sequence[Row], releases: Sequence[str], database: str) -> Iterator[str]:
    """The releases that have no row, and the pairs that share a phase and have none."""
    known = {each.claim for each in rows}
    for each in releases:
        if not any(row.release == each and not row.beside for row in rows):
            yield f"{database}: sources {each} is not proved on any phase."
    for phase in sorted({each.phase for each in rows}):
        serving = [each for each in releases if (phase, each, "", database) in known]
        for earlier, later in combinations(serving, 2):
            if (phase, later, earlier, database) not in known:
                yield f"phase {phase}, {database}: sources {later} beside {earlier} is not proved."


def added(
    workspace: Workspace, ledger: Ledger, new: Iterable[Release], kinds: Iterable[str], report: Report
) -> str:
    """The text of lattice.toml with the rows of new releases of sources.

    Raises:
        Failed: one serves no phase, or not beside what is in the field; or it cannot be installed.
    """
    releases = [each for each in new if each.project == PROJECT]
    lattice, field = Lattice.read(workspace.root), Field.read(workspace)
    for kind in kinds:
        proofs = prove(workspace, ledger, kind, field, new=releases, report=report)
        # Older ones are tried on new phases only.
        there = field.releases if any(each.database == kind for each in lattice) else ()
        if wrong := refused(proofs, [each.version for each in releases], there):
            raise Failed("\n".join(wrong))
        lattice = lattice.adding(each.row for each in proofs if not each.problem)
    return lattice.text


def refused(proofs: Iterable[Proof], new: Collection[str], field: Collection[str] = ()) -> tuple[str, ...]:
    """Why new releases cannot be let out beside what is in the field, a sentence each."""
    found = [*proofs]
    alone = {each.release for each in found if not (each.beside or each.problem)}
    lost = [each for each in new if each not in alone]
    return (
        *(f"sources {each} serves no phase of the schema; above is what fails on each." for each in lost),
        *(
            f"{each.row}: {each.problem}. Keep what the other reads and writes until it is out of the field."
            for each in found
            if each.beside and each.problem
        ),
        *(
            f"{each.row}: {each.problem}. It is in the field, and an expand leaves all that it uses."
            for each in found
            if each.problem and not each.beside and each.release in {*field} - {*new}
            if not Phase.parse(each.phase).contracts
        ),
    )


def _install(harness: Harness, field: Iterable[Tried]) -> None:
    """Make the environments one after another, before anybody measures or waits."""
    for each in field:
        harness.environment(each)


def _side_by_side(prove: Callable[..., Proof], arguments: Sequence[Sequence[object]]) -> Iterator[Proof]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda each: prove(*each), arguments)


def _tell(proofs: Iterable[Proof], report: Report) -> Iterator[Proof]:
    for each in proofs:
        report(each)
        yield each
