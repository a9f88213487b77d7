"""The profile of a load: how many requests a second, to which paths, over how many connections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, chain
from random import Random
from typing import Self


@dataclass(frozen=True)
class Target:
    """One kind of request, and its right response.

    Attributes:
        path: the path and query.
        weight: how often, compared with the others.
        statuses: the right ones.
        contains: text that the right content contains; empty for any content.
        method: of the request, which has no content.
    """

    path: str
    weight: float = 1.0
    statuses: tuple[int, ...] = (200,)
    contains: str = ""
    method: str = "GET"


@dataclass(frozen=True)
class Stage:
    """A period of constant load: `rate` requests a second for `seconds`."""

    rate: float
    seconds: float

    @property
    def requests(self) -> int:
        """The number of requests."""
        return round(self.rate * self.seconds)


@dataclass(frozen=True)
class Profile:
    """What a load is made of.

    Attributes:
        stages: one after another.
        targets: the requests, in a random order that `seed` decides.
        connections: the most at a time; waiting for one counts as latency.
        fresh: the share of requests on a new connection, 0.0 to 1.0, since clients come and go.
        timeout: seconds from the intended start of a request until the client gives up.
        headers: fields of every request.
        seed: of the order.
    """

    stages: tuple[Stage, ...]
    targets: tuple[Target, ...]
    connections: int = 256
    fresh: float = 0.05
    timeout: float = 10.0
    headers: Mapping[str, str] = field(default_factory=dict)
    seed: int = 1

    @classmethod
    def steady(cls, rate: float, seconds: float, *targets: Target, timeout: float = 10.0) -> Self:
        """The same rate all the time."""
        return cls((Stage(rate, seconds),), targets, timeout=timeout)

    @property
    def seconds(self) -> float:
        """How long the load lasts, without the last responses."""
        return sum(each.seconds for each in self.stages)

    @property
    def requests(self) -> int:
        """How many requests are sent."""
        return sum(each.requests for each in self.stages)

    def schedule(self) -> Iterator[float]:
        """The start of each request, in seconds from the beginning, evenly spread over its stage."""
        begins = accumulate((each.seconds for each in self.stages), initial=0.0)
        return chain.from_iterable(
            (begin + number / stage.rate for number in range(stage.requests))
            for begin, stage in zip(begins, self.stages, strict=False)
        )

    def choices(self) -> Iterator[tuple[Target, bool]]:
        """The target of each request, and whether it opens a new connection; endless."""
        random = Random(self.seed)
        weights = tuple(each.weight for each in self.targets)
        while True:
            yield random.choices(self.targets, weights)[0], random.random() < self.fresh
