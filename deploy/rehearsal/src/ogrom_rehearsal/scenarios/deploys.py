"""Deploys that must lose nothing: blue/green, rolling within one environment, and rollback."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ogrom_deploy.events import Aborting, Event, Finished, Listener, Shifted
from ogrom_rehearsal.environment import ReplacementStrategy
from ogrom_rehearsal.load import RequestResult, Summary
from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import FIRST_ENDS, ScenarioResult, TimelineEvent
from ogrom_rehearsal.testbed import TestBed

_LATE = 0.5
"""Seconds by which the load generator may be late around a shift."""


@dataclass(frozen=True)
class Deployed:
    """One deployment, by `time.monotonic()`.

    Attributes:
        label: the version's.
        baseline: when the time before it began, in which nothing happened.
        begin: of the deployment.
        first: when the version got its first share of the traffic.
        whole: when it got all of it; of one that is not done, when the traffic was divided last.
        end: of the deployment.
        finished: what the deploy program says.
    """

    label: str
    baseline: float
    begin: float
    first: float
    whole: float
    end: float
    finished: Finished


def blue_green(bed: TestBed) -> ScenarioResult:
    """The new version over the old one, and so on in turn."""
    bed.prepare(bed.old)
    count = bed.deploys
    with LoadTest(bed) as test:
        done = [_deployed(bed, number) for number in range(count)]
        time.sleep(1.0)
    test.expect_no_loss()
    test.expect_releases(bed.old.label, bed.new.label)
    _judge_order(test, done)
    _judge_speed(test, done, bed.installing)
    title = "A deploy under load" if count == 1 else f"{count} deploys in a row under load"
    return test.result("blue-green", f"Blue/green: {title[0].lower()}{title[1:]}")


def _deployed(bed: TestBed, number: int) -> Deployed:
    version = bed.old if number % 2 else bed.new
    baseline = time.monotonic()
    time.sleep(bed.baseline)
    begin = time.monotonic()
    finished = bed.deployment().apply(version)
    end = time.monotonic()
    shifts = [each for each in bed.platform.timeline.between(begin, end) if each.kind == "weights"]
    first, whole = (shifts[0].at, shifts[-1].at) if shifts else (end, end)
    return Deployed(version.label, baseline, begin, first, whole, end, finished)


def _judge_order(test: LoadTest, done: Sequence[Deployed]) -> None:
    """No version answers before it gets traffic, and no other one once it has all of it."""
    unfinished = [each for each in done if each.finished.outcome != "done"]
    told = "; ".join(f"{each.label}: {each.finished.reason}" for each in unfinished)
    test.expect("every deploy comes to its end", not unfinished, told or f"{len(done)} done")
    wrong = [result for each in done for result in _strange(test.summary, each)]
    test.expect("no version answers before or after its time", not wrong, f"{len(wrong)} answers")


def _strange(summary: Summary, each: Deployed) -> list[RequestResult]:
    early = summary.between(each.baseline, each.first, each.label).results
    late = [result for result in summary.between(each.whole + _LATE, each.end).results if result.status]
    return [
        *(result for result in early if result.end < each.first),
        *(result for result in late if result.release != each.label),
    ]


def _judge_speed(test: LoadTest, done: Sequence[Deployed], installing: float) -> None:
    summary = test.summary
    baseline = _joined(summary.between(each.baseline, each.begin) for each in done)
    during = _joined(summary.between(each.begin, each.end) for each in done)
    first = _joined(summary.between(each.first, each.end, each.label).first(100) for each in done)
    steady = max(baseline.percentile(99), 1e-9)
    took = [each.whole - each.begin for each in done]
    test.figures |= {
        "p99 before": baseline.percentile(99),
        "p99 during": during.percentile(99),
        "p99 of the first 100": first.percentile(99),
        "p50 before": baseline.percentile(50),
        "p50 during": during.percentile(50),
        "deploys": len(done),
        FIRST_ENDS: done[0].end - test.begin,
        "to 100 %, slowest": max(took),
    }
    told = f"{during.percentile(99) * 1000:.0f} ms, and {steady * 1000:.0f} ms before"
    test.goal("p99 during a deploy, compared with before", during.percentile(99) / steady, 2.0, "x", told)
    told = f"{first.percentile(99) * 1000:.0f} ms"
    test.goal("p99 of the first 100 requests on a new side", first.percentile(99) / steady, 1.5, "x", told)
    told = f"{installing:.1f} s to install it, {max(took):.1f} s to deploy it, the slowest of {len(took)}"
    test.goal("from the commit to 100 % of the traffic", installing + max(took), 60.0, "s", told)


def _joined(summaries: Iterable[Summary]) -> Summary:
    return Summary.of(result for each in summaries for result in each.results)


_STRATEGY = ReplacementStrategy(at_once=False, surplus=1, drain=False)
"""The balancer is not told: it learns from the readiness of the instance that gets SIGTERM."""


def rolling(bed: TestBed) -> ScenarioResult:
    """A new instance comes, an old one goes, until all are new, all the time with traffic."""
    live = bed.prepare(bed.old)
    bed.publish(bed.new)
    with LoadTest(bed) as test:
        begin = time.monotonic()
        bed.platform.roll(live, bed.new, _STRATEGY)
        bed.platform.until(lambda fleet: fleet[live].serves(bed.new.label), f"{live} is replaced")
        took = time.monotonic() - begin
        time.sleep(1.0)
    test.expect_no_loss()
    test.expect_releases(bed.old.label, bed.new.label)
    result = test.result("rolling", "Rolling: instance after instance, by the service's own drain")
    least = _least(bed.instances, result.timeline)
    test.expect(
        "at no time fewer instances serve than shall", least >= bed.instances, f"{least} at the least"
    )
    ends = [each.text for each in result.timeline if each.kind == "ended"]
    clean = [each for each in ends if each.endswith("ended with 0")]
    test.expect("each old instance ends by itself with 0", len(clean) == bed.instances, "; ".join(ends))
    test.figures["seconds for all instances"] = took
    return test.result(result.name, result.title)


def _least(instances: int, events: tuple[TimelineEvent, ...]) -> int:
    """The fewest instances that were ready and not told to stop at any time."""
    count = least = instances
    for event in events:
        count += {"ready": 1, "stopping": -1, "died": -1}.get(event.kind, 0)
        least = min(least, count)
    return least


_MOST_SECONDS = 5.0


def rollback(bed: TestBed) -> ScenarioResult:
    """Somebody stops it at half of the traffic; then it is deployed to the end, and rolled back."""
    bed.prepare(bed.old)
    times: dict[str, float] = {}
    with LoadTest(bed) as test:
        half = bed.deployment(_stopping_at_half(times)).apply(bed.new)
        aborted = time.monotonic()
        time.sleep(1.0)
        done = bed.deployment().apply(bed.new)
        ordered = time.monotonic()
        back = bed.deployment(_shifted(times)).rollback()
        time.sleep(1.0)
        fleet = bed.platform.observe()
    test.expect_no_loss()
    test.expect_releases(bed.old.label, bed.new.label)
    _expect_end(test, "stopped at half of the traffic, it rolls back", half, "aborted", bed.old.label)
    _expect_end(test, "afterwards it goes on to the end", done, "done", bed.new.label)
    _expect_end(test, "the rollback brings the old version back", back, "done", bed.old.label)
    live = fleet[fleet.live]
    test.expect(
        "all traffic is on the old version",
        fleet.weights[fleet.live] == 100 and live.serves(bed.old.label),
        f"{fleet.weights[fleet.live]} % on {live.version}",
    )
    test.goal("abort half-way", aborted - times["aborting"], _MOST_SECONDS, "s", "from the word to the end")
    test.goal("rollback to 100 %", times["shifted"] - ordered, _MOST_SECONDS, "s", "from the order")
    return test.result("rollback", "Rollback: half-way, and after the end")


def _expect_end(test: LoadTest, what: str, finished: Finished, outcome: str, version: str) -> None:
    found = f"{finished.outcome}, {finished.version} is live"
    test.expect(what, (finished.outcome, finished.version) == (outcome, version), found)


def _stopping_at_half(times: dict[str, float]) -> Listener:
    """Presses Ctrl-C when half of the traffic is on the new version."""

    def tell(event: Event) -> None:
        if isinstance(event, Aborting):
            times["aborting"] = time.monotonic()
        if isinstance(event, Shifted) and set(event.weights.values()) == {50}:
            raise KeyboardInterrupt

    return tell


def _shifted(times: dict[str, float]) -> Listener:
    def tell(event: Event) -> None:
        if isinstance(event, Shifted) and 100 in event.weights.values():
            times["shifted"] = time.monotonic()

    return tell
