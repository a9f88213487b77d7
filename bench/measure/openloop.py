"""Latency at a fixed rate: requests are sent on time, whatever became of those before, each kind counted apart."""

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from ogrom_rehearsal.load.results import nearest_rank

from .generator import Plan, Shot

_PATIENCE = 20.0

GROWTH = 3.0
"""How many times as long requests take at the end of a load as at its begin if more come than are answered."""


class GeneratorFailed(RuntimeError):
    """The generator itself has failed, so that nothing was measured."""


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

    @property
    def requests(self) -> Sequence[str]:
        """As they are sent."""
        fields = {"Host": "127.0.0.1", **self.fields}
        told = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return [f"GET {path} HTTP/1.1\r\n{told}\r\n" for path in self.paths]


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
        GeneratorFailed: the generator ended by itself.
    """
    plan = Plan(
        port=urlsplit(url).port or 80,
        requests=[each.requests for each in kinds.values()],
        shares=[each.share for each in kinds.values()],
        rate=rate,
        seconds=seconds,
    )
    command = (sys.executable, "-m", f"{__package__}.generator")
    done = subprocess.run(
        command,
        input=msgspec.json.encode(plan),
        capture_output=True,
        check=False,
        timeout=plan.seconds + plan.patience + _PATIENCE,
    )
    if done.returncode:
        raise GeneratorFailed(done.stderr.decode(errors="replace")[-2000:])
    shots = msgspec.json.decode(done.stdout, type=list[Shot])
    return {
        name: latency_of([each for each in shots if each.kind == number]) for number, name in enumerate(kinds)
    }


def latency(url: str, paths: Sequence[str], rate: float, seconds: float) -> Latency:
    """The same with one kind."""
    return latencies(url, {"": Kind(paths)}, rate, seconds)[""]


def latency_of(shots: Sequence[Shot]) -> Latency:
    """What these requests show together."""
    seconds = [each.seconds for each in shots]
    return Latency(
        nearest_rank(seconds, 50),
        nearest_rank(seconds, 99),
        nearest_rank([each.lag for each in shots], 99),
        sum(not each.is_right for each in shots),
        len(shots),
        _growth(shots),
        Counter(each.status for each in shots if not each.is_right),
    )


def _growth(shots: Sequence[Shot]) -> float:
    ordered = [each.seconds for each in sorted(shots, key=lambda each: each.moment)]
    quarter = len(ordered) // 4
    if not quarter:
        return 1.0
    return nearest_rank(ordered[-quarter:], 50) / nearest_rank(ordered[:quarter], 50)
