"""Slow requests and downloads finish on the old side, although it is taken down behind them."""

from dataclasses import replace

from ogrom_rehearsal.load import Target
from ogrom_rehearsal.load_test import LoadTest
from ogrom_rehearsal.results import ScenarioResult
from ogrom_rehearsal.testbed import TARGETS, TestBed

from .. import fault_injection

_SECONDS = 0.8
_LONG_RATE = 60.0
_TARGETS = (*TARGETS, Target(f"/v1/de-DE/products/3?rehearsal-delay={_SECONDS}", 4, contains='"id":3'))


def long_requests(bed: TestBed) -> ScenarioResult:
    """A deploy that takes the old side down as soon as it has no new traffic."""
    before = bed.variant("long-a", fault_injection.delayed_on_request(), bed.old)
    after = bed.variant("long-b", fault_injection.delayed_on_request())
    bed.prepare(before)
    policy = replace(bed.policy, drain=0.0, scale_down=0)
    with LoadTest(bed, rate=_LONG_RATE, targets=_TARGETS) as test:
        finished = bed.deployment(policy=policy).apply(after)
    test.expect_no_loss()
    test.expect_releases(before.label, after.label)
    test.expect("the deploy comes to its end", finished.outcome == "done", finished.reason or "done")
    long = [each for each in test.summary.results if each.path == _TARGETS[-1].path]
    test.expect(
        "they take as long as asked for",
        bool(long) and all(each.seconds >= _SECONDS for each in long),
        f"{len(long)} requests of {_SECONDS:g} s or more",
    )
    return test.result("long-requests", "Requests of 800 ms, and an old side that goes at once")


_PARTS = 20
_BYTES = _PARTS * fault_injection.PART_BYTES
_DOWNLOAD_RATE = 40.0
_DOWNLOAD = Target("/rehearsal/download", 1.6)
"""One request in eleven: four a second, each of two seconds."""


def downloads(bed: TestBed) -> ScenarioResult:
    """A deploy that takes the old side down as soon as it has no new traffic."""
    before = bed.variant("large-a", fault_injection.downloads(_PARTS), bed.old)
    after = bed.variant("large-b", fault_injection.downloads(_PARTS))
    bed.prepare(before)
    # A download is no slow page; the gate on p99 knows no difference.
    limits = replace(bed.policy.limits, p99=10.0, p99_floor=10.0)
    policy = replace(bed.policy, drain=0.0, scale_down=0, limits=limits)
    with LoadTest(bed, rate=_DOWNLOAD_RATE, targets=(*TARGETS, _DOWNLOAD)) as test:
        finished = bed.deployment(policy=policy).apply(after)
    test.expect_no_loss()
    test.expect_releases(before.label, after.label)
    test.expect("the deploy comes to its end", finished.outcome == "done", finished.reason or "done")
    sizes = [each.size for each in test.summary.results if each.path == _DOWNLOAD.path]
    test.expect(
        "each download is whole",
        bool(sizes) and all(each == _BYTES for each in sizes),
        f"{len(sizes)} of {_BYTES / 1e6:.1f} MB",
    )
    return test.result("downloads", "Downloads of 5 MB in 2 s, and an old side that goes at once")
