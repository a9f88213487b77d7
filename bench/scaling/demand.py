"""The demand of a day: the talk's ten million visitors a month, and what else has to be assumed.

What is assumed is here and nowhere else: whoever knows better changes it and runs everything again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

HOURS = 24
_MONTH_SECONDS = 30 * 86_400

_CURVE = (
    45,
    28,
    18,
    13,
    12,
    16,
    30,
    55,
    80,
    98,
    108,
    115,
    120,
    122,
    120,
    118,
    120,
    128,
    145,
    170,
    195,
    205,
    170,
    100,
)
"""How busy each hour of a day is, compared with the others: asleep at four, on the sofa at nine in the evening."""


@dataclass(frozen=True)
class Kind:
    """One kind of request.

    Attributes:
        name: for people.
        path: below the market; `{}` is the id of what is asked for.
        table: whose ids those are; empty where there is only one such path.
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
    """Who comes how often, and what for.

    Attributes:
        visitors: a month.
        visits: of a visitor, a month.
        pages: of a visit.
        requests: of the API for a page, on average; what a client itself still has is not asked for.
        busiest: how many times an average day the busiest one is.
    """

    visitors: float = 10e6
    visits: float = 3.0
    pages: float = 6.0
    requests: float = 1.5
    busiest: float = 1.5

    def times(self, factor: float) -> "Demand":
        """The same with so many times as many visitors."""
        return replace(self, visitors=self.visitors * factor)

    @property
    def average(self) -> float:
        """Requests a second of an average day, all hours taken together."""
        return self.visitors * self.visits * self.pages * self.requests / _MONTH_SECONDS

    @property
    def peak(self) -> float:
        """Requests a second in the busiest hour of the busiest day."""
        return self.busiest * max(self.rate(hour + 0.5) for hour in range(HOURS))

    def rate(self, hour: float) -> float:
        """Requests a second at a time of an average day; between the middles of two hours it changes steadily.

        Args:
            hour: 0.0 to 24.0; the middle of the first hour is 0.5.
        """
        place = (hour - 0.5) % HOURS
        before, part = int(place), place % 1
        value = _CURVE[before] * (1 - part) + _CURVE[(before + 1) % HOURS] * part
        return self.average * value * HOURS / sum(_CURVE)
