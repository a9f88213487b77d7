"""The plan: the steps left until a version has all of the traffic, a pure function of the version and the fleet.

The fleet shows whether a step is done, so a deployment that was interrupted anywhere goes on from there. A step that
leaves no trace, such as a smoke test, counts as done once the side has traffic, which it never has before. What follows
the last shift leaves no trace either (`is_last`); the history says whether that was done.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from .clients import Difference
from .model import COLOURS, Colour, Environment, Fleet, Task, Version, Weights, other
from .policy import Policy
from .schema import Database, refusal


@dataclass(frozen=True)
class Step(ABC):
    """One step.

    Attributes:
        colour: the environment that it is about.
        expected: how long it takes in seconds: usually, or for what waits, exactly.
    """

    colour: Colour
    expected: float

    @property
    @abstractmethod
    def title(self) -> str:
        """What it does, for a person."""

    @property
    def order(self) -> str:
        """The title, as it continues `could not`."""
        return self.title[0].lower() + self.title[1:]

    @abstractmethod
    def is_done(self, fleet: Fleet) -> bool:
        """Whether the observed fleet needs nothing more of this step."""

    @property
    def is_last(self) -> bool:
        """Whether it follows the last shift, before the version has all of the traffic for good."""
        return False


@dataclass(frozen=True)
class VersionStep(Step):
    """A step that brings a version to where the traffic is."""

    version: Version

    def is_done(self, fleet: Fleet) -> bool:
        """It has been done for every version that has traffic."""
        return self.runs(fleet) and fleet.weights[self.colour] > 0

    def runs(self, fleet: Fleet) -> bool:
        """Whether the version is the environment's."""
        return fleet[self.colour].version == self.version.label


@dataclass(frozen=True)
class Publish(VersionStep):
    """Make the version known to the platform."""

    @property
    def title(self) -> str:
        return f"Publish {self.version.label}"

    def is_done(self, fleet: Fleet) -> bool:
        """What is deployed has been published."""
        return self.runs(fleet)


@dataclass(frozen=True)
class RunTask(VersionStep):
    """Do something to the database, before any instance of the version is there that needs it."""

    task: Task

    @property
    def title(self) -> str:
        return self.task.title


@dataclass(frozen=True)
class Deploy(VersionStep):
    """Install the version on all instances of an environment without traffic, and wait for the end."""

    @property
    def title(self) -> str:
        return f"Deploy {self.version.label} to {self.colour}, which has no traffic"

    def is_done(self, fleet: Fleet) -> bool:
        """It is the environment's version, and no instance says that it runs another."""
        if super().is_done(fleet):
            return True
        side = fleet[self.colour]
        return (
            self.runs(fleet)
            and side.steady
            and all(each.version in {"", self.version.label} for each in side.instances)
        )


@dataclass(frozen=True)
class MatchCapacity(Step):
    """Give the environment as many instances as the other has, since it will get the same traffic."""

    instances: int

    @property
    def title(self) -> str:
        return f"Give {self.colour} {_instances(self.instances)}, as many as {other(self.colour)} has"

    def is_done(self, fleet: Fleet) -> bool:
        """So many are wanted, or more."""
        return fleet[self.colour].wanted >= self.instances and fleet[self.colour].steady


@dataclass(frozen=True)
class AwaitHealth(VersionStep):
    """Wait until every instance is healthy and on the version, in reports that are younger than our orders."""

    instances: int
    observations: int

    @property
    def title(self) -> str:
        times = "once" if self.observations == 1 else f"{self.observations} times in a row"
        return f"Wait until all of {self.colour} is healthy on {self.version.label}, {times}"

    def is_done(self, fleet: Fleet) -> bool:
        """Only once it has all of the traffic: before that it may have become unhealthy again."""
        return self.runs(fleet) and fleet.weights[self.colour] == 100


@dataclass(frozen=True)
class Smoke(VersionStep):
    """Request a few paths of every instance, by an address that clients do not use."""

    paths: tuple[str, ...]
    instances: int

    @property
    def title(self) -> str:
        return f"Smoke-test {self.colour}: {', '.join(self.paths)}"


@dataclass(frozen=True)
class WarmUp(VersionStep):
    """Request paths of every instance until the p99 of a round is flat."""

    paths: tuple[str, ...]
    instances: int

    @property
    def title(self) -> str:
        return f"Warm {self.colour} up until its p99 is flat"


@dataclass(frozen=True)
class Shift(VersionStep):
    """Give the version a larger share of the traffic."""

    weight: int
    instances: int

    @property
    def title(self) -> str:
        return f"Shift {self.weight} % of the traffic to {self.colour}"

    @property
    def weights(self) -> Weights:
        """What both environments get then."""
        return {self.colour: self.weight, other(self.colour): 100 - self.weight}

    def is_done(self, fleet: Fleet) -> bool:
        """It has that share, or more."""
        return self.runs(fleet) and fleet.weights[self.colour] >= self.weight


@dataclass(frozen=True)
class Watch(VersionStep):
    """Watch what clients get from the version with this share of the traffic."""

    weight: int
    instances: int

    @property
    def title(self) -> str:
        return f"Watch errors and p99 of {self.colour} at {self.weight} %"

    def is_done(self, fleet: Fleet) -> bool:
        """It has a larger share already, or all there is."""
        return self.runs(fleet) and fleet.weights[self.colour] >= min(self.weight + 1, 100)

    @property
    def is_last(self) -> bool:
        """Where it has all of the traffic: the soak."""
        return self.weight == 100


@dataclass(frozen=True)
class WaitForDrain(VersionStep):
    """Wait until the old side has finished its requests, then check that the new one has all traffic."""

    instances: int

    @property
    def title(self) -> str:
        return f"Let {other(self.colour)} finish its requests; it stays ready for a rollback"

    def is_done(self, fleet: Fleet) -> bool:
        """All traffic is on the new side; it has been told so at once."""
        return self.runs(fleet) and fleet.weights[self.colour] == 100

    @property
    def is_last(self) -> bool:
        """It follows the soak."""
        return True


@dataclass(frozen=True)
class Keep(Step):
    """Keep the old side as it is for as long as a rollback should take seconds."""

    instances: int

    @property
    def title(self) -> str:
        return f"Keep {self.colour} for a rollback"

    def is_done(self, fleet: Fleet) -> bool:
        """There is nothing to keep: it is scaled down."""
        return fleet[self.colour].wanted <= self.instances


@dataclass(frozen=True)
class ScaleDown(Step):
    """Take instances from the old side."""

    instances: int

    @property
    def title(self) -> str:
        return f"Scale {self.colour} down to {_instances(self.instances)}"

    def is_done(self, fleet: Fleet) -> bool:
        """No more are wanted."""
        return fleet[self.colour].wanted <= self.instances and fleet[self.colour].steady


def _instances(count: int) -> str:
    return "1 instance" if count == 1 else f"{count} instances"


class Refused(Exception):
    """The deployment cannot start from this state of the fleet; the message says what to do."""


@dataclass(frozen=True)
class Plan:
    """What is left to be done.

    Attributes:
        version: the version that is to get all of the traffic.
        colour: the environment that it will run on.
        before: the label on the other environment, which an abort goes back to; empty for none.
        steps: what is to be done, in this order; none if the version is live.
        notes: what a person should know beforehand.
        clients: what clients of the API notice.
    """

    version: Version
    colour: Colour
    before: str
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()
    clients: Difference = Difference()

    @property
    def origin(self) -> Colour:
        """The environment that an abort goes back to."""
        return other(self.colour)

    @property
    def expected(self) -> float:
        """How long all of it usually takes, in seconds."""
        return sum(each.expected for each in self.steps)

    @property
    def summary(self) -> str:
        """What it comes to, in a line."""
        label = self.version.label
        if not any(isinstance(each, AwaitHealth) for each in self.steps):
            return f"{label} is live on {self.colour} already" + (
                "." if not self.steps else "; what is left:"
            )
        first, way = self.steps[0], f"{self.before or 'nothing'} on {self.origin} -> {label} on {self.colour}"
        if isinstance(first, Publish | RunTask | Deploy):
            return f"A new version: {way}"
        if any(isinstance(each, Smoke) for each in self.steps):
            return f"{label} is deployed on {self.colour} already: {way}"
        return f"An interrupted deployment goes on: {way}"


def plan(
    wanted: Version,
    fleet: Fleet,
    policy: Policy,
    *,
    unfinished: bool = False,
    database: Database = Database(),  # noqa: B008 - it is frozen
) -> Plan:
    """Decide what is left to be done until a version has all of the traffic, and change nothing.

    A rollback is the same with `policy.back()`: the version runs on the idle side, so it need only be looked at
    and given the traffic.

    Args:
        wanted: the version.
        fleet: as it was observed.
        policy: how careful to be.
        unfinished: whether the history knows that its last deployment began, from the version on the other side, and
            not that it came to its end. Nobody may have watched it with all of the traffic then.
        database: what is known of it.

    Raises:
        Refused: the fleet is in no state to begin from, or the version does not serve the database's phase.
    """
    colour = _target(wanted, fleet)
    unwatched = unfinished and fleet.weights[colour] == 100 and not _is_down(fleet[other(colour)], policy)
    steps = tuple(
        each
        for each in _all(wanted, colour, fleet, policy, database)
        if not each.is_done(fleet) or (unwatched and each.is_last)
    )
    if steps and (problem := refusal(wanted.label, wanted.schema, database)):
        raise Refused(f"{problem} There is no downgrade: deploy a version that does.")
    _refuse(wanted, colour, steps, fleet)
    notes = tuple(_notes(colour, fleet, policy, unwatched=unwatched))
    return Plan(wanted, colour, fleet[other(colour)].version, steps, notes)


def _is_down(old: Environment, policy: Policy) -> bool:
    """Whether it has been scaled down: that follows the last watch, and leaves too few for a way back."""
    return policy.scale_down is not None and old.wanted <= policy.scale_down


def _target(wanted: Version, fleet: Fleet) -> Colour:
    """Where the version runs already, preferably with traffic; otherwise the side without traffic."""
    return fleet.live if fleet[fleet.live].version == wanted.label else fleet.idle


def _all(wanted: Version, colour: Colour, fleet: Fleet, policy: Policy, database: Database) -> Iterator[Step]:
    """Every step of the whole way, done or not."""
    old = other(colour)
    instances = max(fleet[old].wanted, policy.instances)
    expected = policy.expected
    yield Publish(colour, expected.publish, wanted)
    for task in _tasks(wanted, database):
        yield RunTask(colour, expected.task, wanted, task)
    yield Deploy(colour, expected.deploy, wanted)
    yield MatchCapacity(colour, expected.scale, instances)
    observations = policy.observations
    yield AwaitHealth(colour, observations * expected.health, wanted, instances, observations)
    yield Smoke(colour, 1.0, wanted, policy.smoke, instances)
    yield WarmUp(colour, float(policy.flat_rounds), wanted, policy.warm_up, instances)
    for weight in policy.weights:
        seconds = policy.soak if weight == 100 else policy.watch
        yield Shift(colour, 1.0, wanted, weight, instances)
        if seconds:
            yield Watch(colour, seconds, wanted, weight, instances)
    yield WaitForDrain(colour, policy.drain, wanted, instances)
    if (down := policy.scale_down) is not None:
        yield Keep(old, policy.rollback_window, down)
        yield ScaleDown(old, expected.scale, down)


def _tasks(wanted: Version, database: Database) -> Iterator[Task]:
    """What has to be done to the database, or be seen of it, before the version may run."""
    if schema := wanted.schema:
        if database.certain.expand < schema.expand:
            yield Task("expand", wanted)
        for each in schema.backfills:
            if each not in database.certain.backfills:
                yield Task("scan", wanted, each)


def _refuse(wanted: Version, colour: Colour, steps: tuple[Step, ...], fleet: Fleet) -> None:
    if not steps:
        return
    for each in COLOURS:
        if not fleet[each].steady:
            raise Refused(
                f"{each} is still busy with the last order ({_causes(fleet, each)}). "
                "Wait until `status` shows it steady."
            )
    if fleet.weights[colour] > 0 and fleet[colour].version != wanted.label:
        shares = " and ".join(f"{fleet.weights[each]} % on {each}" for each in COLOURS)
        raise Refused(
            f"The traffic is divided between two other versions ({shares}), so no side is free for {wanted.label}. "
            "Finish with `apply` of one of them, or `abort`."
        )


def _notes(colour: Colour, fleet: Fleet, policy: Policy, *, unwatched: bool) -> Iterator[str]:
    old = other(colour)
    if unwatched:
        yield (
            f"{fleet[colour].version} was given all of the traffic, and that deployment was interrupted before it was "
            f"watched to the end: if it is unhealthy, this rolls back to {fleet[old].version or 'nothing'}."
        )
    if fleet.weights[old] > 0 and not fleet[old].serves(fleet[old].version):
        yield (
            f"{old}, which has traffic, is not healthy ({_causes(fleet, old)}): "
            "an abort would go back to it as it is."
        )
    if policy.scale_down is None and fleet[old].wanted:
        yield f"{old} keeps its {fleet[old].wanted} instances for a rollback; `scale {old} 0` ends that."


def _causes(fleet: Fleet, colour: Colour) -> str:
    return "; ".join(fleet[colour].causes) or "the platform gives no cause"
