"""The second witness: whether HAProxy counted what the load generator counted."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from .access_log import LogEntry
from .haproxy import Counters, Statistics
from .load import Load, Profile, RequestResult, Summary, Target
from .results import Check, Goal, ScenarioResult
from .testbed import TARGETS, TestBed

# What HAProxy cannot know of: that an answer was not the right one.
_UNSEEN = ("status", "wrong")


@dataclass(frozen=True)
class ProxyTotals:
    """What HAProxy saw of clients in a while.

    Attributes:
        requests: how many it counted.
        failed: how many of them failed, or were given up by the client.
        counters: what it counted at its backends meanwhile, the deploy program's own requests included.
    """

    requests: int
    failed: int
    counters: Counters

    @classmethod
    def of(cls, entries: Iterable[LogEntry], clients: Counters, counters: Counters) -> "ProxyTotals":
        """Of the log, where only clients' requests count, and of what was counted but closed without a line in it."""
        logged = [each for each in entries if each.frontend == "live"]
        failed = sum(each.failed or each.ended_by != "--" for each in logged)
        return cls(clients.requests, failed + clients.requests - len(logged), counters)


def lost(result: RequestResult) -> bool:
    """Whether a request failed in a way that a balancer sees, too."""
    return bool(result.fault) and (result.fault not in _UNSEEN or result.status >= 500)


def cross_check(summary: Summary, seen: ProxyTotals) -> Check:
    """Whether both counted the same requests and the same losses."""
    sent = sum(each.fault != "refused" for each in summary.results) + summary.planned - len(summary.results)
    ours = sum(map(lost, summary.results)) + summary.planned - len(summary.results)
    found = f"{sent} requests and {ours} lost; HAProxy: {seen.requests} and {seen.failed}"
    return Check(
        "HAProxy counts as the load generator does", (sent, ours) == (seen.requests, seen.failed), found
    )


def no_instance_trouble(seen: ProxyTotals) -> Check:
    """Whether HAProxy had no trouble with any instance, not even with requests of the deploy program's own."""
    c = seen.counters
    found = f"{c.errors} 5xx, {c.refused} refused, {c.broken} broken, {c.retried} retried"
    return Check(
        "HAProxy had no trouble with an instance", not (c.errors or c.refused or c.broken or c.retried), found
    )


_MOST_SECONDS = 3600.0
_FIRST_SECONDS = 60.0
_QUIET_SECONDS = 3.0
_LOG_SECONDS = 10.0


class LoadTest:
    """Sends the load for the length of a `with` block; after it, the summary is there.

    Attributes:
        summary: every request; of the `with` block, once it has ended.
        seen: the same by HAProxy.
        begin, end: of the load, by `time.monotonic()`.
    """

    def __init__(
        self,
        bed: TestBed,
        *,
        rate: float | None = None,
        targets: Sequence[Target] = TARGETS,
        baseline: float | None = None,
        profile: Profile | None = None,
    ) -> None:
        """Send nothing yet.

        Args:
            bed: whose clients' address is asked.
            rate: of requests a second; the bed's own without it.
            targets: what is asked for.
            baseline: for how many seconds there is a load before anything else happens; by default a few, if the bed
                has so many.
            profile: instead of all this, another load.
        """
        self._bed = bed
        self._quiet = min(_QUIET_SECONDS, bed.baseline) if baseline is None else baseline
        chosen = profile or Profile.steady(rate or bed.rate, _MOST_SECONDS, *targets)
        self._whole = profile is not None
        self._load = Load(bed.platform.url, chosen)
        self._before: Statistics
        self._checks: list[Check] = []
        self._goals: list[Goal] = []
        self.figures: dict[str, float] = {}
        self.begin = self.end = 0.0
        self.summary = Summary.of(())
        self.seen = ProxyTotals(0, 0, Counters())

    def __enter__(self) -> Self:
        self._before = self._bed.platform.proxy.statistics()
        self.begin = time.monotonic()
        self._bed.tell_weights()
        self._load.__enter__()
        try:
            self._wait_for_the_first()
            time.sleep(self._quiet)
        except BaseException:
            self._load.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.summary = self._load.finish() if self._whole else self._load.stop()
                self.end = time.monotonic()
                self.seen = self._proxy_totals()
        finally:
            self._load.__exit__(kind, error, trace)

    def expect(self, what: str, holds: bool, found: object = "") -> None:
        """Say that something had to hold, whether it does, and what was found."""
        self._checks.append(Check(what, holds, str(found)))

    def goal(self, what: str, value: float, limit: float, unit: str, told: str = "") -> None:
        """Say what a measured value is not to exceed."""
        self._goals.append(Goal(what, value, limit, unit, told))

    def expect_no_loss(self) -> None:
        """There were requests, each was answered, rightly, and HAProxy says so, too."""
        self.expect("no request fails", bool(self.summary.results) and not self.summary.failed, self.lost)
        self._checks += (cross_check(self.summary, self.seen), no_instance_trouble(self.seen))

    def expect_loss(self) -> None:
        """Requests were lost, and HAProxy says so, too: the meter works."""
        self.expect("requests fail, so the meter works", bool(self.summary.failed), self.lost)
        self._checks.append(cross_check(self.summary, self.seen))

    def expect_cross_check(self) -> None:
        """HAProxy counted the same."""
        self._checks.append(cross_check(self.summary, self.seen))

    def expect_releases(self, *labels: str) -> None:
        """Each answer came from one of these versions, and each of them answered."""
        found = {release or "none": count for release, count in self.summary.releases.items()}
        told = ", ".join(f"{count} by {release}" for release, count in sorted(found.items()))
        self.expect(f"answers come from {' and '.join(labels)}", set(found) == set(labels), told)

    @property
    def lost(self) -> str:
        """How many requests failed, and how, for a person."""
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.summary.faults.items()))
        return f"{self.summary.failed} of {self.summary.planned}{f' ({faults})' if faults else ''}"

    def result(self, name: str, title: str, *, control: bool = False) -> ScenarioResult:
        """All of it, for the report."""
        return ScenarioResult(
            name,
            title,
            tuple(self._checks),
            tuple(self._goals),
            self.summary,
            self.begin,
            self.end,
            self._bed.platform.timeline.between(self.begin, self.end),
            self.figures,
            control,
        )

    def _wait_for_the_first(self) -> None:
        end = time.monotonic() + _FIRST_SECONDS
        while not self._load.results and time.monotonic() < end:
            time.sleep(0.02)

    def _proxy_totals(self) -> ProxyTotals:
        """What HAProxy says, once its log has all that has ended."""
        proxy, before = self._bed.platform.proxy, self._before
        end = time.monotonic() + _LOG_SECONDS
        while True:
            now = proxy.statistics()
            entries = proxy.access_log.since(self.begin)
            seen = ProxyTotals.of(entries, now.clients - before.clients, now.total - before.total)
            if seen.failed <= self.summary.failed or time.monotonic() > end:
                return seen
            time.sleep(0.02)
