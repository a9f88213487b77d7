"""Sums over shots."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .shots import Shot


@dataclass(frozen=True)
class Tally:
    """What became of a number of requests.

    Attributes:
        shots: each request, in the order in which they were to start.
        planned: how many there should have been; more than there are shots means that the generator failed.
    """

    shots: tuple[Shot, ...]
    planned: int

    @classmethod
    def of(cls, shots: Iterable[Shot], planned: int | None = None) -> "Tally":
        """Of shots in any order."""
        ordered = tuple(sorted(shots, key=lambda each: each.at))
        return cls(ordered, len(ordered) if planned is None else planned)

    @property
    def failed(self) -> int:
        """How many requests failed, were they only never accounted for."""
        return sum(bool(each.fault) for each in self.shots) + self.planned - len(self.shots)

    @property
    def faults(self) -> Mapping[str, int]:
        """How many failed in which way."""
        found: Counter[str] = Counter(each.fault for each in self.shots if each.fault)
        missing = self.planned - len(self.shots)
        return {**found, **({"unaccounted": missing} if missing else {})}

    @property
    def releases(self) -> Mapping[str, int]:
        """How many responses came from each release."""
        return Counter(each.release for each in self.shots if each.status)

    @property
    def lag(self) -> float:
        """The 99th percentile of how late the generator was itself, in seconds."""
        return nearest_rank([each.lag for each in self.shots], 99)

    def between(
        self, since: float = -math.inf, until: float = math.inf, release: str | None = None
    ) -> "Tally":
        """Only those that were to start in a while, or that one release answered."""
        return Tally.of(
            each
            for each in self.shots
            if since <= each.at < until and (release is None or each.release == release)
        )

    def first(self, count: int) -> "Tally":
        """Only the first ones."""
        return Tally.of(self.shots[:count])

    def percentile(self, percent: float) -> float:
        """The latency in seconds that so many percent of the requests do not exceed; 0.0 where there are none."""
        return nearest_rank([each.seconds for each in self.shots], percent)

    def __str__(self) -> str:
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.faults.items())) or "none"
        return (
            f"{self.planned} requests, {self.failed} failed ({faults}); "
            f"p50 {self.percentile(50) * 1000:.1f} ms, p99 {self.percentile(99) * 1000:.1f} ms; "
            f"generator late by {self.lag * 1000:.1f} ms at p99"
        )


def nearest_rank(values: list[float], percent: float) -> float:
    """The smallest of the values that so many percent of them do not exceed; 0.0 for no values.

    Raises:
        ValueError: the percentage is not above 0 and at most 100.
    """
    if not 0 < percent <= 100:
        raise ValueError(f"a percentile lies above 0 and not above 100, and {percent} does not")
    if not values:
        return 0.0
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]
