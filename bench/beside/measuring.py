"""Measures all contenders in turn: those of one store and number of processes are up together, one is loaded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.measure.openloop import Latency, latency
from bench.measure.rounds import rounds
from bench.measure.usage import Memory, memory, processor_seconds
from bench.measure.wrk import Throughput, throughput
from bench.peers import MEMORY, Peer
from bench.peers.check import WrongPeer, require
from bench.peers.claims import Catalogue
from bench.peers.running import PeerFailed, Running, running

from .cases import Case, Store, product_paths, scripts
from .plan import RATE, Plan, warm_up

_WARM_CONNECTIONS = 16
_THREADS = 8
_NOBODY: Mapping[str, int] = {}


@dataclass(frozen=True)
class Loaded:
    """One round of one contender under one load.

    Attributes:
        throughput: what wrk saw.
        processor_seconds: what its processes used for a thousand requests.
        others: what those used that worked for it, such as the database, for a thousand requests.
    """

    throughput: Throughput
    processor_seconds: float
    others: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Everything that was measured; keys begin with the contender's name and the store."""

    loaded: dict[tuple[str, Store, Case], tuple[Loaded, ...]] = field(default_factory=dict)
    steady: dict[tuple[str, Store], tuple[Latency, ...]] = field(default_factory=dict)
    memory: dict[tuple[str, Store, int], Memory] = field(default_factory=dict)
    refused: dict[tuple[str, Store, int], str] = field(default_factory=dict)
    """Why a contender was not measured: it answers something else, or does not start."""
    remarks: list[str] = field(default_factory=list)
    """What else is to be said, a sentence each."""

    @property
    def errors(self) -> Mapping[str, int]:
        """How many requests had no right answer, by contender and load; only where there are any."""
        loads = {
            f"{name}, {store}, {case}": sum(each.throughput.errors for each in values)
            for (name, store, case), values in self.loaded.items()
        }
        steady = {
            f"{name}, {store}, {RATE:g}/s": sum(each.failed for each in values)
            for (name, store), values in self.steady.items()
        }
        return {what: number for what, number in (loads | steady).items() if number}

    @property
    def notes(self) -> Iterator[str]:
        """What is to be known of it, and what went wrong, a sentence each."""
        yield from self.remarks
        yield from (f"{number} requests failed: {what}." for what, number in self.errors.items())
        for (_, store, number), why in self.refused.items():
            yield f"{store}, {number} processes: {why}"


@dataclass(frozen=True)
class _Contender:
    """A server that is up and warm, and what wrk is told for it."""

    running: Running
    scripts: Mapping[str, str]
    paths: Sequence[str]
    others: Mapping[str, int]

    def loaded(self, case: Case, seconds: int) -> Loaded:
        """One round."""
        ids = self.running.process_ids
        before = self._used(ids)
        seen = throughput(self.running.url, case.connections, seconds, self.scripts[case.asks])
        used, *others = (
            (after - earlier) / max(1, seen.requests) * 1000
            for earlier, after in zip(before, self._used(ids), strict=True)
        )
        return Loaded(seen, used, dict(zip(self.others, others, strict=True)))

    def _used(self, ids: Sequence[int]) -> Sequence[float]:
        return [processor_seconds(each) for each in (ids, *((one,) for one in self.others.values()))]

    def warm(self, products: int, collages: int) -> None:
        """Load it for some seconds with each kind of request that changes what is computed."""
        throughput(self.running.url, _WARM_CONNECTIONS, products, self.scripts["product"])
        throughput(self.running.url, _WARM_CONNECTIONS, collages, self.scripts["collages"])


def measured(
    plan: Plan,
    url: str,
    catalogue: Path,
    tell: Callable[[str], object],
    others: Mapping[str, int] = _NOBODY,
) -> Found:
    """Measure a plan.

    Args:
        plan: what to measure.
        url: of the MariaDB.
        catalogue: what the stores in memory hold.
        tell: is told what happens now.
        others: processes that work for all contenders, by name, such as the database's.
    """
    found = Found()
    paths = product_paths(Catalogue.read(catalogue).products)
    for store, processes in plan.groups:
        tell(f"{store}, processes each: {processes}")
        with ExitStack() as stack:
            up = {}
            for name, peer in plan.peers.items():
                where = MEMORY if store == "memory" else url
                try:
                    server = stack.enter_context(_right(peer, where, catalogue, processes))
                except (PeerFailed, WrongPeer) as error:
                    found.refused[name, store, processes] = str(error)
                    tell(str(error))
                    continue
                up[name] = _Contender(server, scripts(server.url, paths), paths, others)
                up[name].warm(*warm_up(peer))
            _measure(found, plan, store, processes, up)
    return found


@contextmanager
def _right(peer: Peer, store: str, catalogue: Path, processes: int) -> Iterator[Running]:
    """A contender that runs and answers what it should.

    Raises:
        PeerFailed: it does not run.
        WrongPeer: it answers something else.
    """
    with running(peer, store, catalogue, processes, _THREADS) as server:
        require(peer, server.url, catalogue)
        yield server


def _measure(found: Found, plan: Plan, store: Store, processes: int, up: Mapping[str, _Contender]) -> None:
    cases = [each for each in plan.cases if each.processes == processes]
    loads = [(name, case) for case in cases for name, each in up.items() if case.asks in each.scripts]
    seen = rounds(loads, lambda load: up[load[0]].loaded(load[1], plan.seconds), plan.rounds)
    for (name, case), values in seen.items():
        found.loaded[name, store, case] = values
    for name, each in up.items():
        found.memory[name, store, processes] = memory(each.running.process_ids)
    if processes == 1 and plan.is_steady:
        steady = rounds(tuple(up), lambda name: _steady(up[name], plan.seconds), plan.rounds)
        found.steady.update({(name, store): values for name, values in steady.items()})


def _steady(contender: _Contender, seconds: int) -> Latency:
    return latency(contender.running.url, contender.paths, RATE, seconds)
