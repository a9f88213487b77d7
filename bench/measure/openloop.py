"""Latency at a fixed rate, by the project's own load generator: it sends on time, whatever became of those before."""

from collections.abc import Sequence
from dataclasses import dataclass

from ogrom_deploy.load import Load, Profile, Target


@dataclass(frozen=True)
class Latency:
    """What the generator saw.

    Attributes:
        p50: the median latency in seconds, from the moment when a request was to start.
        p99: the latency in seconds that 99 % of the requests do not exceed.
        lag: how late the generator was itself, in seconds, at its 99th percentile.
        failed: how many requests had no right answer.
    """

    p50: float
    p99: float
    lag: float
    failed: int


def latency(url: str, paths: Sequence[str], rate: float, seconds: float) -> Latency:
    """Send requests at a steady rate for some seconds, to the paths in a random order that is always the same.

    Args:
        url: the server's; its path is ignored.
        paths: what is asked for.
        rate: requests a second.
        seconds: for how long.

    Raises:
        LoadFailed: the generator ended by itself.
    """
    with Load(url, Profile.steady(rate, seconds, *map(Target, paths))) as load:
        tally = load.finish()
    return Latency(tally.percentile(50), tally.percentile(99), tally.lag, tally.failed)
