"""Whole acts: under the lock, from the fleet as it is, written down."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import pytest

from deploy.beanstalk.tests.faults import Crash, FaultPlan, FaultyPlatform, MemoryStore
from ogrom_deploy import history
from ogrom_deploy.deployment import LEASE, Deployment
from ogrom_deploy.driver import Stop
from ogrom_deploy.events import Event, Noted, Shifted
from ogrom_deploy.history import Record
from ogrom_deploy.lock import NAME as LOCK, Locked, LockLost, acquire, held, unlock
from ogrom_deploy.memory import Behaviour
from ogrom_deploy.model import Colour, Version, all_to
from ogrom_deploy.plan import Plan, Refused
from ogrom_deploy.policy import Policy
from ogrom_deploy.ports import PlatformError

POLICY = Policy(watch=10.0, soak=10.0, drain=5.0)
V2, V3 = Version("v2", "image@sha256:2"), Version("v3")


class Team:
    """People in front of one fleet."""

    def __init__(self, faults: FaultPlan | None = None) -> None:
        behaviours = {"bad": Behaviour(error_rate=0.3)}
        self.memory = FaultyPlatform.serving("v1", behaviours=behaviours, faults=faults)
        self.store = MemoryStore(self.memory.enter)
        self.events: list[Event] = []

    def member(self, who: str = "ann") -> Deployment:
        return Deployment(self.memory, self.store, POLICY, who, self.events.append, self.memory.now)

    @property
    def records(self) -> list[Record]:
        return list(history.acts(history.newest(self.store)))[::-1]

    @property
    def live(self) -> str:
        fleet = self.memory.observe()
        assert fleet.weights == all_to(fleet.live)
        return fleet[fleet.live].version


def test_an_act_is_written_down() -> None:
    """Who, what, what for, the plan, the time of every step, the figures and the end."""
    team, plans = Team(), list[Plan]()
    end = team.member().apply(V2, "the sale begins", planned=plans.append)
    (record,) = team.records
    assert (record.act, record.who, record.message, record.version) == ("apply", "ann", "the sale begins", V2)
    assert (record.before, record.outcome, record.live, record.serves) == ("v1", "done", "green", "v2")
    assert record.plan == tuple(each.title for each in plans[0].steps)
    assert tuple(each.title for each in record.steps) == record.plan
    assert [each.expected for each in record.steps] == [each.expected for each in plans[0].steps]
    assert record.seconds == end.seconds == pytest.approx(sum(each.seconds for each in record.steps), abs=1.0)
    assert [each.weight for each in record.figures] == [1, 10, 50, 100]
    assert held(team.store) is None


def test_a_failure_is_written_down() -> None:
    """With its reason, and the steps up to it."""
    team = Team()
    assert team.member().apply(Version("bad")).outcome == "aborted"
    (record,) = team.records
    assert record.outcome == "aborted"
    assert "requests failed" in record.reason
    assert 0 < len(record.steps) < len(record.plan)
    assert held(team.store) is None


def test_what_is_live_already_is_not_written_down_twice() -> None:
    """It is an act only where the history did not know it yet."""
    team = Team()
    team.member().apply(V2)
    team.member().apply(V2)
    assert len(team.records) == 1


def test_nobody_comes_between() -> None:
    """While somebody has the lock, no act begins."""
    team = Team()
    acquire(team.store, "bob", "looking", 3600.0, team.memory.now)
    acts = (
        lambda: team.member().apply(V2),
        lambda: team.member().rollback(),
        lambda: team.member().abort(),
        lambda: team.member().scale("green", 1),
    )
    for act in acts:
        with pytest.raises(Locked, match="bob"):
            act()
    assert team.records == []
    assert team.live == "v1"


def test_the_lock_is_renewed_during_a_long_act() -> None:
    """An act takes longer than a lease, and ends with the lock in hand."""
    team = Team()
    member = replace(team.member(), policy=replace(POLICY, soak=3 * LEASE))
    assert member.apply(V2).outcome == "done"


def test_a_rollback_leads_to_the_version_before() -> None:
    """At once, without a build; and again to the one before that, which has to be deployed."""
    team = Team()
    for version in (V2, V3):
        team.member().apply(version)
    plans = list[Plan]()
    assert team.member("bob").rollback(planned=plans.append).version == "v2"
    assert team.live == "v2"
    assert len(plans[0].steps) == 5
    assert team.member("bob").rollback(planned=plans.append).version == "v1"
    assert team.live == "v1"
    assert len(plans[1].steps) > 10
    with pytest.raises(Refused, match="knows no version that was live before v1"):
        team.member().rollback()


def test_a_rollback_never_leads_to_a_version_that_failed() -> None:
    """The idle side holds it, ready to serve; but it never was live."""
    team = Team()
    team.member().apply(V2)
    team.member().apply(Version("bad"))
    assert team.memory.observe()[team.memory.observe().idle].version == "bad"
    assert team.member().rollback().version == team.live == "v1"


def before_the_lock(team: Team, act: Callable[[], object]) -> None:
    """Have somebody else do something whole just before the next who comes takes the lock."""
    read = team.store.read

    def after_that(name: str) -> tuple[bytes, str] | None:
        if name == LOCK:
            team.store.read = read  # type: ignore[method-assign]
            act()
        return read(name)

    team.store.read = after_that  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("act", "before"), [(lambda ann: ann.apply(Version("v4")), "v3"), (lambda ann: ann.rollback(), "v1")]
)
def test_a_rollback_chooses_its_version_under_the_lock(
    act: Callable[[Deployment], object], before: str
) -> None:
    """What somebody else has done meanwhile counts: it leads to the version before the one that is live then."""
    team = Team()
    for version in (V2, V3):
        team.member().apply(version)
    before_the_lock(team, lambda: act(team.member("ann")))
    assert team.member("bob").rollback().version == team.live == before


@cache
def call_at(weight: int) -> int:
    """The first call at which a deployment has given green so much of the traffic."""
    team, calls = Team(), list[int]()

    def tell(event: Event) -> None:
        if isinstance(event, Shifted) and event.weights["green"] == weight:
            calls.append(team.memory.calls)

    replace(team.member(), tell=tell).apply(V2)
    return calls[0]


def crashed(weight: int) -> Team:
    """A team whose program died when green had so much of the traffic."""
    team = Team(FaultPlan(crash=call_at(weight)))
    with pytest.raises(Crash):
        team.member().apply(V2)
    assert team.memory.weights["green"] == weight
    team.memory.revive()
    return team


@pytest.mark.parametrize("weight", [1, 50])
def test_abort_leads_back_what_was_interrupted(weight: int) -> None:
    """Once the lock of the dead one has expired; it is told from whom it was taken over, and written down."""
    team = crashed(weight)
    with pytest.raises(Locked, match="ann"):
        team.member("bob").abort()
    team.memory.wait(LEASE)
    assert team.member("bob").abort("pager").outcome == "aborted"
    assert team.live == "v1"
    assert "taken over from ann" in "".join(each.text for each in team.events if isinstance(each, Noted))
    assert [(each.act, each.outcome) for each in team.records] == [("apply", "begun"), ("abort", "aborted")]


def test_abort_knows_where_the_traffic_came_from() -> None:
    """Also where the new version has most of it: from the history."""
    team = crashed(50)
    team.memory.wait(LEASE)
    team.memory.shift({"blue": 10, "green": 90})
    team.member().abort()
    assert team.live == "v1"


def test_rollback_half_way_leads_back_as_well() -> None:
    """To the version that was live before the one that is half-way."""
    team = crashed(50)
    team.memory.wait(LEASE)
    end = team.member().rollback()
    assert (end.outcome, end.version, team.live) == ("done", "v1", "v1")


def test_apply_goes_on_where_it_was_interrupted() -> None:
    """Nothing is deployed again."""
    team, plans = crashed(50), list[Plan]()
    team.memory.wait(LEASE)
    assert team.member().apply(V2, planned=plans.append).outcome == "done"
    assert plans[0].steps[0].title.startswith("See all of green healthy")


def test_apply_watches_what_nobody_watched_to_its_end() -> None:
    """Killed at all of the traffic, it looks as if it were done; the history knows better, until it is."""
    team, plans = crashed(100), list[Plan]()
    team.memory.wait(LEASE)
    assert len(team.member().plan(V2).steps) == 2
    assert team.member().apply(V2, planned=plans.append).outcome == "done"
    assert [each.title.split()[0] for each in plans[0].steps] == ["Watch", "Let"]
    assert team.member().plan(V2).steps == ()
    assert [each.outcome for each in team.records] == ["begun", "done"]


def test_what_another_version_came_after_is_not_watched_again() -> None:
    """Its way back led to a version that is not on the other side any more."""
    team = crashed(100)
    team.memory.wait(LEASE)
    assert team.member().apply(Version("bad")).outcome == "aborted"
    assert team.live == "v2"
    assert team.member().plan(V2).steps == ()


def test_what_has_lost_its_way_back_is_not_watched_again() -> None:
    """Somebody has put another version there by hand: what is not well would lead to that."""
    team = crashed(100)
    team.memory.publish(V3)
    team.memory.deploy("blue", V3)
    team.memory.wait(60.0)
    assert team.member().plan(V2).steps == ()


def test_a_rollback_that_was_killed_goes_no_further_back() -> None:
    """The same command finishes it first."""
    team = Team()
    for version in (V2, V3):
        team.member().apply(version)

    def die(event: Event) -> None:
        if isinstance(event, Shifted):
            team.memory.faults = FaultPlan(crash=0)

    with pytest.raises(Crash):
        replace(team.member(), tell=die).rollback()
    team.memory.revive()
    team.memory.wait(LEASE)
    assert team.live == "v2"
    assert team.member().rollback().version == team.live == "v2"
    assert team.member().rollback().version == team.live == "v1"


def test_abort_of_nothing_is_refused() -> None:
    """Where all traffic is on one side there is nothing half-way."""
    with pytest.raises(Refused, match="nothing to abort"):
        Team().member().abort()


def test_scale_waits_until_it_is_done() -> None:
    """Up and down, written down; a side with traffic keeps one at least."""
    team = Team()
    assert len(team.member().scale("blue", 4).blue.instances) == 4
    assert len(team.member().scale("blue", 1, "night").blue.instances) == 1
    with pytest.raises(Refused, match="needs 1 instance"):
        team.member().scale("blue", 0)
    assert [(each.act, each.message) for each in team.records] == [("scale", "blue to 4"), ("scale", "night")]


def scale_failing(team: Team, order_timeout: float = 900.0) -> Record:
    """What is written down of a scale that fails."""
    member = replace(team.member(), policy=replace(POLICY, order_timeout=order_timeout))
    with pytest.raises((Stop, LockLost)):
        member.scale("green", 3, "more")
    (record,) = team.records
    assert (record.act, record.who, record.message, record.serves) == ("scale", "ann", "more", "v1")
    return record


def test_a_scale_that_is_refused_is_written_down() -> None:
    """With the platform's word."""
    record = scale_failing(Team(FaultPlan(refused=frozenset(range(9)))))
    assert record.outcome == "failed"
    assert "refuses every order just now" in record.reason
    assert record.seconds > 0.0


def test_a_scale_that_takes_too_long_is_written_down() -> None:
    """With what was waited for; the instances may come all the same."""
    record = scale_failing(Team(), order_timeout=5.0)
    assert (record.outcome, record.reason) == ("failed", "green with 3 instances was not seen within 5 s")


def test_a_scale_whose_lock_is_taken_is_written_down() -> None:
    """It gives no further order, as a deployment does not."""
    team = Team()
    order = team.memory.scale

    def taken(colour: Colour, instances: int) -> None:
        order(colour, instances + 1)
        team.memory.wait(LEASE / 2)
        unlock(team.store, "bob", force=True)
        acquire(team.store, "bob", "mine now", 3600.0, team.memory.now)

    team.memory.scale = taken  # type: ignore[method-assign]
    record = scale_failing(team)
    assert record.outcome == "lost"
    assert "bob" in record.reason


def test_a_scale_that_was_interrupted_or_killed_is_written_down() -> None:
    """By Ctrl-C it ends; killed, it has begun and nobody knows more."""
    for end, outcome in ((KeyboardInterrupt, "failed"), (Crash, "begun")):
        team = Team()
        team.memory.scale = partial(_raise, end)  # type: ignore[method-assign]
        with pytest.raises(end):
            team.member().scale("green", 3)
        assert [(each.outcome, each.reason) for each in team.records] == [
            (outcome, "interrupted" if outcome == "failed" else "")
        ]


def _raise(problem: type[BaseException], *_: object) -> None:
    raise problem


def test_a_platform_that_does_not_answer_begins_nothing() -> None:
    """The reason is its own, and the lock is free again."""
    team = Team(FaultPlan(blind=frozenset(range(100))))
    with pytest.raises((Stop, PlatformError), match="does not answer"):
        team.member().apply(V2)
    assert held(team.store) is None


def test_a_busy_fleet_is_waited_for() -> None:
    """Somebody's last order ends before ours begins."""
    team = Team()
    team.memory.scale("green", 3)
    assert not team.memory.observe().green.steady
    assert team.member().apply(V2).outcome == "done"
