"""The profile of a load: how many requests a second, to which paths, over how many connections."""

from collections.abc import Iterable, Iterator, Mapping
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
        method: of the request; not HEAD.
        headers: fields of the request.
        content: of the request, as UTF-8.
        kind: what it counts as, where several targets are told together.
    """

    path: str
    weight: float = 1.0
    statuses: tuple[int, ...] = (200,)
    contains: str = ""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    content: str = ""


@dataclass(frozen=True)
class Writes:
    """The writes of a load: collages and comments that it makes, changes and deletes.

    Attributes:
        tag: what each text begins with that it writes; no other load's may.
        token: of the author, with the scopes `collages:write` and `comments:write`.
        weight: how often, compared with the targets.
        path: of the market that is written to.
        author: the user in whose name it is written.
        collage: what is commented on.
        product: what is placed on collages.
    """

    tag: str
    token: str
    weight: float = 1.0
    path: str = "/v1/de-DE"
    author: int = 1
    collage: int = 1
    product: int = 1


@dataclass(frozen=True)
class Stage:
    """A period of constant load: `rate` requests a second for `seconds`."""

    rate: float
    seconds: float

    @property
    def requests(self) -> int:
        """The number of requests."""
        return round(self.rate * self.seconds)

    def starts(self, random: Random | None) -> Iterable[float]:
        """When each request starts, in seconds from the stage's beginning: evenly, or at random times."""
        if random is None:
            return (number / self.rate for number in range(self.requests))
        return sorted(random.uniform(0, self.seconds) for _ in range(self.requests))


@dataclass(frozen=True)
class Profile:
    """What a load is made of.

    Attributes:
        stages: one after another.
        targets: the requests, in a random order that `seed` decides.
        connections: the most at a time; waiting for one counts as latency.
        fresh: the share of requests on a new connection, 0.0 to 1.0, since clients come and go.
        timeout: seconds from the intended start of a request until the client gives up.
        seed: of the order.
        at_random: whether requests start at random times, as of clients who do not know of each other, and not evenly.
        live: whether results are told while the load lasts, rather than at its end, when it costs the load nothing.
        writes: what is written besides; None for nothing.
    """

    stages: tuple[Stage, ...]
    targets: tuple[Target, ...]
    connections: int = 256
    fresh: float = 0.05
    timeout: float = 10.0
    seed: int = 1
    at_random: bool = False
    live: bool = True
    writes: Writes | None = None

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
        """The start of each request, in seconds from the beginning, spread over its stage."""
        random = Random(self.seed)
        begins = accumulate((each.seconds for each in self.stages), initial=0.0)
        return chain.from_iterable(
            (begin + each for each in stage.starts(random if self.at_random else None))
            for begin, stage in zip(begins, self.stages, strict=False)
        )

    def choices(self) -> Iterator[tuple[Target | Writes, bool]]:
        """The target of each request, or that it is a write, and whether it opens a new connection; endless."""
        random = Random(self.seed)
        choices = (*self.targets, *((self.writes,) if self.writes else ()))
        weights = tuple(accumulate(each.weight for each in choices))
        while True:
            yield random.choices(choices, cum_weights=weights)[0], random.random() < self.fresh
