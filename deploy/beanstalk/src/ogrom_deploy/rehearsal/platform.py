"""The platform of a rehearsal: two environments of real instances behind a real balancer, all on this machine."""

import http.client
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from ogrom_deploy.model import COLOURS, Colour, Figures, Fleet, Probe, Version, Weights
from ogrom_deploy.ports import PlatformError

from .configuration import SLOTS
from .events import Events
from .haproxy import HAProxy
from .instances import Instance
from .journal import figures
from .loopback import HOST
from .side import Manner, Side
from .starters import Starter
from .whole import Whole

_PROBE_SECONDS = 30.0


class Rehearsal(Whole):
    """A Platform for a `with` block; what it started ends with it.

    Attributes:
        proxy: the balancer.
        events: what happened.
        settings: what instances of a version, by its label, find in their environment besides what all find.
    """

    def __init__(self, start: Starter, settings: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Choose how instances are started; the balancer starts with the `with` block."""
        super().__init__()
        self._starter = start
        self._versions: dict[str, Version] = {}
        self._sides: dict[Colour, Side] = {}
        self.settings = dict(settings or {})
        self.events = Events()
        self.proxy: HAProxy

    def begin(self, parts: ExitStack) -> None:
        """Start the balancer, with nothing behind it and all traffic to blue.

        Raises:
            PlatformError: HAProxy is not installed, or does not start.
        """
        # A short path, because that of a socket may have 107 characters at most.
        folder = tempfile.mkdtemp(prefix="ogrom-reh-")
        parts.callback(shutil.rmtree, folder, ignore_errors=True)
        self.proxy = parts.enter_context(HAProxy(Path(folder)))
        for colour in COLOURS:
            self._sides[colour] = Side(colour, self.proxy, self._start, self.events)
            parts.callback(self._sides[colour].close)

    @property
    def url(self) -> str:
        """Where clients come in."""
        return self.proxy.url("live")

    def observe(self) -> Fleet:
        """Both environments and the weights, as they are now."""
        return Fleet(self._sides["blue"].observe(), self._sides["green"].observe(), self.proxy.weights())

    def publish(self, version: Version) -> None:
        """Make a version known, so that it can be deployed."""
        self._versions[version.label] = version

    def deploy(self, colour: Colour, version: Version) -> None:
        """Put a version on every instance of an environment, all at once, so only on one without traffic."""
        wish = self._sides[colour].wish
        if self.proxy.weights()[colour] and wish.instances and wish.version.label != version.label:
            raise PlatformError(f"{colour} has traffic; deploy {version.label} to the other environment")
        self._sides[colour].order(self._published(version), wish.instances)

    def roll(self, colour: Colour, version: Version, manner: Manner) -> None:
        """Replace the instances of an environment one after the other, while it has traffic.

        This is what blue and green spare us, so the deploy program does not know of it.
        """
        side = self._sides[colour]
        side.order(self._published(version), side.wish.instances, manner)

    def scale(self, colour: Colour, instances: int) -> None:
        """Want so many instances in an environment, 0 for none; those that are surplus drain first."""
        most = SLOTS // 2
        if not 0 <= instances <= most:
            raise PlatformError(f"a rehearsal has room for 0 to {most} instances a side, not {instances}")
        wish = self._sides[colour].wish
        if instances and not wish.version.label:
            raise PlatformError(f"nothing is deployed to {colour} yet; deploy first, then scale")
        self._sides[colour].order(wish.version, instances)

    def probe(self, colour: Colour, paths: Sequence[str]) -> Sequence[Probe]:
        """Send a GET for each path to an environment by its own address, where no client comes by."""
        connection = http.client.HTTPConnection(HOST, self.proxy.ports[colour], timeout=_PROBE_SECONDS)
        try:
            return [_probed(connection, path) for path in paths]
        finally:
            connection.close()

    def shift(self, weights: Weights) -> None:
        """Divide new requests so from now on; those under way stay where they are. It holds on return."""
        if sum(weights[each] for each in COLOURS) != 100 or min(weights.values()) < 0:
            raise PlatformError(f"weights are shares that are 100 together, not {dict(weights)}")
        before, at = self.proxy.weights(), time.monotonic()
        self.proxy.shift(weights)
        if weights["green"] != before["green"]:
            text = f"blue {weights['blue']} %, green {weights['green']} %"
            self.events.add("weights", text, green=weights["green"], at=at)

    def figures(self, colour: Colour, since: float) -> Figures:
        """What clients got from an environment since a moment on the platform's clock."""
        broken = self.proxy.counted_since(since, colour).broken
        entries = self.proxy.journal.since(since)
        return figures(
            (each for each in entries if each.frontend == "live" and each.colour == colour), broken
        )

    def instances(self, colour: Colour) -> Sequence[Instance]:
        """Those that serve."""
        return self._sides[colour].instances()

    def now(self) -> float:
        """The platform's clock, in seconds."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Let so much time go by on the platform's clock."""
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
