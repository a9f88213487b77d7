"""The result of each request, and sums over them."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from msgspec import Struct

from ogrom_deploy.model import percentile

from .writes import Write

Fault: TypeAlias = Literal["", "refused", "reset", "closed", "timeout", "cut", "status", "wrong"]
"""Why a request counts as failed.

`refused`: no connection; `reset`: the connection was reset; `closed`: it was closed before the response began;
`cut`: the response broke off; `timeout`: nothing came in time; `status`: another one than is right; `wrong`: other
content, or no HTTP. Empty: a right answer.
"""


class RequestResult(Struct, frozen=True):
    """The result of one request.

    Attributes:
        at: its intended start, on `time.monotonic()`'s clock, which all processes of a machine share.
        seconds: from then until the last byte of the response, or until it failed. Since it counts from the intended
            start, a server that stalls does not look better (no coordinated omission).
        lag: how late the generator itself started it, in seconds; large if the machine is too busy.
        path: of the request.
        status: of the response; 0 if there was none.
        fault: why it counts as failed.
        release: the response's Ogrom-Release.
        size: of the content, in bytes.
        kind: its target's.
        write: what it wrote, or tried to; None of a read.
    """

    at: float
    seconds: float
    lag: float
    path: str
    status: int
    fault: Fault = ""
    release: str = ""
    size: int = 0
    kind: str = ""
    write: Write | None = None

    @property
    def end(self) -> float:
        """When it ended, on the same clock."""
        return self.at + self.seconds


@dataclass(frozen=True)
class Summary:
    """Sums over a number of requests.

    Attributes:
        results: each request, in the order in which they were to start.
        planned: how many there should have been; if there are fewer results, the generator has failed.
    """

    results: tuple[RequestResult, ...]
    planned: int

    @classmethod
    def of(cls, results: Iterable[RequestResult], planned: int | None = None) -> "Summary":
        """Of results in any order."""
        ordered = tuple(sorted(results, key=lambda each: each.at))
        return cls(ordered, len(ordered) if planned is None else planned)

    @property
    def failed(self) -> int:
        """How many requests failed or are unaccounted for."""
        return sum(bool(each.fault) for each in self.results) + self.planned - len(self.results)

    @property
    def faults(self) -> Mapping[str, int]:
        """How many failed in which way."""
        found: Counter[str] = Counter(each.fault for each in self.results if each.fault)
        missing = self.planned - len(self.results)
        return {**found, **({"unaccounted": missing} if missing else {})}

    @property
    def releases(self) -> Mapping[str, int]:
        """How many responses came from each release."""
        return Counter(each.release for each in self.results if each.status)

    @property
    def lag(self) -> float:
        """The 99th percentile of how late the generator was itself, in seconds."""
        return percentile([each.lag for each in self.results], 99)

    def between(
        self, since: float = -math.inf, until: float = math.inf, release: str | None = None
    ) -> "Summary":
        """Only the requests of a period, or those that one release answered."""
        return Summary.of(
            each
            for each in self.results
            if since <= each.at < until and (release is None or each.release == release)
        )

    def first(self, count: int) -> "Summary":
        """Only the first ones."""
        return Summary.of(self.results[:count])

    def percentile(self, percent: float) -> float:
        """A percentile of the latency, in seconds; 0.0 if there are no requests."""
        return percentile([each.seconds for each in self.results], percent)

    def __str__(self) -> str:
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.faults.items())) or "none"
        return (
            f"{self.planned} requests, {self.failed} failed ({faults}); "
            f"p50 {self.percentile(50) * 1000:.1f} ms, p99 {self.percentile(99) * 1000:.1f} ms; "
            f"generator late by {self.lag * 1000:.1f} ms at p99"
        )
