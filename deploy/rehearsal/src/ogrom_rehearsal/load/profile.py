"""What is sent: how many requests a second, to which paths, over how many connections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, chain
from random import Random
from typing import Self


@dataclass(frozen=True)
class Target:
    """One kind of request, and what a right answer to it is.

    Attributes:
        path: the path and query.
        weight: how often, compared with the others.
        statuses: those that are right.
        contains: what a right answer's content contains; empty where anything will do.
        method: of the request, which has no content.
    """

    path: str
    weight: float = 1.0
    statuses: tuple[int, ...] = (200,)
    contains: str = ""
    method: str = "GET"


@dataclass(frozen=True)
class Stage:
    """A while with the same load: `rate` requests a second for `seconds`."""

    rate: float
    seconds: float

    @property
    def requests(self) -> int:
        """How many requests there are in it."""
        return round(self.rate * self.seconds)


@dataclass(frozen=True)
class Profile:
    """What a load is made of.

    Attributes:
        stages: one after another.
        targets: what is asked for, in a random order that `seed` decides.
        connections: how many there are at most; who finds none waits, and that counts as latency.
        fresh: the share of requests that come on a new connection, 0.0 to 1.0; clients come and go.
        timeout: the seconds from its intended start after which nobody waits for a response any more.
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
        """How long it takes, without the last responses."""
        return sum(each.seconds for each in self.stages)

    @property
    def requests(self) -> int:
        """How many requests are sent."""
        return sum(each.requests for each in self.stages)

    def schedule(self) -> Iterator[float]:
        """When each request starts, in seconds from the begin, evenly spread over its stage."""
        begins = accumulate((each.seconds for each in self.stages), initial=0.0)
        return chain.from_iterable(
            (begin + number / stage.rate for number in range(stage.requests))
            for begin, stage in zip(begins, self.stages, strict=False)
        )

    def choices(self) -> Iterator[tuple[Target, bool]]:
        """What each request asks for, and whether it comes on a new connection; endless."""
        random = Random(self.seed)
        weights = tuple(each.weight for each in self.targets)
        while True:
            yield random.choices(self.targets, weights)[0], random.random() < self.fresh
