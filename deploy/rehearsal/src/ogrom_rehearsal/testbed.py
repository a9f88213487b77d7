"""The test bed of every scenario: the platform with a database, two versions, and the deploy program."""

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ogrom_deploy.deployment import Deployment
from ogrom_deploy.events import Aborting, Begun, Event, Finished, Listener
from ogrom_deploy.model import COLOURS, Colour, Version, all_to
from ogrom_deploy.policy import Limits, Policy
from ogrom_deploy.ports import Store
from ogrom_deploy.stores import FolderStore
from ogrom_rehearsal.platform import PRODUCTS, SETTINGS, RehearsalPlatform

from .database import Database, run_program
from .load import Target, Writes
from .tasks import RehearsalTasks
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
        tasks: what the deploy program has done to the database.
        old: the version that was deployed last.
        new: the current one.
        token: of the user who writes.
        runtime: makes further versions.
        folder: keeps what they are made of.
        logs: the folder of what instances and tasks print.
        options: of each instance's `ogrom-api serve`.
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
    tasks: RehearsalTasks
    old: Version
    new: Version
    token: str
    runtime: Runtime
    folder: Path
    logs: Path
    options: tuple[str, ...] = ()
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

    @contextmanager
    def with_database(self, name: str) -> Iterator["TestBed"]:
        """A test bed whose database nobody else has: filled by the new version, which it begins with.

        This one rests meanwhile. No later version may find the tables as a scenario has changed them.

        Args:
            name: of the folder for its logs.
        """
        for colour in COLOURS:
            self.platform.scale(colour, 0)
        self.platform.until(lambda fleet: not any(fleet[each].instances for each in COLOURS), "all has ended")
        folders = self.folder, self.logs / name
        with opened(self.new, self.new, self.runtime, *folders, options=self.options) as bed:
            bed.rate, bed.instances = self.rate, self.instances
            bed.policy, bed.baseline = self.policy, self.baseline
            yield bed

    def publish(self, version: Version) -> None:
        """Make a version known without the deploy program, and bring the tables up to date as it would."""
        self.platform.publish(version)
        if version.schema:
            settings = {"OGROM_DATABASE_URL": self.database.migration_url}
            run_program(self.runtime.program(version), settings, "migrate")

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
            self.publish(version)
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

    def deployment(
        self,
        tell: Listener | None = None,
        policy: Policy | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Deployment:
        """The deploy program; its events go to the timeline and to `tell`."""

        def told(event: Event) -> None:
            self._note(event)
            if isinstance(event, Begun):
                click.echo(f"  {event.title} ...", err=True)
            if tell is not None:
                tell(event)

        policy = policy or self.policy
        return Deployment(self.platform, self.store, policy, "rehearsal", told, clock, self.tasks)

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


_SCOPES = ("--scope=collages:write", "--scope=comments:write")
_TOKEN_SECONDS = 24 * 3600


@contextmanager
def opened(
    old: Version, new: Version, runtime: Runtime, folder: Path, logs: Path, *, options: tuple[str, ...] = ()
) -> Iterator[TestBed]:
    """A test bed with a database that the old version has filled, and nothing deployed yet.

    Args:
        old: the version that was deployed last.
        new: the current one.
        runtime: of both, and of further versions.
        folder: keeps what versions are made of.
        logs: is emptied, and gets a file of each instance and task.
        options: of `ogrom-api serve`.
    """
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    with Database() as database, tempfile.TemporaryDirectory() as records:
        key = {"OGROM_TOKEN_KEY": secrets.token_urlsafe(32)}
        settings = {**SETTINGS, **key, "OGROM_DATABASE_URL": database.service_url}
        click.echo(f"Filling the database with {PRODUCTS} products ...", err=True)
        database.fill(runtime.program(old), PRODUCTS)
        token = run_program(
            runtime.program(old), key, "token", "--user=1", *_SCOPES, f"--seconds={_TOKEN_SECONDS}"
        )
        with (
            RehearsalTasks(runtime.program, database.migration_url, logs) as tasks,
            RehearsalPlatform(runtime.starter(logs, settings, options)) as platform,
        ):
            store = FolderStore(Path(records))
            yield TestBed(
                platform, database, store, tasks, old, new, token.strip(), runtime, folder, logs, options
            )
