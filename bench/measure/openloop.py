"""An open loop: each request is sent at its moment, and its latency counts from then, whatever became of others.

The rehearsal's load generator sends them, in a process of its own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ogrom_deploy.model import percentile
from ogrom_rehearsal.load import Load, Profile, RequestResult, Stage, Target

GROWTH = 3.0
"""How many times as long requests take at the end of a load as at its beginning if more come than are answered."""


@dataclass(frozen=True)
class Kind:
    """One kind of request.

    Attributes:
        paths: what is asked for, at random.
        share: how often, compared with the others.
        fields: header fields of each request.
    """

    paths: Sequence[str]
    share: float = 1.0
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Latency:
    """What the generator saw of one kind.

    Attributes:
        p50: the median latency in seconds, from the moment when a request was to start.
        p99: the latency in seconds that 99 % of the requests do not exceed.
        lag: how late the generator was itself, in seconds, at its 99th percentile.
        failed: how many requests had no right answer.
        requests: how many there were.
        growth: how many times as long those of the last quarter took as those of the first, by their medians.
        wrong: how many had which status instead; 0 for no whole response.
    """

    p50: float
    p99: float
    lag: float
    failed: int
    requests: int
    growth: float = 1.0
    wrong: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_steady(self) -> bool:
        """Whether as many are answered as come; else a queue grows, and latency depends on how long one looks."""
        return self.growth < GROWTH

    @property
    def is_on_time(self) -> bool:
        """Whether the generator's own lateness is too small to decide the latency: a quarter of it at most."""
        return self.lag <= self.p99 / 4


def latencies(url: str, kinds: Mapping[str, Kind], rate: float, seconds: float) -> Mapping[str, Latency]:
    """Send a mixture of requests for some seconds, at random moments that are always the same.

    Args:
        url: the server's; its path is ignored.
        kinds: by name.
        rate: requests of all kinds a second.
        seconds: for how long.

    Raises:
        LoadFailed: the generator ended by itself.
    """
    with Load(url, profile(kinds, rate, seconds)) as load:
        results = load.finish().results
    return {name: latency_of([each for each in results if each.kind == name]) for name in kinds}


def profile(kinds: Mapping[str, Kind], rate: float, seconds: float) -> Profile:
    """What the generator sends for them: connections are kept, and nothing is told before the end."""
    targets = tuple(
        Target(path, each.share / len(each.paths), headers=each.fields, kind=name)
        for name, each in kinds.items()
        for path in each.paths
    )
    return Profile((Stage(rate, seconds),), targets, fresh=0.0, at_random=True, live=False)


def latency(url: str, paths: Sequence[str], rate: float, seconds: float) -> Latency:
    """The same with one kind."""
    return latencies(url, {"": Kind(paths)}, rate, seconds)[""]


def latency_of(results: Sequence[RequestResult]) -> Latency:
    """What these requests show together."""
    seconds = [each.seconds for each in results]
    return Latency(
        percentile(seconds, 50),
        percentile(seconds, 99),
        percentile([each.lag for each in results], 99),
        sum(bool(each.fault) for each in results),
        len(results),
        _growth(results),
        Counter(each.status if each.fault == "status" else 0 for each in results if each.fault),
    )


def _growth(results: Sequence[RequestResult]) -> float:
    ordered = [each.seconds for each in sorted(results, key=lambda each: each.at)]
    quarter = len(ordered) // 4
    if not quarter:
        return 1.0
    return percentile(ordered[-quarter:], 50) / percentile(ordered[:quarter], 50)
