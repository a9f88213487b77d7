"""A start: how long until the first answer, and what is served from then on."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.beside.cases import product_paths
from bench.measure.pace import PER_SECOND, pace
from bench.measure.rounds import rounds
from bench.measure.wrk import in_turn
from bench.peers import Peer
from bench.peers.claims import Catalogue
from bench.peers.running import running
from ogrom_tools.progress import counted

CONNECTIONS = 16
SPAN = 10
"""The seconds from exec that are looked at."""


@dataclass(frozen=True)
class Start:
    """One start of a contender.

    Attributes:
        first_answer: the seconds from exec to the first 200.
        tenths: the requests served in each tenth of a second from exec on.
    """

    first_answer: float
    tenths: tuple[int, ...]

    @property
    def seconds(self) -> Sequence[int]:
        """The requests served in each second from exec on."""
        return [
            sum(self.tenths[begin : begin + PER_SECOND]) for begin in range(0, SPAN * PER_SECOND, PER_SECOND)
        ]

    def served(self, seconds: float, since: float = 0.0) -> int:
        """The requests served in so many seconds, from a moment after exec on."""
        begin = round(since * PER_SECOND)
        return sum(self.tenths[begin : begin + round(seconds * PER_SECOND)])


def starts(
    peers: Mapping[str, Peer], store: str, catalogue: Path, count: int, seconds: int
) -> Mapping[str, tuple[Start, ...]]:
    """Start each contender in turn, alone on the machine, and load it.

    Args:
        peers: by name.
        store: as `bench.peers` has it.
        catalogue: of the products that there are.
        count: how often.
        seconds: how long each is loaded.
    """
    script = in_turn((path, {}) for path in product_paths(Catalogue.read(catalogue).products))

    def start(name: str) -> Start:
        with running(peers[name], store, catalogue) as up:
            origin = time.perf_counter() - up.seconds_to_first_answer
            tenths = pace(up.url, CONNECTIONS, seconds, script, origin, up.seconds_to_first_answer + seconds)
        return Start(up.seconds_to_first_answer, tenths)

    for peer in counted(peers.values(), len(peers), "warmed up"):
        # Once for nothing, so that Python's files are compiled and all files are in the system's cache.
        with running(peer, store, catalogue):
            pass
    return rounds(tuple(peers), start, count)
