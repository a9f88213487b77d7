"""Measures a mixed load: with searches and without, in turn."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.beside.headers import BALANCER
from bench.measure.openloop import Kind, Latency, latencies
from bench.measure.rounds import Sample, rounds
from bench.measure.usage import processor_seconds
from bench.measure.wrk import in_turn, throughput
from bench.peers import Peer
from bench.peers.running import Running, running

from .kinds import BY_ID, SEARCH, kinds

CONNECTIONS = 64
WARM_UP = 3
_BURSTS = 3


@dataclass(frozen=True)
class Round:
    """One load.

    Attributes:
        kinds: what became of each kind of request.
        processors: how many the server's processes used on average; one process in Python can use one.
    """

    kinds: Mapping[str, Latency]
    processors: float


@dataclass(frozen=True)
class Found:
    """What was measured of one contender.

    Attributes:
        by_id_alone: requests a second, as many as it can.
        rate: the requests a second of the mixed load.
        mixed: the rounds with searches.
        without: the rounds without them; the others came as often as before.
    """

    by_id_alone: float
    rate: float
    mixed: Sequence[Round]
    without: Sequence[Round]


def measured(
    peers: Mapping[str, Peer],
    url: str,
    catalogue: Path,
    count: int,
    seconds: int,
    share: float,
    tell: Callable[[str], object],
) -> Mapping[str, Found]:
    """Measure it.

    Args:
        peers: by name; all are up together, and one is loaded.
        url: of the MariaDB.
        catalogue: what it holds.
        count: of rounds.
        seconds: of a load in each.
        share: of what the server does by id alone, as the rate.
        tell: is told what happens now.
    """
    asked = kinds(catalogue)
    with ExitStack() as stack:
        up = {name: stack.enter_context(running(peer, url, catalogue)) for name, peer in peers.items()}
        most = {name: _by_id_alone(server, asked[BY_ID]) for name, server in up.items()}
        tell(", ".join(f"{name}: {rate:,.0f}/s by id alone" for name, rate in most.items()))
        loads = [(name, is_whole) for name in up for is_whole in (True, False)]

        def load(each: tuple[str, bool]) -> Round:
            name, is_whole = each
            return _load(up[name], asked, most[name] * share, seconds, is_whole=is_whole)

        for each in loads:
            load(each)  # once for nothing: lists and searches have not been asked for yet
        seen = rounds(loads, load, count)
    return {
        name: Found(most[name], most[name] * share, seen[name, True], seen[name, False]) for name in peers
    }


def _by_id_alone(server: Running, kind: Kind) -> float:
    script = in_turn((path, BALANCER) for path in kind.paths)
    throughput(server.url, CONNECTIONS, WARM_UP, script)
    bursts = [throughput(server.url, CONNECTIONS, 1, script) for _ in range(_BURSTS)]
    return Sample.of(each.requests_per_second for each in bursts).median


def _load(server: Running, asked: Mapping[str, Kind], rate: float, seconds: int, *, is_whole: bool) -> Round:
    sent = {name: kind for name, kind in asked.items() if is_whole or name != SEARCH}
    share = sum(each.share for each in sent.values()) / sum(each.share for each in asked.values())
    before = processor_seconds(server.process_ids)
    seen = latencies(server.url, sent, rate * share, seconds)
    return Round(seen, (processor_seconds(server.process_ids) - before) / seconds)
