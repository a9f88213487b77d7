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


@dataclass(frozen=True)
class Loaded:
    """One round of one contender under one load.

    Attributes:
        throughput: what wrk saw.
        processor_seconds: what its processes used for a thousand requests.
    """

    throughput: Throughput
    processor_seconds: float


@dataclass(frozen=True)
class Found:
    """Everything that was measured; keys begin with the contender's name and the store."""

    loaded: dict[tuple[str, Store, Case], tuple[Loaded, ...]] = field(default_factory=dict)
    steady: dict[tuple[str, Store], tuple[Latency, ...]] = field(default_factory=dict)
    memory: dict[tuple[str, Store, int], Memory] = field(default_factory=dict)
    refused: dict[tuple[str, Store, int], str] = field(default_factory=dict)
    """Why a contender was not measured: it answers something else, or does not start."""

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


@dataclass(frozen=True)
class _Contender:
    """A server that is up and warm, and what wrk is told for it."""

    running: Running
    scripts: Mapping[str, str]
    paths: Sequence[str]

    def loaded(self, case: Case, seconds: int) -> Loaded:
        """One round."""
        ids = self.running.process_ids
        before = processor_seconds(ids)
        seen = throughput(self.running.url, case.connections, seconds, self.scripts[case.asks])
        used = processor_seconds(ids) - before
        return Loaded(seen, used / seen.requests * 1000)

    def warm(self, products: int, collages: int) -> None:
        """Load it for some seconds with each kind of request that changes what is computed."""
        throughput(self.running.url, _WARM_CONNECTIONS, products, self.scripts["product"])
        throughput(self.running.url, _WARM_CONNECTIONS, collages, self.scripts["collages"])


def measured(plan: Plan, url: str, catalogue: Path, tell: Callable[[str], object]) -> Found:
    """Measure a plan.

    Args:
        plan: what to measure.
        url: of the MariaDB.
        catalogue: what the stores in memory hold.
        tell: is told what happens now.
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
                up[name] = _Contender(server, scripts(server.url, paths), paths)
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
    if processes == 1:
        steady = rounds(tuple(up), lambda name: _steady(up[name], plan.seconds), plan.rounds)
        found.steady.update({(name, store): values for name, values in steady.items()})


def _steady(contender: _Contender, seconds: int) -> Latency:
    # Few, since the generator draws from all of them each time, on the processors that the server needs.
    return latency(contender.running.url, contender.paths[::20], RATE, seconds)
