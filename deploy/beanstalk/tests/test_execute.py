"""Plans that are carried out, and what becomes of them when something goes wrong at a known place."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from deploy.beanstalk.tests.faults import FaultPlan, FaultyPlatform
from ogrom_deploy.events import Aborting, Begun, Event, Finished, Measured, Noted, Shifted
from ogrom_deploy.execute import execute
from ogrom_deploy.lock import LockLost
from ogrom_deploy.memory import Behaviour
from ogrom_deploy.model import Version, all_to
from ogrom_deploy.plan import plan
from ogrom_deploy.policy import Policy, Unjudged

POLICY = Policy()
V2 = Version("v2")


def nothing() -> None:
    """The lock is always ours."""


class Run:
    """One deployment of v2 over v1 in memory."""

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        faults: FaultPlan | None = None,
        *,
        policy: Policy = POLICY,
        hold: Callable[[], None] = nothing,
        at: Callable[[Event], None] = lambda event: None,
        rate: float = 200.0,
    ) -> None:
        self.events: list[Event] = []
        self.memory = FaultyPlatform.serving("v1", behaviours={"v2": behaviour or Behaviour()}, faults=faults)
        self.memory._traffic.rate = rate
        self.at = at
        self.plan = plan(V2, self.memory.observe(), policy)
        self.end = execute(self.plan, self.memory, policy, hold=hold, tell=self.tell)

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.at(event)

    @property
    def shifts(self) -> list[int]:
        """The shares that v2 had."""
        return [each.weights["green"] for each in self.events if isinstance(each, Shifted)]

    @property
    def notes(self) -> str:
        return "\n".join(each.text for each in self.events if isinstance(each, Noted))


def during(title: str, act: Callable[[], None]) -> Callable[[Event], None]:
    """Do something as soon as a step begins."""

    def at(event: Event) -> None:
        if isinstance(event, Begun) and event.title.startswith(title):
            act()

    return at


def interrupt() -> None:
    raise KeyboardInterrupt


def test_a_good_version_gets_all_of_the_traffic() -> None:
    """By every step of the plan, in order, and the old side keeps what it has."""
    run = Run()
    assert (run.end.outcome, run.end.live, run.end.version, run.end.reason) == ("done", "green", "v2", "")
    assert [each.title for each in run.events if isinstance(each, Begun)] == [
        each.title for each in run.plan.steps
    ]
    assert run.shifts == [1, 10, 50, 100]
    assert run.memory.observe().blue.serves("v1")
    assert run.end.seconds == pytest.approx(run.memory.now(), abs=0.2)
    assert run.events[-1] == run.end


@pytest.mark.parametrize(
    ("behaviour", "reason", "shifts"),
    [
        (Behaviour(healthy=False), "green is not healthy after 300 s: 0 of 2", []),
        (Behaviour(says="v1"), "runs v1, not v2", []),
        (Behaviour(status=500), "smoke test failed: GET /health/ready gave 500", []),
        (Behaviour(starts=1000.0), "was not seen within 900 s", []),
        (Behaviour(p99=2.5, cold=20.0), "p99 is", [1]),
        (Behaviour(error_rate=0.2), "requests failed", [1]),
        (Behaviour(p99=0.3), "and 40 ms on the other side", [1]),
        # One of 80 requests: seen only where there are many.
        (Behaviour(error_rate=0.012), "requests failed; the limit is 1.0%", [1, 10]),
    ],
)
def test_a_bad_version_is_stopped_at_its_gate(behaviour: Behaviour, reason: str, shifts: list[int]) -> None:
    """Where it is found depends on what is wrong with it; the version before has all traffic in the end."""
    run = Run(behaviour)
    assert run.end.outcome == "aborted"
    assert reason in run.end.reason
    assert run.shifts == shifts
    assert run.memory.weights == all_to("blue")
    assert (run.end.live, run.end.version) == ("blue", "v1")


def test_a_side_that_becomes_unhealthy_loses_its_traffic() -> None:
    """Its instances die while it has half of the traffic."""
    run = Run(
        faults=FaultPlan(deaths=((110.0, "green"),)),
        policy=replace(POLICY, limits=replace(POLICY.limits, errors_by_chance=10**6)),
    )
    assert run.end.outcome == "aborted"
    assert "1 of 2 instances of green serve v2" in run.end.reason
    assert run.shifts == [1, 10, 50]
    assert run.end.at <= 110.0 + 5.0 + POLICY.patience + 3 * POLICY.poll


def test_a_side_without_health_reports_loses_its_traffic() -> None:
    """No report for longer than the policy allows is bad news."""
    run = Run(faults=FaultPlan(silent=((100.0, 1000.0),)))
    assert run.end.outcome == "aborted"
    assert "the last report of green's health is" in run.end.reason
    assert run.end.at < 100.0 + POLICY.freshness + POLICY.patience + 3 * POLICY.poll


def test_a_short_outage_is_tolerated() -> None:
    """No report for less than the patience changes nothing."""
    silence = POLICY.freshness + POLICY.patience / 2
    run = Run(faults=FaultPlan(silent=((100.0, 100.0 + silence),)))
    assert run.end.outcome == "done"
    assert "the last report" in run.notes


def test_an_unhealthy_side_gets_no_share() -> None:
    """An instance that dies between the gates and the shift is seen before it has any traffic."""
    run = Run(faults=FaultPlan(deaths=((38.0, "green"),)), policy=replace(POLICY, flat_rounds=20))
    assert run.end.outcome == "aborted"
    assert run.shifts == []
    assert all(each.version == "v1" for each in run.memory.spans)


def test_an_unhealthy_side_does_not_drain_the_other() -> None:
    """A death while the old side finishes its requests rolls back, too."""
    quick = replace(POLICY, soak=0.0)
    run = Run(faults=FaultPlan(deaths=((136.0, "green"),)), policy=quick)
    assert run.shifts == [1, 10, 50, 100]
    assert run.end.outcome == "aborted"
    assert run.end.live == "blue"


@pytest.mark.parametrize(("unjudged", "outcome"), [("go", "done"), ("stop", "aborted")])
def test_too_few_requests_are_watched_longer_and_then_the_policy_decides(
    unjudged: Unjudged, outcome: str
) -> None:
    """A gate that has nothing to judge by says so."""
    run = Run(policy=replace(POLICY, unjudged=unjudged, extensions=1), rate=1.0)
    assert run.end.outcome == outcome
    assert "too few requests to judge: 0 of 50; watching for 30 s more" in run.notes
    assert f'unjudged = "{unjudged}"' in run.notes + run.end.reason


def test_refused_orders_are_given_again() -> None:
    """Fewer times than the policy allows is no failure; nor is an order that was taken without a word."""
    assert Run(faults=FaultPlan(refused=frozenset({0, 2, 3, 6}))).end.outcome == "done"
    assert Run(faults=FaultPlan(unheard=frozenset({0, 1, 3, 5}))).end.outcome == "done"
    assert Run(faults=FaultPlan(blind=frozenset({3, 4, 9, 20}))).end.outcome == "done"


def test_an_order_is_not_given_for_ever() -> None:
    """After the last attempt the reason is the platform's."""
    run = Run(faults=FaultPlan(refused=frozenset(range(3, 6))))
    assert run.end.outcome == "aborted"
    assert "could not shift 1 % of the traffic to green, tried 3 times" in run.end.reason


def test_a_way_back_that_is_refused_is_loud() -> None:
    """Where the platform takes no shift any more, nobody claims that all is well."""
    run = Run(Behaviour(error_rate=0.2), FaultPlan(refused=frozenset(range(4, 1000))))
    assert run.end.outcome == "stuck"
    assert "could not shift all traffic to blue" in run.end.reason
    assert run.memory.weights["green"] == 1


def test_an_interrupt_leads_back() -> None:
    """Ctrl-C in the middle of a shift is a reason like any other."""
    run = Run(at=during("Watch errors and p99 of green at 50", interrupt))
    assert (run.end.outcome, run.end.reason) == ("aborted", "interrupted")
    assert run.memory.weights == all_to("blue")


def test_a_second_interrupt_stops_at_once() -> None:
    """It says that it did not come to an end."""

    def at(event: Event) -> None:
        if isinstance(event, Measured | Aborting):
            raise KeyboardInterrupt

    run = Run(at=at)
    assert (run.end.outcome, run.end.reason) == ("stuck", "interrupted; interrupted again on the way back")
    assert run.memory.weights["green"] == 1


def test_after_it_has_settled_nothing_leads_back() -> None:
    """Who interrupts the rollback window has a version that is live all the same."""
    policy = replace(POLICY, scale_down=0, rollback_window=600.0)
    run = Run(policy=policy, at=during("Keep", interrupt))
    assert run.end.outcome == "done"
    assert "what follows was not done: interrupted" in run.end.reason
    assert run.memory.weights == all_to("green")
    assert run.memory.observe().blue.wanted == 2


def test_the_old_side_is_scaled_down_in_the_end() -> None:
    """After its window, where the policy says so."""
    run = Run(policy=replace(POLICY, scale_down=1, rollback_window=600.0))
    assert run.end.outcome == "done"
    assert run.memory.observe().blue.wanted == 1


def test_an_audience_that_is_gone_changes_nothing() -> None:
    """A closed terminal must not leave the traffic half-way."""

    def at(event: Event) -> None:
        raise BrokenPipeError

    assert Run(at=at).end.outcome == "done"


class Lost:
    """A lock that is lost at its so-and-so-many-th check."""

    def __init__(self, checks: int, *, taken: bool) -> None:
        self.checks, self.taken = checks, taken

    def __call__(self) -> None:
        self.checks -= 1
        if self.checks < 0:
            raise LockLost("the lock is gone", taken=self.taken)


def test_who_cannot_renew_the_lock_leads_back() -> None:
    """As long as nobody else has it."""
    run = Run(hold=Lost(60, taken=False))
    assert (run.end.outcome, run.end.reason) == ("aborted", "the lock is gone")
    assert run.shifts
    assert run.memory.weights == all_to("blue")


def test_who_has_lost_the_lock_to_somebody_gives_no_order() -> None:
    """The fleet is theirs: it stays as it is."""
    run = Run(hold=Lost(60, taken=True))
    assert (run.end.outcome, run.end.version) == ("lost", "")
    assert run.memory.weights["green"] == run.shifts[-1] > 0


def test_a_mistake_of_ours_leads_back_and_is_not_hidden() -> None:
    """The traffic comes first, then the traceback."""
    memory = FaultyPlatform.serving("v1")
    events: list[Event] = []

    def hold() -> None:
        if memory.weights["green"] == 10:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        execute(plan(V2, memory.observe(), POLICY), memory, POLICY, hold=hold, tell=events.append)
    assert memory.weights == all_to("blue")
    assert isinstance(events[-1], Finished)


def test_somebody_who_shifts_meanwhile_is_noticed() -> None:
    """Two who give orders are one too many."""
    runs: list[FaultyPlatform] = []
    memory = FaultyPlatform.serving("v1")

    def tell(event: Event) -> None:
        if isinstance(event, Measured) and event.weight == 10 and not runs:
            runs.append(memory)
            memory.shift({"blue": 70, "green": 30})

    end = execute(plan(V2, memory.observe(), POLICY), memory, POLICY, hold=nothing, tell=tell)
    assert end.outcome == "aborted"
    assert "somebody else has shifted the traffic: green has 30 %" in end.reason
