"""The targets of the comparison, and whether they are met."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bench.measure.report import Target, Verdict
from bench.measure.timing import Spread, ratio
from bench.peers import Peer

from .cases import STANDARD, Case, Store
from .measuring import Figure, Results, p50, p99, per_second

OURS = "ogrom"
THREADS = "ogrom-threads"
JVM = "clojure"


@dataclass(frozen=True)
class Bound:
    """The share of a contender's throughput that Ogrom should reach under a load."""

    peer: str
    store: Store
    case: Case
    share: float


_TWO, _MANY_BY_TWO = Case("product", 16, processes=2), Case("product", 64, processes=2)

BOUNDS = (
    *(Bound(peer, "MariaDB", STANDARD, 1.0) for peer in ("flask-fair", "apiflask", "smorest", "falcon-fair")),
    Bound("fastapi", "MariaDB", Case("collages", 16), 1.0),
    Bound("flask-plain", "memory", STANDARD, 0.9),
    Bound("fastapi", "memory", STANDARD, 1.0),
    Bound("litestar", "memory", STANDARD, 0.9),
    Bound(JVM, "memory", _TWO, 1.0),
    Bound(JVM, "MariaDB", _TWO, 1.3),
    Bound(JVM, "MariaDB", _MANY_BY_TWO, 1.6),
    Bound("fastify", "MariaDB", _MANY_BY_TWO, 1.0),
)
MEMORY_SHARE = 0.25

NO_SLOWER = 0.98
"""The share of its own earlier throughput that Ogrom should reach, in the upper quartile of rounds."""

NO_LATER = 1.02
"""How many times the latency of another setting Ogrom's own may be, in the lower quartile of rounds."""

_LATENCIES: Mapping[str, Figure] = {"p50": p50, "p99": p99}


def throughput_goals(found: Results, peers: Mapping[str, Peer], bounds: Iterable[Bound]) -> Iterator[Verdict]:
    """The verdict on each bound."""
    for bound in bounds:
        what = f"Throughput, x {_title(bound.peer, peers)}: {described(bound.store, bound.case)}"
        value = compared(found, bound.peer, bound.store, bound.case, per_second)
        yield verdict(Target(what, bound.share), value, bound.peer, peers)


def memory_goals(found: Results, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Ogrom's memory compared with a JVM's."""
    for store in ("memory", "MariaDB"):
        what = f"Memory, x {_title(JVM, peers)}: {store}, one process"
        yield verdict(Target(what, MEMORY_SHARE, "at most"), _memory(found, store), JVM, peers)


def kept(found: Results, peers: Mapping[str, Peer]) -> Iterator[Verdict]:
    """Ogrom is no slower than earlier releases of it under any load.

    The upper quartile of the rounds' ratios decides, since the machine's noise is in the others.
    """
    for name in peers:
        if name in {OURS, THREADS} or peers[name].group != OURS:
            continue
        for contender, store, case in found.loaded:
            seen = compared(found, name, store, case, per_second)
            if contender == OURS and seen:
                target = Target(f"Throughput, x {peers[name].title}: {store}, {case}", NO_SLOWER)
                yield Verdict(target, seen.high)


def no_worse_than_threads(
    found: Results, peers: Mapping[str, Peer], store: Store, case: Case, where: str = ""
) -> Iterator[Verdict]:
    """The loop is no worse than a thread for each request, neither in throughput nor in latency."""
    what = f"x a thread a request: {described(store, case)}{where}"
    share = compared(found, THREADS, store, case, per_second)
    yield verdict(Target(f"Throughput, {what}", NO_SLOWER), share and share.high, THREADS, peers)
    for name, figure in _LATENCIES.items():
        times = compared(found, THREADS, store, case, figure)
        yield verdict(Target(f"{name}, {what}", NO_LATER, "at most"), times and times.low, THREADS, peers)


def described(store: Store, case: Case) -> str:
    """A load in words."""
    asks = {
        "product": "by id",
        "balanced": "by id with a balancer's header",
        "collages": "20 collages",
        "unchanged": "304",
    }
    connections = "1 connection" if case.connections == 1 else f"{case.connections} connections"
    processes = "one process" if case.processes == 1 else f"{case.processes} processes"
    return f"{asks[case.asks]}, {store}, {connections}, {processes}"


def compared(
    found: Results, peer: str, store: Store, case: Case, figure: Figure, ours: str = OURS
) -> Spread | None:
    """Ogrom's figure as a multiple of a contender's; None if either was not measured."""
    mine, theirs = (found.sample(name, store, case, figure) for name in (ours, peer))
    return ratio(mine, theirs) if mine and theirs else None


def verdict(target: Target, value: Spread | float | None, peer: str, peers: Mapping[str, Peer]) -> Verdict:
    """The verdict on a target that compares with a peer, by the median of rounds."""
    value = value.middle if isinstance(value, Spread) else value
    return Verdict(target, value, "not in this run" if peer in peers else f"{peer} cannot run here")


def _title(peer: str, peers: Mapping[str, Peer]) -> str:
    return peers[peer].title if peer in peers else peer


def _memory(found: Results, store: Store) -> float | None:
    ours, theirs = (found.memory.get((name, store, 1)) for name in (OURS, JVM))
    return ours.pss / theirs.pss if ours and theirs else None
