"""At no moment does a version run on a phase of the database that it does not serve: in virtual time, over faults."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

import pytest
from hypothesis import HealthCheck, event, given, settings, strategies as st

from deploy.beanstalk.tests.faults import Crash, FaultPlan, FaultyPlatform, MemoryStore
from ogrom_deploy import deployment, plan
from ogrom_deploy.deployment import LEASE, Deployment
from ogrom_deploy.driver import Stop
from ogrom_deploy.lock import Locked, LockLost
from ogrom_deploy.model import Version
from ogrom_deploy.plan import Refused
from ogrom_deploy.policy import Policy
from ogrom_deploy.ports import PlatformError
from ogrom_deploy.schema import Database, Phase, Schema

POLICY = Policy(
    weights=(100,),
    soak=4.0,
    drain=2.0,
    flat_rounds=1,
    observations=1,
    order_timeout=60.0,
    health_timeout=60.0,
    steady_timeout=60.0,
    task_timeout=60.0,
    snapshot_age=1000.0,
    rest=200.0,
)

# Expand 0006 adds a second form, backfill 0007 fills it, contract 0008 takes the first one away; 0009 adds more.
VERSIONS = {
    each.label: each
    for each in (
        Version("old", schema=Schema("0005", "0005", knows="0005")),
        Version("both", schema=Schema("0006", "0006", until=("0008",), knows="0008")),
        Version("new", schema=Schema("0006", "0006", ("0007",), knows="0008")),
        Version("newer", schema=Schema("0006", "0006", ("0007",), knows="0008")),
        Version("next", schema=Schema("0009", "0009", ("0007",), knows="0009")),
    )
}

STORY = (
    "apply both",
    "backfill",
    "wait",
    "apply new",
    "apply newer",
    "wait",
    "snapshot",
    "contract",
    "rollback",
    "apply both",
    "apply old",
    "apply next",
    "rollback",
)
"""A change from its expand to its contract, and what somebody may try after it."""

OTHERS = ("rollback", "abort", "contract", "scale blue", "scale green", "wait", *STORY)


@dataclass(frozen=True)
class Command:
    """What somebody does, and what goes wrong meanwhile; the program dies after so many calls."""

    name: str
    faults: FaultPlan = FaultPlan()
    crash: int | None = None


class World:
    """One program in front of one platform with a database, which can die and be started again."""

    def __init__(self) -> None:
        self.memory = FaultyPlatform()
        self.memory.phase = Phase("0005")
        self.memory.preload("blue", "old", 2, VERSIONS["old"].schema or Schema())
        self.store = MemoryStore(self.memory.enter)
        self.outcomes: list[str] = []

    def program(self) -> Deployment:
        memory = self.memory
        return Deployment(memory, self.store, POLICY, "ann", lambda _: None, memory.now, memory)

    def do(self, command: Command) -> None:
        memory = self.memory
        memory._orders = memory._observations = memory._started_tasks = 0
        crash = None if command.crash is None else memory.calls + command.crash
        memory.faults = replace(command.faults, crash=crash)
        try:
            self.outcomes.append(f"{command.name}: {self.act(command.name)}")
        except (Crash, Refused, Stop, PlatformError, Locked, LockLost) as problem:
            self.outcomes.append(f"{command.name}: {type(problem).__name__}")
        memory.faults = FaultPlan()
        if crash is not None:
            memory.wait(LEASE + 1.0)

    def act(self, name: str) -> str | None:
        verb, _, what = name.partition(" ")
        match verb:
            case "apply":
                return self.program().apply(VERSIONS[what]).outcome
            case "rollback":
                return self.program().rollback().outcome
            case "abort":
                return self.program().abort().outcome
            case "scale":
                return self.program().scale("blue" if what == "blue" else "green", 3).live
            case "backfill":
                self.program().backfill("0007")
            case "contract":
                return self.program().contract("0008").outcome
            case "wait":
                self.memory.wait(POLICY.rest)
            case "snapshot":
                self.memory.snapshot_at = self.memory.now()
        return None


def played(commands: Sequence[Command]) -> World:
    world = World()
    for each in commands:
        world.do(each)
    world.memory.wait(60.0)
    return world


def expect_served(world: World) -> None:
    """The law."""
    assert not world.memory.unserved, world.outcomes


numbers = st.sampled_from([frozenset[int]()] * 4 + [frozenset({each}) for each in range(4)])
faults = st.builds(FaultPlan, refused=numbers, unheard=numbers, blind=numbers, undone=numbers, unseen=numbers)


@st.composite
def stories(draw: st.DrawFn) -> list[Command]:
    """The story, with steps left out and others put in, of which some meet faults or are killed."""

    def command(name: str) -> Command:
        match draw(st.sampled_from(("well", "well", "well", "faults", "crash"))):
            case "faults":
                return Command(name, draw(faults))
            case "crash":
                return Command(name, crash=draw(st.integers(0, 70)))
        return Command(name)

    def names() -> Iterator[str]:
        for each in STORY:
            if draw(st.sampled_from((False, False, False, False, True))):
                yield draw(st.sampled_from(OTHERS))
            if draw(st.sampled_from((True, True, True, True, True, True, False))):
                yield each

    return [command(each) for each in names()]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(stories())
def test_no_version_runs_on_a_database_that_it_does_not_serve(commands: list[Command]) -> None:
    """Whoever does what in which order, whatever is refused, unheard or fails, and wherever the program dies."""
    world = played(commands)
    event(f"phase {world.memory.phase}")
    expect_served(world)


def test_a_change_goes_from_expand_to_contract() -> None:
    """And what would go back behind it is refused, while what serves it goes on."""
    world = played([Command(each) for each in STORY])
    expect_served(world)
    assert str(world.memory.phase) == "0009~0007+0008"
    assert [each.partition(": ")[2] for each in world.outcomes] == [
        *("done", "None", "None", "done", "done", "None", "None", "done"),
        *("done", "Refused", "Refused", "done", "done"),
    ]


def killed(crash: int) -> list[Command]:
    """The story, in which the program dies at so many calls of the contract."""
    return [Command(each, crash=crash if each == "contract" else None) for each in STORY]


@cache
def first_effect() -> int:
    """The first of these calls after which the contract has its effect all the same."""
    worlds = ((crash, played(killed(crash)[:8])) for crash in count())
    return next(crash for crash, world in worlds if "0008" in world.memory.phase.contracts)


@pytest.mark.parametrize("after", range(-30, 12, 3))
def test_after_a_crash_of_a_contract_there_is_no_way_back_behind_it(after: int) -> None:
    """Wherever it died, and though nobody has seen its end; before it was written down, nothing is lost."""
    world = played(killed(first_effect() + after)[:10])
    expect_served(world)
    assert world.outcomes[-1] == f"apply both: {'Refused' if after >= 0 else 'done'}"


def no_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (plan, deployment):
        monkeypatch.setattr(module, "refusal", lambda *_: "")


def no_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_tasks", lambda *_: ())


def no_record_before_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "begun", lambda self, _: self)


@pytest.mark.parametrize("without", [no_check, no_tasks, no_record_before_the_task])
def test_the_law_fails_without_what_keeps_it(
    without: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is this that keeps it, and the law can see when it is not kept."""
    story = killed(first_effect() + 6)
    expect_served(played(story))
    without(monkeypatch)
    with pytest.raises(AssertionError, match="apply both: "):
        expect_served(played(story))
