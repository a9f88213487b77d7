"""At no moment does a version run on a phase of the database that it does not serve: in virtual time, over faults."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

import pytest
from hypothesis import HealthCheck, event, given, settings, strategies as st

from deploy.beanstalk.tests.faults import Crash, FaultPlan, FaultyPlatform, MemoryStore
from ogrom_deploy import history, plan
from ogrom_deploy.deployment import LEASE, Deployment
from ogrom_deploy.driver import Stop
from ogrom_deploy.lock import Lease, Locked, LockLost, unlock
from ogrom_deploy.memory import Behaviour
from ogrom_deploy.model import Task, Version
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


@dataclass
class VisitedPlatform(FaultyPlatform):
    """A platform at which somebody else does something at a call of a program, which stands still meanwhile."""

    visitor: Callable[[], None] | None = None
    visited_at: int = 0

    def enter(self) -> None:
        if self.visitor and self.calls >= self.visited_at:
            visitor, self.visitor = self.visitor, None
            visitor()
        super().enter()


class World:
    """One program in front of one platform with a database, which can die and be started again."""

    def __init__(self) -> None:
        self.memory = VisitedPlatform()
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
                idle = self.memory.observe().idle if what == "idle" else None
                return self.program().scale(idle or ("blue" if what == "blue" else "green"), 3).live
            case "backfill":
                self.program().backfill("0007")
            case "contract":
                return self.program().contract("0008").outcome
            case _:
                self.by_hand(verb, what)
        return None

    def by_hand(self, verb: str, what: str) -> None:
        """What no program does."""
        memory = self.memory
        match verb:
            case "install":  # on a side that has no instance
                idle = memory.observe().idle
                memory.scale(idle, 0)
                memory.deploy(idle, VERSIONS[what])
            case "unlock":
                unlock(self.store, "bob", force=True)
            case "expire":
                memory.wait(LEASE + 1.0)
            case "wait":
                memory.wait(POLICY.rest)
            case "snapshot":
                memory.snapshot_at = memory.now()


def played(commands: Sequence[Command]) -> World:
    world = World()
    for each in commands:
        world.do(each)
    world.memory.wait(60.0)
    return world


def expect_served(*worlds: World) -> None:
    """The law."""
    for world in worlds:
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


BEFORE_CONTRACT = STORY[: STORY.index("contract")]


def killed(command: str, crash: int) -> list[Command]:
    """The story, in which the program dies at so many calls of a command."""
    return [Command(each, crash=crash if each == command else None) for each in STORY]


@cache
def first_effect() -> int:
    """The first of these calls after which the contract has its effect all the same."""
    worlds = ((crash, played(killed("contract", crash)[:8])) for crash in count())
    return next(crash for crash, world in worlds if "0008" in world.memory.phase.contracts)


@pytest.mark.parametrize("after", range(-30, 12, 3))
def test_after_a_crash_of_a_contract_there_is_no_way_back_behind_it(after: int) -> None:
    """Wherever it died, and though nobody has seen its end; before it was written down, nothing is lost."""
    world = played(killed("contract", first_effect() + after)[:10])
    expect_served(world)
    assert world.outcomes[-1] == f"apply both: {'Refused' if after >= 0 else 'done'}"


@pytest.mark.parametrize("command", ["apply both", "apply new", "contract", "rollback", "apply next"])
def test_wherever_a_program_dies_the_others_keep_the_law(command: str) -> None:
    """Between any two of its steps; the rest of the story is played after it, and what people do then."""
    for crash in count(0, 3):
        world = played([*killed(command, crash), *map(Command, ("abort", "scale green", "rollback"))])
        expect_served(world)
        if f"{command}: Crash" not in world.outcomes:
            assert crash > 40, "the program has hardly done anything"
            return


def visited(program: str, after: int, *visits: str) -> World:
    """Before the contract, a program stands still at one of its calls, while others do something."""
    world = played([Command(each) for each in BEFORE_CONTRACT])

    def visit() -> None:
        for each in visits:
            world.do(Command(each))

    world.memory.visitor, world.memory.visited_at = visit, world.memory.calls + after
    world.do(Command(program))
    world.memory.wait(60.0)
    return world


def visits(program: str, *names: str) -> Iterator[World]:
    """The same at each of the program's calls."""
    for after in count():
        world = visited(program, after, *names)
        if world.memory.visitor:
            assert after > 20, "the program has hardly done anything"
            return
        yield world


MEETINGS = [
    (program, way, visitor)
    for program, visitor in (
        ("contract", "apply both"),
        ("apply both", "contract"),
        ("contract", "scale idle"),
    )
    for way in ("expire", "unlock")
]


@pytest.mark.parametrize(("program", "way", "visitor"), MEETINGS)
def test_of_two_who_change_the_fleet_at_once_one_gives_way(program: str, way: str, visitor: str) -> None:
    """Whether the lock has run out while the first one stood still, or was taken by force."""
    expect_served(*visits(program, way, visitor))


@pytest.mark.parametrize("way", ["expire", "unlock"])
def test_that_does_not_rest_on_the_days_before_a_contract(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing rests, a deploy that has begun is looked at all the same."""
    monkeypatch.setattr(history, "last_needed", lambda *_: None)
    expect_served(*visits("apply both", way, "contract"))


def test_a_rollback_goes_on_beside_a_backfill() -> None:
    """It holds nobody up; what needs its end is not deployed before that."""
    world = World()
    world.do(Command("apply both"))
    world.memory.task_seconds = 1000.0
    world.do(Command("backfill"))
    world.memory.task_seconds = 10.0
    for each in ("rollback", "apply both", "apply new"):
        world.do(Command(each))
    world.memory.wait(1000.0)
    world.do(Command("apply new"))
    expect_served(world)
    told = [each.partition(": ")[2] for each in world.outcomes]
    assert told == ["done", "None", "done", "done", "aborted", "done"]


def test_what_is_aborted_leaves_an_expand_that_harms_nobody() -> None:
    """All versions that ran before it run after it."""
    world = World()
    world.memory.behaviours = {"next": Behaviour(healthy=False)}
    for each in (*BEFORE_CONTRACT, "apply next", "scale green", "rollback", "apply both", "apply old"):
        world.do(Command(each))
    expect_served(world)
    assert world.outcomes[-5:] == [
        "apply next: aborted",
        "scale green: green",
        *(f"{each}: done" for each in ("rollback", "apply both", "apply old")),
    ]
    assert str(world.memory.phase) == "0009~0007"


def without(kind: str) -> Callable[..., Iterator[Task]]:
    """The tasks of a version, but for those of a kind."""
    tasks = plan._tasks
    return lambda *given: (each for each in tasks(*given) if each.kind != kind)


def story(*names: str) -> Callable[[], Iterator[World]]:
    return lambda: iter([played([Command(each) for each in names])])


CONTRACTED = (*BEFORE_CONTRACT, "contract")
CONTROLS: dict[str, tuple[list[tuple[object, str, object]], Callable[[], Iterator[World]]]] = {
    "a deploy without a look at the phase": (
        [(plan, "refusal", lambda *_: "")],
        story(*CONTRACTED, "apply both"),
    ),
    "more instances without a look at the phase": (
        [(Deployment, "_unserved", lambda *_: "")],
        story(*CONTRACTED, "install both", "scale idle"),
    ),
    "a contract without a look at what is deployed": (
        [(Deployment, "_needed", lambda *_: iter(()))],
        story("apply both", "backfill", "wait", "apply new", "contract"),
    ),
    "a deploy without its expand": ([(plan, "_tasks", without("expand"))], story("apply both")),
    "a deploy without a look at its backfill": (
        [(plan, "_tasks", without("scan"))],
        story("apply both", "apply new"),
    ),
    "no record before a task": (
        [(Database, "begun", lambda self, _: self)],
        lambda: iter([played(killed("contract", first_effect() + 6))]),
    ),
    "a program that goes on when its lock has run out": (
        [(Lease, "hold", lambda _: None), (Lease, "confirm", lambda _: None)],
        lambda: visits("contract", "expire", "apply both"),
    ),
    "a program that goes on when its lock was taken by force": (
        [(Lease, "confirm", lambda _: None)],
        lambda: visits("contract", "unlock", "apply both"),
    ),
    "a deploy that goes on when its lock was taken by force": (
        [(Lease, "confirm", lambda _: None)],
        lambda: visits("apply both", "unlock", "contract"),
    ),
    "a contract without a look at what has begun": (
        [(history, "last_needed", lambda *_: None), (history, "unfinished", lambda _: None)],
        lambda: visits("apply both", "unlock", "contract"),
    ),
}
"""What keeps the law, taken out one after the other, each with a story that it makes a difference for."""


@pytest.mark.parametrize("name", CONTROLS)
def test_the_law_fails_without_what_keeps_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is this that keeps it, and the law can see when it is not kept."""
    patches, worlds = CONTROLS[name]
    expect_served(*worlds())
    for patch in patches:
        monkeypatch.setattr(*patch)
    with pytest.raises(AssertionError, match="unserved"):
        expect_served(*worlds())
