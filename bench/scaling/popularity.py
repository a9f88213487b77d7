"""How popular things are, and what a cache in front of them answers."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from random import Random

from .demand import KINDS, Kind

EXPONENT = 0.8
"""Of Zipf's law: 0.64 to 0.83 in six traces of the web (Breslau et al., Web Caching and Zipf-like Distributions,
INFOCOM 1999)."""


@cache
def shares(things: int) -> Sequence[float]:
    """The share of the requests that each of so many things gets, the most popular first; together 1."""
    weights = [rank**-EXPONENT for rank in range(1, things + 1)]
    whole = sum(weights)
    return [each / whole for each in weights]


def hit_ratio(rates: Iterable[float], seconds: float) -> float:
    """The share of the requests that a cache answers, if each thing is asked for at random moments.

    A thing that came from the origin is answered for so many seconds, and the next request after that fetches it
    anew: of 1 + rate x seconds requests, one (Jung, Berger and Balakrishnan, Modeling TTL-based Internet Caches,
    INFOCOM 2003).

    Args:
        rates: of requests for each thing, a second.
        seconds: for which a response is fresh.
    """
    asked = hits = 0.0
    for rate in rates:
        asked += rate
        hits += rate * (rate * seconds / (1 + rate * seconds))
    return hits / asked if asked else 0.0


class Trace:
    """Requests as a day's clients send them: by kind and popularity, else at random; the same ones each time."""

    def __init__(self, market: str, ids: Mapping[str, Sequence[int]], kinds: Sequence[Kind] = KINDS) -> None:
        """Number what there is.

        Args:
            market: the path that all requests are below.
            ids: of the things in each table, in any order; which of them is popular is drawn.
            kinds: what is asked for.
        """
        self._random = Random(1902)
        self._market = market
        self._kinds = kinds
        self._ids = {table: self._random.sample(each, len(each)) for table, each in ids.items()}
        self._sums = {table: list(accumulate(shares(len(each)))) for table, each in ids.items()}

    def paths(self, count: int) -> list[str]:
        """So many further requests."""
        drawn = self._random.choices(self._kinds, [each.share for each in self._kinds], k=count)
        return [self._market + self._path(each) for each in drawn]

    def _path(self, kind: Kind) -> str:
        if not kind.table:
            return kind.path
        (id,) = self._random.choices(self._ids[kind.table], cum_weights=self._sums[kind.table])
        return kind.path.format(id)
