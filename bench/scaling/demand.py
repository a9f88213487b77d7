"""The demand of a day: the talk's ten million visitors a month, and all other assumptions.

All assumptions about clients are here: change them if you know better, and run the benches again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from random import Random

HOURS = 24
_MONTH_SECONDS = 30 * 86_400

_CURVE = (
    *(45, 28, 18, 13, 12, 16, 30, 55, 80, 98, 108, 115),
    *(120, 122, 120, 118, 120, 128, 145, 170, 195, 205, 170, 100),
)
"""How busy each hour of a day is, compared with the others: least at four, most at nine in the evening."""


@dataclass(frozen=True)
class Kind:
    """One kind of request.

    Attributes:
        name: for people.
        path: below the market; `{}` is an id.
        table: that the ids are from; empty if there is only one such path.
        share: of all requests.
    """

    name: str
    path: str
    table: str
    share: float


KINDS: Sequence[Kind] = (
    Kind("a product", "/products/{}", "products", 0.30),
    Kind("a collage's products", "/products?collage_id={}", "collages", 0.15),
    Kind("the categories", "/categories", "", 0.10),
    Kind("a user", "/users/{}", "users", 0.10),
    Kind("a collage", "/collages/{}", "collages", 0.15),
    Kind("the newest collages", "/collages?limit=20", "", 0.05),
    Kind("a collage's comments", "/collages/{}/comments", "collages", 0.15),
)


@dataclass(frozen=True)
class Demand:
    """How often clients come, and how many requests they send.

    Attributes:
        visitors: a month.
        visits: of a visitor, a month.
        pages: of a visit.
        requests: of the API for a page, on average, without those that the client's own cache answers.
        busiest: the busiest day, as a multiple of an average one.
    """

    visitors: float = 10e6
    visits: float = 3.0
    pages: float = 6.0
    requests: float = 1.5
    busiest: float = 1.5

    def times(self, factor: float) -> "Demand":
        """The same with visitors multiplied by a factor."""
        return replace(self, visitors=self.visitors * factor)

    @property
    def average(self) -> float:
        """Requests a second, averaged over a day."""
        return self.visitors * self.visits * self.pages * self.requests / _MONTH_SECONDS

    @property
    def peak(self) -> float:
        """Requests a second in the busiest hour of the busiest day."""
        return self.busiest * max(self.rate(hour + 0.5) for hour in range(HOURS))

    def rate(self, hour: float) -> float:
        """Requests a second at an hour, 0.0 to 24.0, of an average day; interpolated between the middles of hours."""
        place = (hour - 0.5) % HOURS
        before, part = int(place), place % 1
        value = _CURVE[before] * (1 - part) + _CURVE[(before + 1) % HOURS] * part
        return self.average * value * HOURS / sum(_CURVE)


EXPONENT = 0.8
"""Of Zipf's law: 0.64 to 0.83 in six traces of the web (Breslau et al., Web Caching and Zipf-like Distributions,
INFOCOM 1999)."""


@cache
def shares(things: int) -> Sequence[float]:
    """The share of requests for each of so many objects, the most popular first; their sum is 1."""
    weights = [rank**-EXPONENT for rank in range(1, things + 1)]
    whole = sum(weights)
    return [each / whole for each in weights]


def hit_ratio(rates: Iterable[float], seconds: float) -> float:
    """The share of requests that a cache answers, if each object is requested at random times.

    The cache keeps an object for so many seconds, and the next request after that fetches it again: one of
    1 + rate x seconds requests (Jung, Berger and Balakrishnan, Modeling TTL-based Internet Caches, INFOCOM 2003).

    Args:
        rates: of requests for each object, a second.
        seconds: for which a response is fresh.
    """
    asked = hits = 0.0
    for rate in rates:
        asked += rate
        hits += rate * (rate * seconds / (1 + rate * seconds))
    return hits / asked if asked else 0.0


class Trace:
    """Requests as a day's clients send them, random by kind and popularity, but the same each time."""

    def __init__(self, market: str, ids: Mapping[str, Sequence[int]], kinds: Sequence[Kind] = KINDS) -> None:
        """Draw which of the ids of each table are popular; the paths are below a market's."""
        self._random = Random(1902)
        self._market = market
        self._kinds = kinds
        self._ids = {table: self._random.sample(each, len(each)) for table, each in ids.items()}
        self._sums = {table: list(accumulate(shares(len(each)))) for table, each in ids.items()}

    def paths(self, count: int) -> list[str]:
        """The paths of the next requests."""
        drawn = self._random.choices(self._kinds, [each.share for each in self._kinds], k=count)
        return [self._market + self._path(each) for each in drawn]

    def _path(self, kind: Kind) -> str:
        if not kind.table:
            return kind.path
        (id,) = self._random.choices(self._ids[kind.table], cum_weights=self._sums[kind.table])
        return kind.path.format(id)
