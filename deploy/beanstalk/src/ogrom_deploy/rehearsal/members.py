"""An instance's place in its environment: from its start by the slot at the balancer to its end."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ogrom_deploy import model

from .counters import Slot
from .instances import Instance, Said

START_SECONDS = 30.0
"""How long an instance may take to become ready before it counts as failing."""

State: TypeAlias = Literal["starting", "serving", "draining", "dead"]

_OUT_OF_USE = Slot("unknown", 0, "MAINT")


@dataclass
class Member:
    """An instance in a slot of its environment.

    Attributes:
        instance: what runs there.
        slot: at the balancer; it is empty until the instance is ready.
        since: when the state began, by `time.monotonic()`.
        state: where in its life it is.
        said: what it said of itself when it was asked last.
    """

    instance: Instance
    slot: int
    since: float
    state: State = "starting"
    said: Said = Said("silent")
    at_balancer: Slot = _OUT_OF_USE

    def become(self, state: State, now: float) -> None:
        """Begin another state."""
        self.state, self.since = state, now

    def health(self, now: float) -> model.Health:
        """What the platform says of it."""
        match self.state:
            case "serving":
                return self.at_balancer.health
            case "starting":
                late = now - self.since > START_SECONDS
                return "failing" if late or self.said.state == "failing" else "pending"
            case "draining":
                return "pending"
            case "dead":
                return "failing"

    def cause(self, now: float) -> str:
        """Why it is failing; empty where it is not."""
        if self.health(now) != "failing":
            return ""
        if self.state == "dead":
            return f"{self.instance.id} ended by itself ({self.instance.exit_code})"
        if self.state == "serving":
            return f"{self.instance.id}: {self.at_balancer.cause or self.at_balancer.status}"
        return f"{self.instance.id} is {self.said.state} {now - self.since:.0f} s after its start"

    def observed(self, now: float) -> model.Instance:
        """It, as the deploy program sees it."""
        return model.Instance(self.instance.id, self.said.release, self.health(now))
