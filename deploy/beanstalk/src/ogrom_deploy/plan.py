"""What is to be done so that a version gets all of the traffic: a pure function of it and of what was observed."""

from collections.abc import Iterator
from dataclasses import dataclass

from .model import COLOURS, Colour, Environment, Fleet, Version, other
from .policy import Policy
from .steps import (
    AwaitHealth,
    Deploy,
    Keep,
    MatchCapacity,
    Publish,
    ScaleDown,
    Settle,
    Shift,
    Smoke,
    Step,
    WarmUp,
    Watch,
)


class Refused(Exception):
    """The fleet is in no state to begin from; the message says what to do about it."""


@dataclass(frozen=True)
class Plan:
    """What is left to be done.

    Attributes:
        version: what shall get all of the traffic.
        colour: the environment that it runs on then.
        before: the label on the other environment, where an abort leads back to; empty for none.
        steps: what is to be done, in this order; none where the version is live.
        notes: what a person should know beforehand.
    """

    version: Version
    colour: Colour
    before: str
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    @property
    def origin(self) -> Colour:
        """The environment that an abort leads back to."""
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
        if isinstance(first, Publish | Deploy):
            return f"A new version: {way}"
        if any(isinstance(each, Smoke) for each in self.steps):
            return f"{label} is deployed on {self.colour} already: {way}"
        return f"An interrupted deployment goes on: {way}"


def plan(wanted: Version, fleet: Fleet, policy: Policy, *, unfinished: bool = False) -> Plan:
    """Decide what is left to be done until a version has all of the traffic, and change nothing.

    A rollback is the same with `policy.back()`: the version runs on the idle side, so it need only be looked at
    and given the traffic.

    Args:
        wanted: the version.
        fleet: as it was observed.
        policy: how careful to be.
        unfinished: whether the history knows that its last deployment began, from the version on the other side, and
            not that it came to its end. Nobody may have watched it with all of the traffic then.

    Raises:
        Refused: the fleet is in no state to begin from.
    """
    colour = _target(wanted, fleet)
    unwatched = unfinished and fleet.weights[colour] == 100 and not _is_down(fleet[other(colour)], policy)
    steps = tuple(
        each
        for each in _all(wanted, colour, fleet, policy)
        if not each.is_done(fleet) or (unwatched and each.is_last)
    )
    _refuse(wanted, colour, steps, fleet)
    notes = tuple(_notes(colour, fleet, policy, unwatched=unwatched))
    return Plan(wanted, colour, fleet[other(colour)].version, steps, notes)


def _is_down(old: Environment, policy: Policy) -> bool:
    """Whether it has been scaled down: that follows the last watch, and leaves too few for a way back."""
    return policy.scale_down is not None and old.wanted <= policy.scale_down


def _target(wanted: Version, fleet: Fleet) -> Colour:
    """Where the version runs already, rather with traffic than without; else the side without traffic."""
    return fleet.live if fleet[fleet.live].version == wanted.label else fleet.idle


def _all(wanted: Version, colour: Colour, fleet: Fleet, policy: Policy) -> Iterator[Step]:
    """Every step of the whole way, done or not."""
    old = other(colour)
    instances = max(fleet[old].wanted, policy.instances)
    expected = policy.expected
    yield Publish(colour, expected.publish, wanted)
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
    yield Settle(colour, policy.drain, wanted, instances)
    if (down := policy.scale_down) is not None:
        yield Keep(old, policy.rollback_window, down)
        yield ScaleDown(old, expected.scale, down)


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
            f"{fleet[colour].version} was given all of the traffic, and whoever did so was interrupted before it was "
            f"certain that it stays: what is not well leads back to {fleet[old].version or 'nothing'}."
        )
    if fleet.weights[old] > 0 and not fleet[old].serves(fleet[old].version):
        yield (
            f"{old}, which has traffic, is not healthy ({_causes(fleet, old)}): "
            "an abort would lead back to what is there."
        )
    if policy.scale_down is None and fleet[old].wanted:
        yield f"{old} keeps its {fleet[old].wanted} instances for a rollback; `scale {old} 0` ends that."


def _causes(fleet: Fleet, colour: Colour) -> str:
    return "; ".join(fleet[colour].causes) or "the platform gives no cause"
