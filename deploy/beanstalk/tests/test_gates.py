"""The gates: what passes, what fails, and what is not enough to judge by."""

from dataclasses import replace

import pytest

from ogrom_deploy import gates
from ogrom_deploy.gates import Observation, Verdict
from ogrom_deploy.model import Environment, Figures, Instance, Probe, Version
from ogrom_deploy.policy import Limits, Policy

WELL = Environment("green", "v2", 2, (Instance("a", "v2", "ok"), Instance("b", "v2", "ok")), True, 10.0)
ILL = replace(
    WELL, instances=(Instance("a", "v2", "ok"), Instance("b", "v2", "failing")), causes=("b is down",)
)
LIMITS = Limits(requests=50)
POLICY = Policy(rounds=4, flat_rounds=2, flat_ratio=1.5, flat_floor=0.05)


def health(*seen: Environment, since: float = 5.0, late: float = 0.0, instances: int = 2) -> Verdict:
    looks = [Observation(each, each.measured_at + late) for each in seen]
    return gates.health(looks, "v2", instances, since=since, observations=2, freshness=30.0)


def at(time: float, side: Environment = WELL) -> Environment:
    return replace(side, measured_at=time)


def test_health_passes_by_measurements_in_a_row() -> None:
    """Two good ones are two, and an ill one between them starts the count anew."""
    assert health(at(6), at(7)).passed
    assert not health(at(6)).passed
    assert not health(at(6), at(7, ILL), at(8)).passed
    assert health(at(6, ILL), at(7), at(8)).passed


def test_a_measurement_counts_once() -> None:
    """However often it is looked at, news that does not change is no further news."""
    assert not health(at(6), at(6), at(6)).passed


def test_what_was_measured_before_our_order_proves_nothing() -> None:
    """Neither does what was measured at that moment."""
    assert not health(at(3), at(4), at(5)).passed
    assert health(at(3), at(4), since=2.0).passed


def test_old_news_proves_nothing() -> None:
    """A platform that measures no more is not a healthy one."""
    assert health(at(6), at(7), late=30.0).passed
    assert "32 s old" in health(at(6), at(7), late=32.0).reason


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (ILL, "1 of 2 instances of green serve v2 (b is down)"),
        (replace(WELL, steady=False), "not every instance"),
        (replace(WELL, wanted=3), "not every instance"),
        (replace(WELL, instances=(*WELL.instances, Instance("c", "v1", "ok"))), "c runs v1, not v2"),
        (replace(WELL, wanted=1, instances=WELL.instances[:1]), "1 of 2 instances"),
    ],
)
def test_health_says_what_is_missing(broken: Environment, reason: str) -> None:
    """It is not judged to have failed: it may come yet."""
    verdict = health(at(6, broken), at(7, broken))
    assert verdict.judgement == "unknown"
    assert reason in verdict.reason


def test_others_may_start_while_a_side_serves() -> None:
    """Who scales up meanwhile does not make a side ill; one of its own that is missing does."""
    growing = replace(WELL, wanted=3, instances=(*WELL.instances, Instance("c", "", "pending")), steady=False)
    assert gates.unhealthy_reason(Observation(growing, 11.0), "v2", 2, 30.0) == ""
    assert gates.unhealthy_reason(Observation(growing, 11.0), "v2", 3, 30.0)


@pytest.mark.parametrize(
    ("probe", "reason"),
    [
        (Probe("/", 500, 0.1, "v2"), "GET / gave 500"),
        (Probe("/", 302, 0.1, "v2"), "GET / gave 302"),
        (Probe("/", 0, 0.0, fault="refused"), "GET / gave refused"),
        (Probe("/", 200, 0.1, "v1"), "release 'v1'"),
        (Probe("/", 200, 0.1), "OGROM_RELEASE"),
    ],
)
def test_smoke_fails_by_one_answer(probe: Probe, reason: str) -> None:
    """A status that is not 2xx, none at all, and the release of another version."""
    good = Probe("/", 204, 0.1, "v2")
    assert gates.smoke([good, good], Version("v2")).passed
    verdict = gates.smoke([good, probe], Version("v2"))
    assert verdict.failed
    assert reason in verdict.reason


def test_smoke_does_not_pass_on_nothing() -> None:
    """No answer is no good answer."""
    assert gates.smoke([], Version("v2")).judgement == "unknown"


def rounds(*seconds: float, status: int = 200) -> Verdict:
    return gates.warm([[Probe("/", status, each)] * 2 for each in seconds], POLICY)


def test_warm_is_flat() -> None:
    """The last rounds are within the ratio, or all of them below the floor."""
    assert rounds(0.8, 0.2, 0.15).passed
    assert rounds(0.04, 0.01).passed
    assert rounds(0.8, 0.2).judgement == "unknown"
    assert rounds(0.8).judgement == "unknown"
    assert gates.warm([], POLICY).judgement == "unknown"


def test_warming_up_ends() -> None:
    """After the last round the absolute limit decides."""
    assert "not flat" in rounds(0.8, 0.1, 0.8, 0.1).reason
    assert rounds(0.8, 0.1, 0.8, 0.1).passed
    assert rounds(8, 1, 1, 3).failed


def test_warming_up_bears_no_fault() -> None:
    """A 5xx or no response ends it; a 4xx warms as well as any."""
    assert rounds(0.01, 0.01, status=503).failed
    assert rounds(0.01, 0.01, status=0).failed
    assert rounds(0.01, 0.01, status=404).passed


def test_the_p99_is_the_smallest_that_99_percent_do_not_exceed() -> None:
    """Of a hundred the second largest, of fewer the largest, of none 0."""
    assert gates.p99([Probe("/", 200, each / 100) for each in range(1, 101)]) == 0.99
    assert gates.p99([Probe("/", 200, each) for each in (1.0, 3.0, 2.0)]) == 3.0
    assert gates.p99([]) == 0.0


@pytest.mark.parametrize(
    ("new", "old", "judgement", "reason"),
    [
        (
            Figures(100, 0, 0.01, 0.02),
            Figures(100, 0, 0.01, 0.02),
            "pass",
            "100 requests, 0 failed, p99 20 ms",
        ),
        (
            Figures(49, 0, 0.01, 0.02),
            Figures(900, 0, 0.01, 0.02),
            "unknown",
            "too few requests to judge: 49 of 50",
        ),
        (Figures(0, 0, 0.0, 0.0), Figures(900, 0, 0.01, 0.02), "unknown", "too few"),
        # Three of three have failed: no 47 others can make that good.
        (Figures(3, 3, 0.01, 0.02), Figures(900, 0, 0.01, 0.02), "fail", "3 of 3 requests failed"),
        (Figures(60, 2, 0.01, 0.02), Figures(900, 0, 0.01, 0.02), "pass", ""),
        (Figures(2, 2, 0.01, 0.02), Figures(900, 0, 0.01, 0.02), "unknown", "too few"),
        (
            Figures(100, 3, 0.01, 0.02),
            Figures(900, 0, 0.01, 0.02),
            "fail",
            "3 of 100 requests failed; the limit is 1.0%",
        ),
        (Figures(1000, 9, 0.01, 0.02), Figures(1000, 4, 0.01, 0.02), "fail", "0.40% of the other side's"),
        (Figures(1000, 8, 0.01, 0.02), Figures(1000, 4, 0.01, 0.02), "pass", ""),
        (Figures(1000, 2, 0.01, 0.02), Figures(1000, 0, 0.01, 0.02), "pass", ""),
        (Figures(1000, 9, 0.01, 0.02), Figures(49, 0, 0.01, 0.02), "pass", ""),
        (Figures(100, 0, 0.01, 2.1), Figures(0, 0, 0.0, 0.0), "fail", "p99 is 2100 ms; the limit is 2000 ms"),
        (Figures(100, 0, 0.01, 0.41), Figures(100, 0, 0.01, 0.2), "fail", "200 ms on the other side"),
        (Figures(100, 0, 0.01, 0.09), Figures(100, 0, 0.01, 0.02), "pass", ""),
        (Figures(100, 0, 0.01, 0.41), Figures(49, 0, 0.01, 0.2), "pass", ""),
    ],
)
def test_traffic_is_judged_by_limits_and_by_the_other_side(
    new: Figures, old: Figures, judgement: str, reason: str
) -> None:
    """Absolute, compared, and only with enough to judge by."""
    verdict = gates.traffic(new, old, LIMITS)
    assert verdict.judgement == judgement
    assert reason in verdict.reason
