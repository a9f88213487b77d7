"""What the comparison is to show, and whether it does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.measure.rounds import Sample, ratio
from bench.measure.targets import Target, Verdict
from bench.peers import Peer

from .cases import STANDARD, Case, Store
from .measuring import Found

OURS = "ogrom"
JVM = "clojure"


@dataclass(frozen=True)
class Bound:
    """How much of a contender's throughput Ogrom is to reach under a load."""

    peer: str
    store: Store
    case: Case
    share: float


BOUNDS = (
    *(
        Bound(peer, "MariaDB", STANDARD, 1.0)
        for peer in ("flask-fair", "apiflask", "smorest", "falcon-fair", "fastapi")
    ),
    Bound("flask-plain", "memory", STANDARD, 0.9),
    Bound(JVM, "memory", Case("product", 16, processes=2), 1.0),
    Bound(JVM, "MariaDB", Case("product", 16, processes=2), 1.0),
)
MEMORY_SHARE = 0.25

NO_SLOWER = 0.98
"""How much of its own earlier throughput Ogrom is to reach, by the upper quartile of rounds."""


def goals(found: Found, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Each target, with what was measured."""
    for bound in BOUNDS:
        title = peers[bound.peer].title if bound.peer in peers else bound.peer
        processes = "one process" if bound.case.processes == 1 else f"{bound.case.processes} processes"
        what = (
            f"Throughput, x {title}: by id, {bound.store}, {bound.case.connections} connections, {processes}"
        )
        yield _verdict(Target(what, bound.share), _throughput(found, bound), bound.peer, peers)
    title = peers[JVM].title if JVM in peers else JVM
    for store in ("memory", "MariaDB"):
        target = Target(f"Memory, x {title}: {store}, one process", MEMORY_SHARE, "at most")
        yield _verdict(target, _memory(found, store), JVM, peers)


def kept(found: Found, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """What Ogrom was before is the least that it is to be now: of no load are all quartiles below that.

    The upper quartile of the rounds' own ratios is compared, since the machine's noise is in the others.
    """
    for name in peers:
        if name == OURS or peers[name].group != OURS:
            continue
        for (contender, store, case), values in found.loaded.items():
            theirs = found.loaded.get((name, store, case))
            if contender == OURS and theirs:
                target = Target(f"Throughput, x {peers[name].title}: {store}, {case}", NO_SLOWER)
                samples = (
                    Sample.of(each.throughput.requests_per_second for each in rounds)
                    for rounds in (values, theirs)
                )
                yield Verdict(target, ratio(*samples).high)


def _verdict(target: Target, value: float | None, peer: str, peers: Mapping[str, Peer]) -> Verdict:
    return Verdict(target, value, "not in this run" if peer in peers else f"{peer} cannot run here")


def _throughput(found: Found, bound: Bound) -> float | None:
    ours = found.loaded.get((OURS, bound.store, bound.case))
    theirs = found.loaded.get((bound.peer, bound.store, bound.case))
    if ours is None or theirs is None:
        return None
    samples = (Sample.of(each.throughput.requests_per_second for each in values) for values in (ours, theirs))
    return ratio(*samples).middle


def _memory(found: Found, store: Store) -> float | None:
    ours, theirs = (found.memory.get((name, store, 1)) for name in (OURS, JVM))
    return ours.pss / theirs.pss if ours and theirs else None
