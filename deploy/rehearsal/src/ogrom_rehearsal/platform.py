"""The platform of a rehearsal: two environments of real instances behind a real balancer, all on this machine."""

import http.client
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ogrom.sources.testing import wait_until
from ogrom_deploy.config import Config, Connection, parse_table
from ogrom_deploy.model import COLOURS, Colour, Figures, Fleet, Probe, Version, Weights
from ogrom_deploy.ports import PlatformError, check_weights
from ogrom_deploy.stores import FolderStore

from .access_log import figures
from .database import Database
from .environment import EnvironmentController, ReplacementStrategy
from .haproxy import SLOTS, HAProxy
from .instances import HOST, Instance, ProcessStarter, Starter
from .programs import Lifecycle
from .results import Timeline
from .tasks import RehearsalTasks
from .versions import ProcessRuntime, installation

_PROBE_SECONDS = 30.0
_PATIENCE = 180.0


class RehearsalPlatform(Lifecycle):
    """A Platform for a `with` block, which ends what it has started.

    Attributes:
        proxy: the balancer.
        timeline: what happened.
        settings: further environment variables of a version's instances, by its label.
    """

    def __init__(self, start: Starter, settings: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Choose how instances are started; the balancer starts with the `with` block."""
        super().__init__()
        self._starter = start
        self._versions: dict[str, Version] = {}
        self._sides: dict[Colour, EnvironmentController] = {}
        self.settings = dict(settings or {})
        self.timeline = Timeline()
        self.proxy: HAProxy

    def start_parts(self, parts: ExitStack) -> None:
        """Start the balancer, with nothing behind it and all traffic to blue.

        Raises:
            PlatformError: HAProxy is not installed, or does not start.
        """
        # A short path, because that of a socket may have 107 characters at most.
        folder = tempfile.mkdtemp(prefix="ogrom-reh-")
        parts.callback(shutil.rmtree, folder, ignore_errors=True)
        self.proxy = parts.enter_context(HAProxy(Path(folder)))
        for colour in COLOURS:
            self._sides[colour] = EnvironmentController(colour, self.proxy, self._start, self.timeline)
            parts.callback(self._sides[colour].close)

    @property
    def url(self) -> str:
        """The address of clients."""
        return self.proxy.url("live")

    def observe(self) -> Fleet:
        return Fleet(self._sides["blue"].observe(), self._sides["green"].observe(), self.proxy.weights())

    def publish(self, version: Version) -> None:
        self._versions[version.label] = version

    def deploy(self, colour: Colour, version: Version) -> None:
        desired = self._sides[colour].desired
        if self.proxy.weights()[colour] and desired.instances and desired.version.label != version.label:
            raise PlatformError(f"{colour} has traffic; deploy {version.label} to the other environment")
        self._sides[colour].order(self._published(version), desired.instances)

    def roll(self, colour: Colour, version: Version, strategy: ReplacementStrategy) -> None:
        """Replace the instances of an environment one after the other, while it has traffic.

        Blue/green deployments do without it, so the deploy program does not know it.
        """
        side = self._sides[colour]
        side.order(self._published(version), side.desired.instances, strategy)

    def scale(self, colour: Colour, instances: int) -> None:
        most = SLOTS // 2
        if not 0 <= instances <= most:
            raise PlatformError(f"a rehearsal has room for 0 to {most} instances a side, not {instances}")
        desired = self._sides[colour].desired
        if instances and not desired.version.label:
            raise PlatformError(f"nothing is deployed to {colour} yet; deploy first, then scale")
        self._sides[colour].order(desired.version, instances)

    def probe(self, colour: Colour, paths: Sequence[str]) -> Sequence[Probe]:
        connection = http.client.HTTPConnection(HOST, self.proxy.ports[colour], timeout=_PROBE_SECONDS)
        try:
            return [_probed(connection, path) for path in paths]
        finally:
            connection.close()

    def shift(self, weights: Weights) -> None:
        check_weights(weights)
        before, at = self.proxy.weights(), time.monotonic()
        self.proxy.shift(weights)
        if weights["green"] != before["green"]:
            text = f"blue {weights['blue']} %, green {weights['green']} %"
            self.timeline.add("weights", text, green=weights["green"], at=at)

    def figures(self, colour: Colour, since: float) -> Figures:
        broken = self.proxy.counted_since(since, colour).broken
        entries = self.proxy.access_log.since(since)
        return figures(
            (each for each in entries if each.frontend == "live" and each.colour == colour), broken
        )

    def until(self, holds: Callable[[Fleet], bool], what: str, seconds: float = _PATIENCE) -> None:
        """Observe the fleet until a condition holds.

        Raises:
            PlatformError: it does not within so many seconds.
        """
        if not wait_until(lambda: holds(self.observe()), seconds):
            fleet = self.observe()
            causes = "; ".join((*fleet.blue.causes, *fleet.green.causes))
            raise PlatformError(f"not within {seconds:.0f} s: {what}; {causes or f'the fleet is {fleet}'}")

    def instances(self, colour: Colour) -> Sequence[Instance]:
        """The instances that serve."""
        return self._sides[colour].instances()

    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def _published(self, version: Version) -> Version:
        if version.label not in self._versions:
            raise PlatformError(f"{version.label} is not published; publish it before it is deployed")
        return self._versions[version.label]

    def _start(self, id: str, version: Version) -> Instance:
        return self._starter(id, version, self.settings.get(version.label, {}))


def _probed(connection: http.client.HTTPConnection, path: str) -> Probe:
    begun = time.monotonic()
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return Probe(path, 0, time.monotonic() - begun, fault=str(error) or type(error).__name__)
    release = response.headers.get("Ogrom-Release", "")
    return Probe(path, response.status, time.monotonic() - begun, release)


# As in production, but with shorter times: the balancer checks health five times a second here.
SETTINGS = {
    "OGROM_DEMO_PRODUCTS": "0",
    "OGROM_DRAIN_GRACE": "1.5",
    "OGROM_DRAIN_TIMEOUT": "20",
    "OGROM_LOG": "json",
}
"""Environment variables of every instance, besides its database."""

PRODUCTS = 500
"""The size of the demo in the database."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """The table `[rehearsal]` of deploy.toml.

    Attributes:
        live: the folder of the installation that has the traffic at first, as the tools install it.
        instances: of it.
    """

    live: str
    instances: int = 2


def connect(config: Config) -> Connection:
    """Start a database, a balancer and the live version."""
    options = parse_table(config.rehearsal, Options, "[rehearsal]")
    live = installation(Path(options.live))
    parts = ExitStack()
    with ExitStack() as unless_connected:
        unless_connected.callback(parts.close)
        folder = Path(parts.enter_context(TemporaryDirectory(prefix="ogrom-rehearsal-")))
        database = parts.enter_context(Database())
        database.fill(ProcessRuntime().program(live), PRODUCTS)
        tasks = parts.enter_context(RehearsalTasks(ProcessRuntime().program, database.migration_url, folder))
        start = ProcessStarter(folder, SETTINGS | {"OGROM_DATABASE_URL": database.service_url})
        platform = parts.enter_context(RehearsalPlatform(start))
        platform.publish(live)
        platform.deploy("blue", live)
        platform.scale("blue", options.instances)
        platform.until(lambda fleet: fleet.blue.serves(live.label), f"{live.label} serves")
        unless_connected.pop_all()
    return Connection(platform, FolderStore(folder / "store"), config.policy, close=parts.close, tasks=tasks)
