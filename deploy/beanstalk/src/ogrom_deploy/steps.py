"""The steps of a deployment, as frozen values: what each says to a person, and when it need not be done.

Whether a step is done is read from the fleet, so that a deployment that was interrupted anywhere goes on where it
was. What cannot be seen there, such as a smoke test, is done once traffic has come to the side: it never does before.
Only of what follows the last shift a fleet tells nothing: that `is_last`, and the history says whether it was done.
"""

from dataclasses import dataclass

from .model import Colour, Fleet, Version, Weights, other


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        colour: the environment that it is about.
        expected: how long it takes in seconds: usually, or for what waits, exactly.
    """

    colour: Colour
    expected: float

    @property
    def title(self) -> str:
        """What it does, for a person."""
        raise NotImplementedError

    @property
    def order(self) -> str:
        """The same, as it goes on after `could not`."""
        return self.title[0].lower() + self.title[1:]

    def is_done(self, fleet: Fleet) -> bool:
        """Whether nothing is left to do in a fleet as it was observed."""
        raise NotImplementedError

    @property
    def is_last(self) -> bool:
        """Whether it comes when the version has all of the traffic already, and before that is for good."""
        return False


@dataclass(frozen=True)
class Towards(Step):
    """A step that brings a version to where the traffic is."""

    version: Version

    def is_done(self, fleet: Fleet) -> bool:
        """Traffic comes to no version without it."""
        return self.runs(fleet) and fleet.weights[self.colour] > 0

    def runs(self, fleet: Fleet) -> bool:
        """Whether the version is the environment's."""
        return fleet[self.colour].version == self.version.label


@dataclass(frozen=True)
class Publish(Towards):
    """Make the version known to the platform."""

    @property
    def title(self) -> str:
        return f"Publish {self.version.label}"

    def is_done(self, fleet: Fleet) -> bool:
        """What is deployed has been published."""
        return self.runs(fleet)


@dataclass(frozen=True)
class Deploy(Towards):
    """Put the version on all instances of an environment without traffic, and wait until that is done."""

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
    """Give the environment as many instances as the other one has, since it will get the same traffic."""

    instances: int

    @property
    def title(self) -> str:
        return f"Give {self.colour} {_instances(self.instances)}, as many as {other(self.colour)} has"

    def is_done(self, fleet: Fleet) -> bool:
        """So many are wanted, or more."""
        return fleet[self.colour].wanted >= self.instances and fleet[self.colour].steady


@dataclass(frozen=True)
class AwaitHealth(Towards):
    """Wait until every instance is healthy and on the version, by news that is younger than our orders."""

    instances: int
    observations: int

    @property
    def title(self) -> str:
        times = "once" if self.observations == 1 else f"{self.observations} times in a row"
        return f"See all of {self.colour} healthy on {self.version.label}, {times}"

    def is_done(self, fleet: Fleet) -> bool:
        """A side may have fallen ill since it got its first traffic: only with all of it there is nothing to ask."""
        return self.runs(fleet) and fleet.weights[self.colour] == 100


@dataclass(frozen=True)
class Smoke(Towards):
    """Ask every instance for a few paths, where no client comes by."""

    paths: tuple[str, ...]
    instances: int

    @property
    def title(self) -> str:
        return f"Smoke-test {self.colour}: {', '.join(self.paths)}"


@dataclass(frozen=True)
class WarmUp(Towards):
    """Ask for paths on every instance until they answer evenly fast."""

    paths: tuple[str, ...]
    instances: int

    @property
    def title(self) -> str:
        return f"Warm {self.colour} up until its p99 is flat"


@dataclass(frozen=True)
class Shift(Towards):
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
class Watch(Towards):
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
class Settle(Towards):
    """Let requests that are under way on the old side end, then see that all traffic is on the new one."""

    instances: int

    @property
    def title(self) -> str:
        return f"Let {other(self.colour)} finish what is under way; it stays ready for a rollback"

    def is_done(self, fleet: Fleet) -> bool:
        """All traffic is on the new side; it has been told so at once."""
        return self.runs(fleet) and fleet.weights[self.colour] == 100

    @property
    def is_last(self) -> bool:
        """It follows the soak."""
        return True


@dataclass(frozen=True)
class Keep(Step):
    """Keep the old side as it is for as long as a rollback shall be a matter of seconds."""

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
