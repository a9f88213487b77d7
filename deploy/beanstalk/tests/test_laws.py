"""What holds for every deployment, whatever goes wrong: in virtual time, over random failures."""

from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from deploy.beanstalk.tests.faults import Crash, FaultPlan, FaultyPlatform, MemoryStore
from ogrom_deploy import history
from ogrom_deploy.deployment import LEASE, Deployment
from ogrom_deploy.driver import Stop
from ogrom_deploy.events import Ended, Event, Finished
from ogrom_deploy.execute import serves
from ogrom_deploy.lock import Locked
from ogrom_deploy.memory import Behaviour, Span
from ogrom_deploy.model import COLOURS, Fleet, Version, all_to
from ogrom_deploy.plan import Refused, plan
from ogrom_deploy.policy import Policy
from ogrom_deploy.ports import PlatformError

POLICY = Policy(
    watch=10.0, soak=10.0, drain=5.0, order_timeout=60.0, health_timeout=60.0, steady_timeout=60.0
)
T = TypeVar("T")

VERSION = Version("v2")
LAG = 5.0 + POLICY.freshness + POLICY.patience + 10 * POLICY.poll
"""How long a side that fell ill may keep traffic: until it is measured, believed and shifted away, with retries."""

LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mostly(usual: T, *others: T) -> st.SearchStrategy[T]:
    """One value, and now and then another: where everything fails at once, it fails at the first step."""
    return st.sampled_from([usual] * 6 + list(others))


behaviours = st.builds(
    Behaviour,
    starts=st.floats(0.0, 30.0),
    healthy=mostly(True, False),
    says=mostly("", "v1"),
    status=mostly(200, 500),
    error_rate=mostly(0.0, 0.001, 0.3),
    p99=mostly(0.02, 3.0),
    cold=mostly(0.8, 0.0, 3.0),
)
numbers = st.frozensets(st.integers(0, 12), max_size=3)
times = st.floats(0.0, 130.0)
fault_plans = st.builds(
    FaultPlan,
    refused=numbers,
    unheard=numbers,
    blind=st.frozensets(st.integers(0, 60), max_size=6),
    silent=st.lists(st.tuples(times, times), max_size=1).map(tuple),
    deaths=st.lists(st.tuples(times, st.sampled_from(COLOURS)), max_size=2).map(tuple),
)
crashes = st.integers(0, 250)


@dataclass
class World:
    """One program in front of one platform, which can die and be started again."""

    memory: FaultyPlatform
    store: MemoryStore
    events: list[Event]

    @classmethod
    def with_(cls, behaviour: Behaviour, faults: FaultPlan, idle: int = 0) -> "World":
        memory = FaultyPlatform.serving("v1", behaviours={"v2": behaviour}, faults=faults)
        memory.preload("green", "v0", idle)
        return cls(memory, MemoryStore(memory.enter), [])

    def program(self, who: str = "ann") -> Deployment:
        return Deployment(self.memory, self.store, POLICY, who, self.events.append, self.memory.now)

    def apply(self) -> Finished | None:
        """What became of it; None where it died, or did not begin."""
        try:
            return self.program().apply(VERSION)
        except (Crash, Refused, Stop, PlatformError):
            return None

    def again(self) -> Finished | None:
        """Start the program once more, when the lock of the dead one has expired."""
        self.memory.revive()
        self.memory.wait(LEASE + 1.0)
        return self.apply()

    def killed(self, calls: int) -> bool:
        """Start the program once more, and see whether it died after so many calls."""
        self.memory.wait(LEASE + 1.0)
        self.memory.faults = FaultPlan(crash=self.memory.calls + calls)
        died = self.apply() is None
        self.memory.revive()
        return died

    def turn(self, behaviour: Behaviour) -> None:
        """Let the new version behave otherwise from now on."""
        self.memory.become("v2", behaviour)

    @property
    def finished(self) -> bool:
        """Whether the history knows that the last deployment came to its end."""
        return history.unfinished(history.newest(self.store)) is None

    @property
    def fleet(self) -> Fleet:
        """How it is in truth, whatever the platform says."""
        self.memory.faults = FaultPlan()
        self.memory.deaths.clear()
        self.memory.wait(self.memory.period)
        return self.memory.observe()


def healthy(span: Span) -> bool:
    """Whether all instances served."""
    return 0 < span.serving == span.instances


def ill(spans: list[Span]) -> float:
    """For how long in a row the new version had traffic while it was not healthy, at the longest."""
    longest, begin = 0.0, None
    for each in spans:
        if each.version == "v2" and healthy(each):
            begin = None
        elif each.version == "v2":
            begin = each.begin if begin is None else begin
            longest = max(longest, each.end - begin)
    return longest


def told(death: float, faults: FaultPlan) -> float:
    """When the platform can say of a death at the earliest."""
    return max((end for begin, end in faults.silent if begin <= death < end), default=death)


@settings(LAW, max_examples=80)
@given(behaviours, fault_plans)
@example(Behaviour(starts=7.0), FaultPlan(silent=((0.0, 71.0),), deaths=((0.0, "blue"), (0.0, "blue"))))
def test_a_deployment_ends_on_one_healthy_version(behaviour: Behaviour, faults: FaultPlan) -> None:
    """It is live, or the one before still is; and nobody has to guess which: it is what was told."""
    world = World.with_(behaviour, faults)
    end = world.apply()
    fleet = world.fleet
    if end is None:
        assert fleet.weights == all_to("blue")
    elif end.outcome == "stuck":
        assert not serves(fleet, "blue") or faults.refused or faults.blind
    else:
        assert fleet.weights == all_to(end.live)
        assert fleet[end.live].version == end.version
        assert serves(fleet, end.live) or any(told(at, faults) > end.at - LAG for at, _ in faults.deaths)


@settings(LAW, max_examples=80)
@given(behaviours, fault_plans, st.integers(0, 3))
def test_no_traffic_comes_to_a_side_that_is_cold_or_ill(
    behaviour: Behaviour, faults: FaultPlan, idle: int
) -> None:
    """Never at first; and from one that falls ill later it is shifted away within the policy's time."""
    world = World.with_(behaviour, faults, idle)
    world.apply()
    spans = [each for each in world.memory.spans if each.version == "v2"]
    assert all(each.warm for each in spans if each.serving)
    if spans:
        assert healthy(spans[0]) or world.memory.faults.deaths
        assert behaviour.healthy
        assert behaviour.status == 200
        assert not behaviour.says
    assert ill(list(world.memory.spans)) <= LAG


@settings(LAW, max_examples=80)
@given(behaviours, fault_plans)
def test_a_bad_version_does_not_stay(behaviour: Behaviour, faults: FaultPlan) -> None:
    """One that fails requests, or answers too slowly, has no traffic in the end."""
    world = World.with_(behaviour, faults)
    end = world.apply()
    if end and end.outcome == "done":
        assert behaviour.error_rate <= POLICY.limits.error_rate
        assert behaviour.p99 <= POLICY.limits.p99


@settings(LAW, max_examples=80)
@given(behaviours, fault_plans, crashes)
def test_after_a_crash_anywhere_the_same_command_finishes(
    behaviour: Behaviour, faults: FaultPlan, crash: int
) -> None:
    """The next `apply` brings the version to all of the traffic, or leads back to the one before."""
    world = World.with_(behaviour, replace(faults, crash=crash))
    if world.apply():
        return
    cold = [each for each in world.memory.spans if each.version == "v2" and each.serving and not each.warm]
    assert not cold
    end = world.again()
    fleet = world.fleet
    assert fleet.weights in (all_to("blue"), all_to("green")) or end is None or end.outcome == "stuck"
    if end and end.outcome == "done":
        assert fleet[fleet.live].version == "v2"


@settings(LAW, max_examples=40)
@given(st.floats(0.0, 30.0), crashes)
def test_a_crash_alone_costs_nothing(starts: float, crash: int) -> None:
    """Where only the program dies, the next `apply` makes the version live, and `abort` the one before."""
    for command in ("apply", "abort"):
        world = World.with_(Behaviour(starts=starts), FaultPlan(crash=crash))
        if world.apply():
            return
        world.memory.revive()
        world.memory.wait(LEASE + 1.0)
        before = world.memory.observe()
        if command == "apply":
            end = world.apply()
            assert end
            assert (end.outcome, world.fleet[world.fleet.live].version) == ("done", "v2")
        elif 100 not in before.weights.values():
            assert world.program().abort().version == "v1"
            assert world.fleet.weights == all_to("blue")


@settings(LAW, max_examples=80)
@given(st.lists(crashes, min_size=1, max_size=3))
def test_however_often_it_is_killed_all_of_the_traffic_is_watched(kills: list[int]) -> None:
    """Whoever says that it is done has watched the new version with all of it, for its time and without a break."""
    world = World.with_(Behaviour(), FaultPlan())
    for each in kills:
        if not world.killed(each):
            break
    end = world.again()
    assert end
    assert (end.outcome, end.version) == ("done", "v2")
    soaks = [each.seconds for each in world.events if isinstance(each, Ended) and "at 100 %" in each.title]
    assert max(soaks) >= POLICY.soak


@settings(LAW, max_examples=80)
@given(crashes)
def test_what_turns_bad_while_nobody_watches_does_not_stay(kill: int) -> None:
    """Wherever the program died: unless it had come to the end, the next `apply` leads back."""
    world = World.with_(Behaviour(), FaultPlan())
    if not world.killed(kill) or (world.finished and list(world.store.names(history.PREFIX))):
        return
    world.turn(Behaviour(error_rate=0.3))
    end = world.again()
    assert end
    assert (end.outcome, end.version) == ("aborted", "v1")
    assert world.fleet.weights == all_to("blue")


@settings(LAW, max_examples=60)
@given(st.integers(2, 4), st.integers(0, 120))
def test_the_lock_admits_one(programs: int, crash: int) -> None:
    """Whoever comes while a program is at it, or has just died at it, is told who that is."""
    world = World.with_(Behaviour(), FaultPlan(crash=crash))
    if world.apply():
        return
    world.memory.revive()
    held = world.store.read("lock.json")
    for number in range(programs):
        before = world.memory.observe()
        if held:
            with pytest.raises(Locked, match="ann"):
                world.program(f"bob {number}").apply(VERSION)
            assert world.memory.observe().weights == before.weights
            assert world.memory.observe()["green"].version == before["green"].version


@settings(LAW, max_examples=80)
@given(behaviours, fault_plans, crashes)
def test_a_plan_is_a_function_of_what_was_seen(behaviour: Behaviour, faults: FaultPlan, crash: int) -> None:
    """The same fleet gives the same plan; every step of it is left to be done, and none is done twice."""
    world = World.with_(behaviour, replace(faults, crash=crash))
    world.apply()
    fleet = world.fleet
    try:
        decided = plan(VERSION, fleet, POLICY)
    except Refused:
        with pytest.raises(Refused, match=r"steady|divided"):
            plan(VERSION, fleet, POLICY)
        return
    assert plan(VERSION, fleet, POLICY) == decided
    assert not any(each.is_done(fleet) for each in decided.steps)
    assert len(set(decided.steps)) == len(decided.steps)
