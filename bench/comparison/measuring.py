"""Measures a plan over a private MariaDB: all contenders with the same store are up together and loaded in turn."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from bench.database import export_catalogue, seconds_to_ask, seeded_database, server_process
from bench.measure.distance import delayed_database
from bench.measure.openloop import Latency, latency
from bench.measure.options import chosen, minutes
from bench.measure.timing import Sample, rounds
from bench.measure.wrk import Throughput, throughput
from bench.peers import MEMORY, PEERS, Peer
from bench.peers.check import Catalogue, WrongPeer, require
from bench.peers.environments import VERSION, on_debian
from bench.peers.running import PeerFailed, Running, running
from ogrom_rehearsal.usage import Memory, memory, processor_seconds

from .cases import Case, Store, product_paths, scripts

WARM_UP = 3
"""Seconds of load before anything is measured, long enough to request every product once."""

WARM_UP_OF_A_JVM = 12
"""A JVM compiles what has run for a while."""

RATE = 200.0
"""Requests a second of the open loop; every contender can do more."""

DATABASE, WAY = "database", "way"
"""What works for all contenders: the database's server, and the delayed network before it."""

_START = {"jvm": 8.0}
_OTHERS_START = 1.8
_AROUND_WRK = 0.15
_AROUND_THE_GENERATOR = 0.3
_DATABASE = 10.0
_WARM_CONNECTIONS = 16
_THREADS = 8
_NOBODY: Mapping[str, int] = {}


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        peers: by name, in the order of the tables.
        stores: where the answers come from.
        cases: the loads.
        rounds: how often each is measured.
        seconds: the length of each measurement; whole.
        is_steady: whether latency at a fixed rate is measured too.
    """

    peers: Mapping[str, Peer]
    stores: Sequence[Store]
    cases: Sequence[Case]
    rounds: int
    seconds: int
    is_steady: bool = True

    @property
    def groups(self) -> Iterator[tuple[Store, int]]:
        """The servers that are up together: their store, and the number of processes of each."""
        numbers = sorted({each.processes for each in self.cases})
        return ((store, number) for store in self.stores for number in numbers)

    @property
    def planned_seconds(self) -> float:
        """About how long it takes on an idle machine."""
        return _DATABASE + sum(self._group_seconds(number) for _, number in self.groups)

    def _group_seconds(self, processes: int) -> float:
        cases = sum(each.processes == processes for each in self.cases)
        steady = self.seconds + _AROUND_THE_GENERATOR if processes == 1 and self.is_steady else 0.0
        loads = self.rounds * (cases * (self.seconds + _AROUND_WRK) + steady) * len(self.peers)
        starts = sum(
            _START.get(each.group, _OTHERS_START) + sum(warm_up(each)) for each in self.peers.values()
        )
        return starts + loads


def warm_up(peer: Peer) -> tuple[int, int]:
    """For how many whole seconds a peer is warmed up with products and with collages."""
    seconds = WARM_UP_OF_A_JVM if peer.group == "jvm" else WARM_UP
    return seconds * 2 // 3, seconds // 3


@dataclass(frozen=True)
class Loaded:
    """One round of one contender under one load.

    Attributes:
        throughput: what wrk saw.
        processor_seconds: of its processes, for a thousand requests.
        others: the same of processes that work for it, such as the database's, by name.
    """

    throughput: Throughput
    processor_seconds: float
    others: Mapping[str, float] = field(default_factory=dict)


Figure: TypeAlias = Callable[[Loaded], float]
"""One figure of a round."""


def per_second(loaded: Loaded) -> float:
    """Requests a second."""
    return loaded.throughput.requests_per_second


def p50(loaded: Loaded) -> float:
    """The median latency in seconds."""
    return loaded.throughput.p50


def p99(loaded: Loaded) -> float:
    """The latency in seconds that 99 % of the requests do not exceed."""
    return loaded.throughput.p99


@dataclass(frozen=True)
class Results:
    """Everything that was measured; keys begin with the contender's name and the store."""

    loaded: dict[tuple[str, Store, Case], tuple[Loaded, ...]] = field(default_factory=dict)
    steady: dict[tuple[str, Store], tuple[Latency, ...]] = field(default_factory=dict)
    memory: dict[tuple[str, Store, int], Memory] = field(default_factory=dict)
    refused: dict[tuple[str, Store, int], str] = field(default_factory=dict)
    """Why a contender was not measured: it gives wrong responses, or does not start."""
    remarks: list[str] = field(default_factory=list)
    """Further notes, a sentence each."""

    def sample(self, name: str, store: Store, case: Case, figure: Figure) -> Sample | None:
        """A figure of each round of a contender under a load; None if that was not measured."""
        values = self.loaded.get((name, store, case))
        return Sample.of(map(figure, values)) if values else None

    @property
    def errors(self) -> Mapping[str, int]:
        """How many requests failed, by contender and load; only if any did."""
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
        """Remarks, and what went wrong, a sentence each."""
        yield from self.remarks
        yield from (f"{number} requests failed: {what}." for what, number in self.errors.items())
        for (_, store, number), why in self.refused.items():
            yield f"{store}, {number} processes: {why}"


@dataclass(frozen=True)
class _Contender:
    """A server that is up and warm, and wrk's scripts for it."""

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
        """Load it with products and with collages, for so many seconds each."""
        throughput(self.running.url, _WARM_CONNECTIONS, products, self.scripts["product"])
        throughput(self.running.url, _WARM_CONNECTIONS, collages, self.scripts["collages"])


def measured(
    plan: Plan,
    url: str,
    catalogue: Path,
    tell: Callable[[str], object],
    others: Mapping[str, int] = _NOBODY,
) -> Results:
    """Measure a plan; `others` are the ids of processes that work for all contenders, by name."""
    found = Results()
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
    """Start a contender, and check its responses.

    Raises:
        PeerFailed: it does not run.
        WrongPeer: its responses are wrong.
    """
    with running(peer, store, catalogue, processes, _THREADS) as server:
        require(peer, server.url, catalogue)
        yield server


def _measure(found: Results, plan: Plan, store: Store, processes: int, up: Mapping[str, _Contender]) -> None:
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


def add_peers(reader: argparse.ArgumentParser) -> None:
    """Add the options that choose the contenders."""
    reader.add_argument("--peers", help=f"only these, separated by commas: {', '.join(PEERS)}")
    reader.add_argument("--python", choices=(VERSION,), help="run all Python contenders on Debian's Python")


def peers_of(options: argparse.Namespace, standard: Iterable[str]) -> Mapping[str, Peer]:
    """The peers that the command line names, or the standard ones; Ogrom is always the first."""
    peers = {"ogrom": PEERS["ogrom"], **chosen(PEERS, options.peers, standard)}
    return {**peers, **on_debian(peers)} if options.python else peers


def run(name: str, plan: Plan, tell: Callable[[str], object], round_trip: float = 0.0) -> Results:
    """Measure a plan over the seeded database, which is `round_trip` seconds away."""
    tell(f"{name}: {len(plan.peers)} contenders, {plan.rounds} rounds, about {minutes(plan.planned_seconds)}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = stack.enter_context(seeded_database())
        catalogue, others, remarks = export_catalogue(url, folder), {DATABASE: server_process(url)}, []
        if round_trip:
            way = stack.enter_context(delayed_database(url, round_trip))
            near, far = (seconds_to_ask(each) * 1e3 for each in (url, way.url))
            remarks = [
                f"SELECT 1 takes {near:.2f} ms without the network in between, and {far:.2f} ms with it."
            ]
            url, others = way.url, {**others, WAY: way.process_id}
        found = measured(plan, url, catalogue, tell, others)
        found.remarks.extend(remarks)
        return found
