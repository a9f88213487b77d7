"""One environment of the stand-in: its instances, and what is being done to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from ogrom_deploy import templates
from ogrom_deploy.options import read_options
from ogrom_deploy.options.setting import Key

from .behaviour import Behaviour, Times

Status = Literal["In Progress", "Deployed", "Failed"]


@cache
def _as_made() -> Mapping[Key, str]:
    """The options that the template sets; a value that only an account knows is some text."""
    options = read_options(templates.read("environment"))
    return {each.key: f"of-the-account-{each.name}" if each.value is None else each.value for each in options}


@dataclass
class Machine:
    """One instance.

    Attributes:
        id: of EC2.
        ready_at: from when it serves.
        version: that it has; empty until it tells.
        deployment: how its last deployment stands.
        gone_at: when it is gone; it drains until then.
    """

    id: str
    ready_at: float
    version: str
    deployment: Status = "Deployed"
    gone_at: float = float("inf")


@dataclass
class Side:
    """An environment.

    Attributes:
        name: its name.
        id: its id.
        cname: its own name in the domain name system.
        targets: the ARN of its group of targets.
        times: how long things take.
        behaviour: how a version behaves.
        version: the label that it should have.
        options: as the template `environment` sets them, but for the size.
    """

    name: str
    id: str
    cname: str
    targets: str
    times: Times
    behaviour: Callable[[str], Behaviour]
    version: str = ""
    least: int = 1
    most: int = 1
    desired: int = 0
    stack: str = "64bit Amazon Linux 2023 v4.12.3 running Docker"
    managed: str = ""
    options: dict[Key, str] = field(default_factory=lambda: dict(_as_made()))
    machines: list[Machine] = field(default_factory=list)
    pending: tuple[str, str] | None = None
    bounds: tuple[int, int] | None = None
    busy_until: float = 0.0
    made: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether it takes an order."""
        return self.pending is None and self.bounds is None and self.busy_until == 0.0

    def serving(self, now: float) -> list[Machine]:
        """The instances that answer now."""
        return [
            each
            for each in self.machines
            if each.ready_at <= now < each.gone_at
            and each.deployment == "Deployed"
            and self.behaviour(each.version).healthy
        ]

    def start_deployment(self, label: str, now: float) -> None:
        """Stop all of them, and put a version on them."""
        self.pending = label, self.version
        self.version = label
        self.busy_until = now + self.times.deploy
        for each in self.machines:
            each.deployment = "In Progress"
            each.version = label

    def start_scaling(self, least: int, most: int, now: float) -> None:
        """Give the group other bounds."""
        self.bounds = least, most
        self.busy_until = now + self.times.configure

    def advance(self, now: float) -> None:
        """Do what is due."""
        self.machines = [each for each in self.machines if each.gone_at > now]
        if self.busy_until and self.busy_until <= now:
            self._finish(now)

    def _finish(self, now: float) -> None:
        self.busy_until = 0.0
        if self.pending is not None:
            label, before = self.pending
            installs = self.behaviour(label).installs
            for each in self.machines:
                each.deployment = "Deployed" if installs else "Failed"
            self.version = label if installs else before
            self.pending = None
        if self.bounds is not None:
            self.least, self.most = self.bounds
            self.bounds = None
            self.want(min(max(self.desired, self.least), self.most), now)

    def want(self, desired: int, now: float) -> None:
        """Start instances, or let some go."""
        self.desired = desired
        staying = [each for each in self.machines if each.gone_at == float("inf")]
        for each in staying[desired:]:
            each.gone_at = now + self.times.drain
        for _ in range(desired - len(staying)):
            self.made += 1
            self.machines.append(Machine(f"i-{self.name}{self.made}", now + self.times.start, self.version))
