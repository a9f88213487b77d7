"""The test bed of every scenario: the platform with a database, two versions, and the deploy program."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ogrom_deploy.deployment import Deployment
from ogrom_deploy.events import Aborting, Begun, Event, Finished, Listener
from ogrom_deploy.model import Colour, Version, all_to
from ogrom_deploy.policy import Limits, Policy
from ogrom_deploy.ports import Store
from ogrom_rehearsal.platform import RehearsalPlatform

from .database import Database
from .load import Target, Writes
from .versions import Runtime

# What a shop's pages ask for: most of it is answered from memory, and what clients write is asked for each time.
TARGETS = (
    Target("/v1/de-DE/products/1", 4, contains='"id":1'),
    Target("/v1/de-DE/products/17", 4, contains='"id":17'),
    Target("/v1/de-DE/products?limit=10", 2, contains='"items"'),
    Target("/v1/de-DE/categories", 1, contains='"items"'),
    Target("/v1/de-DE/collages/1", 2, contains='"id":1'),
    Target("/v1/de-DE/comments?limit=5", 2, contains='"items"'),
    Target("/v1/de-DE/users/1", 1, contains='"id":1'),
)

_WRITES = sum(each.weight for each in TARGETS) / 8

# As careful as in the cloud but faster: both environments, their database, the balancer and the load share 2 cores.
POLICY = Policy(
    weights=(1, 10, 50, 100),
    watch=3.0,
    soak=3.0,
    drain=1.0,
    extensions=1,
    limits=Limits(p99=1.5, p99_ratio=4.0, p99_floor=0.4, requests=50),
    smoke=("/health/ready", "/v1/de-DE/products/1"),
    warm_up=tuple(each.path for each in TARGETS),
    observations=3,
    freshness=5.0,
    patience=5.0,
    poll=0.2,
    order_timeout=60.0,
    health_timeout=30.0,
    steady_timeout=60.0,
)

FAST_POLICY = replace(
    POLICY,
    weights=(10, 50, 100),
    watch=0.5,
    soak=0.5,
    drain=0.5,
    extensions=0,
    observations=2,
    limits=replace(POLICY.limits, p99=10.0, p99_ratio=10.0, p99_floor=2.0),
    freshness=30.0,
    patience=30.0,
    order_timeout=180.0,
    health_timeout=180.0,
    steady_timeout=180.0,
)
"""For the short rehearsal, which is about losses and must pass on a busy machine."""


@dataclass
class TestBed:
    """The platform and what scenarios need besides.

    Attributes:
        platform: both environments.
        database: that all instances use.
        store: where the deploy program keeps its lock and its history.
        old: the version that was deployed last.
        new: the current one.
        token: of the user who writes.
        runtime: makes further versions.
        folder: keeps what they are made of.
        rate: requests a second.
        instances: of each environment.
        deploys: how many in a row the scenario blue-green does.
        installing: seconds that it took to build and install the new version, if it was not there.
        baseline: seconds of load before a deploy, to compare with.
        policy: the deploy program's.
    """

    platform: RehearsalPlatform
    database: Database
    store: Store
    old: Version
    new: Version
    token: str
    runtime: Runtime
    folder: Path
    rate: float = 200.0
    instances: int = 2
    deploys: int = 1
    installing: float = 0.0
    baseline: float = 5.0
    policy: Policy = POLICY

    def writes(self) -> Writes:
        """One in nine of a load's requests is a write; each load has its own."""
        return Writes(f"Rehearsal {secrets.token_hex(4)}", self.token, _WRITES)

    def variant(self, name: str, settings: Mapping[str, str], of: Version | None = None) -> Version:
        """A variant of the new version, or of another one, with further environment variables."""
        of = of or self.new
        version = replace(of, label=f"{name}-{of.label}")
        self.platform.settings[version.label] = settings
        return version

    def prepare(self, version: Version, instances: int | None = None, *, warm: bool = True) -> Colour:
        """Let one environment serve a version with all traffic, and empty the other one.

        Args:
            version: the version.
            instances: of it; by default the test bed's number.
            warm: whether to request everything of each instance before anything is measured.

        Returns:
            The environment that serves it.
        """
        platform, wanted = self.platform, instances or self.instances
        fleet = platform.observe()
        if not fleet[fleet.live].serves(version.label):
            platform.publish(version)
            if not fleet[fleet.idle].serves(version.label):
                platform.scale(fleet.idle, 0)
                platform.deploy(fleet.idle, version)
                platform.scale(fleet.idle, wanted)
                platform.until(lambda seen: seen[fleet.idle].serves(version.label), f"{version.label} serves")
            platform.shift(all_to(fleet.idle))
        live = platform.observe().live
        idle = platform.observe().idle
        platform.scale(live, wanted)
        platform.scale(idle, 0)
        platform.until(
            lambda seen: (
                len(seen[live].instances) == wanted
                and seen[live].serves(version.label)
                and not seen[idle].instances
            ),
            f"{live} alone serves {version.label}",
        )
        for _ in range(5 if warm else 0):
            platform.probe(live, [each.path for each in TARGETS for _ in range(wanted)])
        return live

    def deployment(self, tell: Listener | None = None, policy: Policy | None = None) -> Deployment:
        """The deploy program; its events go to the timeline and to `tell`."""

        def told(event: Event) -> None:
            self._note(event)
            if isinstance(event, Begun):
                click.echo(f"  {event.title} ...", err=True)
            if tell is not None:
                tell(event)

        return Deployment(self.platform, self.store, policy or self.policy, "rehearsal", told)

    def tell_weights(self) -> None:
        """Add the division of the traffic to the timeline."""
        weights = self.platform.observe().weights
        self.platform.timeline.add("weights", "as it is", green=weights["green"])

    def _note(self, event: Event) -> None:
        match event:
            case Begun(title=title):
                self.platform.timeline.add("phase", title)
            case Aborting(reason=reason):
                self.platform.timeline.add("phase", f"Abort: {reason}")
            case Finished(outcome=outcome, reason=reason):
                self.platform.timeline.add("phase", f"{outcome}: {reason}" if reason else outcome)
            case _:
                pass
