"""Bad versions: those that exit at the start or never become ready, failing ones and slow ones."""

from dataclasses import replace

from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import POLICY, TestBed

from .. import fault_injection

_HEALTH_SECONDS = 8.0


def bad_version(bed: TestBed) -> ScenarioResult:
    """Both that exit at the start and that never become ready get no traffic."""
    bed.prepare(bed.old)
    ending = bed.variant("ending", fault_injection.exits_at_start())
    unready = bed.variant("unready", fault_injection.never_ready())
    policy = replace(bed.policy, health_timeout=_HEALTH_SECONDS, order_timeout=_HEALTH_SECONDS)
    with LoadTest(bed) as test:
        for version in (ending, unready):
            finished = bed.deployment(policy=policy).apply(version)
            test.expect(
                f"{version.label} is given up",
                (finished.outcome, finished.version) == ("aborted", bed.old.label),
                f"{finished.outcome}: {finished.reason}",
            )
    test.expect_no_loss()
    test.expect_releases(bed.old.label)
    result = test.result("bad-version", "A bad version: it never gets any traffic")
    # The first one says how it was at the begin.
    shifts = [each.text for each in result.timeline if each.kind == "weights"][1:]
    test.expect("no traffic is shifted", not shifts, "; ".join(shifts) or "never")
    return test.result(result.name, result.title)


_SHARE = 0.5
"""Of its requests end with 500."""


def failing_version(bed: TestBed) -> ScenarioResult:
    """It reports itself healthy; the gate on errors rolls back while few clients notice."""
    bed.prepare(bed.old)
    failing = bed.variant("failing", fault_injection.failing(_SHARE))
    # Its smoke test and warm-up would find it out before any client does: they ask for what it still can.
    policy = replace(bed.policy, smoke=("/health/ready",), warm_up=("/health/ready",))
    with LoadTest(bed) as test:
        finished = bed.deployment(policy=policy).apply(failing)
    failed = [each for each in test.summary.results if each.fault]
    test.expect_cross_check()
    test.expect(
        "the gate on errors rolls back",
        (finished.outcome, finished.version) == ("aborted", bed.old.label) and "failed" in finished.reason,
        f"{finished.outcome}: {finished.reason}",
    )
    test.expect(
        "only the failing version fails",
        bool(failed) and all(each.release == failing.label for each in failed),
        test.lost,
    )
    share = len(failed) / len(test.summary.results)
    test.expect("few clients meet it", share < 0.02, f"{share:.2%} of all requests")
    test.figures["share of failed requests"] = share
    return test.result("failing-version", "A failing version: the gate on errors rolls back")


_SLOWER = 0.6
"""Seconds for each request; the limits are below."""


def slow_version(bed: TestBed) -> ScenarioResult:
    """It is healthy; the gate on p99 rolls back."""
    bed.prepare(bed.old)
    slow = bed.variant("slow", fault_injection.slow(_SLOWER))
    # Warming up what is evenly slow takes long, and is not what this is about.
    policy = replace(bed.policy, warm_up=bed.policy.warm_up[:1], limits=POLICY.limits)
    with LoadTest(bed) as test:
        finished = bed.deployment(policy=policy).apply(slow)
    test.expect_no_loss()
    test.expect(
        "the gate on p99 rolls back",
        (finished.outcome, finished.version) == ("aborted", bed.old.label) and "p99" in finished.reason,
        f"{finished.outcome}: {finished.reason}",
    )
    share = test.summary.releases.get(slow.label, 0) / len(test.summary.results)
    test.expect("few clients had the slow version", 0.0 < share < 0.2, f"{share:.1%} of all requests")
    test.figures["share of slow answers"] = share
    return test.result("slow-version", "A slow version: the gate on p99 rolls back")
