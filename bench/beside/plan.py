"""How much is measured, and how long that takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.peers import Peer

from .cases import Case, Store

WARM_UP = 3
"""Seconds of load before anything is measured, long enough to ask for every product once."""

WARM_UP_OF_A_JVM = 12
"""It compiles what it has seen run for a while."""

RATE = 200.0
"""Requests a second of the open loop; every contender can do more."""

_START = {"jvm": 8.0}
_OTHERS_START = 1.8
_AROUND_WRK = 0.15
_AROUND_THE_GENERATOR = 0.3
_DATABASE = 10.0


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        peers: by name, in the order of the tables.
        stores: where the answers come from.
        cases: the loads.
        rounds: how often each is measured.
        seconds: for how long each time; whole.
        is_steady: whether latency at a fixed rate is measured, too.
    """

    peers: Mapping[str, Peer]
    stores: Sequence[Store]
    cases: Sequence[Case]
    rounds: int
    seconds: int
    is_steady: bool = True

    @property
    def groups(self) -> Iterator[tuple[Store, int]]:
        """The servers that are up together: one store, so many processes each."""
        numbers = sorted({each.processes for each in self.cases})
        return ((store, number) for store in self.stores for number in numbers)

    @property
    def planned_seconds(self) -> float:
        """About how long it takes on a machine that has nothing else to do."""
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
    """The seconds for which a peer is warmed up with products and with collages; whole, as wrk takes them."""
    seconds = WARM_UP_OF_A_JVM if peer.group == "jvm" else WARM_UP
    return seconds * 2 // 3, seconds // 3
