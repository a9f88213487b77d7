"""A scenario's load test: the load, its checks and goals, and the cross-check with HAProxy's count."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from ogrom.sources.testing import wait_until

from .access_log import LogEntry
from .haproxy import Counters, Statistics
from .load import Load, Profile, RequestResult, Summary, Target
from .results import Check, Goal, ScenarioResult
from .testbed import TARGETS, TestBed
from .witness import Comparison, compare

# What HAProxy cannot know of: that an answer was not the right one.
_UNSEEN = ("status", "wrong")


@dataclass(frozen=True)
class ProxyTotals:
    """What HAProxy counted of clients' requests in a period.

    Attributes:
        requests: how many.
        failed: how many of them failed, or were given up by the client.
        counters: of its backends, including the deploy program's own requests.
    """

    requests: int
    failed: int
    counters: Counters

    @classmethod
    def of(cls, entries: Iterable[LogEntry], clients: Counters, counters: Counters) -> "ProxyTotals":
        """From the log, and from the counters for connections that were closed without a line in it."""
        logged = [each for each in entries if each.frontend == "live"]
        failed = sum(each.failed or each.ended_by != "--" for each in logged)
        return cls(clients.requests, failed + clients.requests - len(logged), counters)


def lost(result: RequestResult) -> bool:
    """Whether a request failed in a way that a balancer notices."""
    return bool(result.fault) and (result.fault not in _UNSEEN or result.status >= 500)


def cross_check(summary: Summary, seen: ProxyTotals) -> Check:
    """Whether both counted the same requests and the same failures."""
    sent = sum(each.fault != "refused" for each in summary.results) + summary.planned - len(summary.results)
    ours = sum(map(lost, summary.results)) + summary.planned - len(summary.results)
    found = f"{sent} requests and {ours} lost; HAProxy: {seen.requests} and {seen.failed}"
    return Check(
        "HAProxy counts as the load generator does", (sent, ours) == (seen.requests, seen.failed), found
    )


def no_instance_trouble(seen: ProxyTotals) -> Check:
    """Whether no instance failed any request, including the deploy program's own."""
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
    """Sends the load during a `with` block, and sums up after it.

    Attributes:
        summary: every request, once the block has ended.
        seen: the same as HAProxy counted it.
        written: its writes, compared with the tables.
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
        """Prepare it.

        Args:
            bed: the test bed.
            rate: requests a second; by default the test bed's.
            targets: what is requested.
            baseline: for how many seconds there is a load before anything else happens; by default a few, if the bed
                has so many.
            profile: another load, instead of all this.
        """
        self._bed = bed
        self._quiet = min(_QUIET_SECONDS, bed.baseline) if baseline is None else baseline
        chosen = profile or Profile.steady(rate or bed.rate, _MOST_SECONDS, *targets)
        self._writes = bed.writes()
        self._whole = profile is not None
        self._load = Load(bed.platform.url, replace(chosen, writes=self._writes))
        self._before: Statistics
        self._checks: list[Check] = []
        self._goals: list[Goal] = []
        self.figures: dict[str, float] = {}
        self.begin = self.end = 0.0
        self.summary = Summary.of(())
        self.seen = ProxyTotals(0, 0, Counters())
        self.written = Comparison({}, (), ())

    def __enter__(self) -> Self:
        self._before = self._bed.platform.proxy.statistics()
        self.begin = time.monotonic()
        self._bed.tell_weights()
        self._load.__enter__()
        try:
            wait_until(lambda: self._load.results, _FIRST_SECONDS)
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
                self.written = compare(self.summary.results, self._bed.database.written(self._writes.tag))
                self.figures |= {f"writes {fate}": count for fate, count in self.written.fates.items()}
        finally:
            self._load.__exit__(kind, error, trace)

    def expect(self, what: str, holds: bool, found: object = "") -> None:
        """Add a check: the condition, whether it holds, and what was found."""
        self._checks.append(Check(what, holds, str(found)))

    def goal(self, what: str, value: float, limit: float, unit: str, told: str = "") -> None:
        """Add a goal: a measured value and its limit."""
        self._goals.append(Goal(what, value, limit, unit, told))

    def expect_no_loss(self) -> None:
        """Check that every request got its right response, by both counts, and each write is there once."""
        self.expect("no request fails", bool(self.summary.results) and not self.summary.failed, self.lost)
        self._checks.append(no_instance_trouble(self.seen))
        self.expect_cross_check()

    def expect_loss(self) -> None:
        """Check that requests were lost, by both counts: the meter works."""
        self.expect("requests fail, so the meter works", bool(self.summary.failed), self.lost)
        self.expect_cross_check()

    def expect_cross_check(self) -> None:
        """Check that HAProxy counted the same, and that the tables hold what the clients know of."""
        self._checks += (cross_check(self.summary, self.seen), *self.written.checks())

    def expect_releases(self, *labels: str) -> None:
        """Check that these versions, and no others, answered."""
        found = {release or "none": count for release, count in self.summary.releases.items()}
        told = ", ".join(f"{count} by {release}" for release, count in sorted(found.items()))
        self.expect(f"answers come from {' and '.join(labels)}", set(found) == set(labels), told)

    @property
    def lost(self) -> str:
        """How many requests failed, and how, for a person."""
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.summary.faults.items()))
        return f"{self.summary.failed} of {self.summary.planned}{f' ({faults})' if faults else ''}"

    def result(self, name: str, title: str, *, control: bool = False) -> ScenarioResult:
        """The result, for the report."""
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

    def _proxy_totals(self) -> ProxyTotals:
        """HAProxy's totals, once its log is complete."""
        proxy, before = self._bed.platform.proxy, self._before

        def totals() -> ProxyTotals:
            now = proxy.statistics()
            entries = proxy.access_log.since(self.begin)
            return ProxyTotals.of(entries, now.clients - before.clients, now.total - before.total)

        wait_until(lambda: totals().failed <= self.summary.failed, _LOG_SECONDS)
        return totals()
