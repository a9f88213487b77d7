"""The Platform on AWS: two environments of Elastic Beanstalk, and the balancer in front of them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from ogrom_deploy import templates
from ogrom_deploy.beanstalk.balancer import CnameSwap, WeightedRule
from ogrom_deploy.config import Config, Connection, Drift, Misconfigured, parse_table
from ogrom_deploy.model import COLOURS, Colour, Environment, Figures, Fleet, Probe, Version, Weights
from ogrom_deploy.options import Setting, differences, read_options
from ogrom_deploy.ports import PlatformError, check_weights

from .aws import Clients, open_clients, open_task_clients
from .balancer import InstanceGroup, InstanceGroups
from .environments import ASG, Environments
from .figures import SAMPLE, Metrics, Windows, worse
from .health import last_window, read_health, version_label
from .probe import probe
from .settings import Options, Settings
from .store import S3Store
from .tasks import FargateTasks
from .versions import Versions

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import EnvironmentDescriptionTypeDef


@dataclass
class BeanstalkPlatform:
    """A Platform on AWS; owns the health reports so far, since AWS keeps only the last ten seconds.

    Attributes:
        settings: where the environments are.
        clients: of AWS.
        clock: seconds since 1970.
        sleep: waits so many seconds.
    """

    settings: Settings
    clients: Clients
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    _windows: Windows = field(init=False, repr=False, default_factory=Windows)

    def __post_init__(self) -> None:
        self._environments = Environments(self.clients, self.settings, self.now, self.wait)
        self._versions = Versions(self.clients, self.settings, self.now, self.wait)
        self._groups = InstanceGroups(self.clients)
        self._metrics = Metrics(self.clients)
        self._traffic = self._divided()

    def observe(self) -> Fleet:
        described = self._environments.describe()
        groups = self._groups.of(described)
        weights = self._traffic.weights(described, groups)
        blue, green = (
            self._environment(colour, described[colour], groups[colour], alone=weights[colour] == 100)
            for colour in COLOURS
        )
        return Fleet(blue, green, weights)

    def publish(self, version: Version) -> None:
        self._versions.publish(version)

    def deploy(self, colour: Colour, version: Version) -> None:
        described = self._environments.describe()
        if self._is_deployed(colour, described[colour], version.label):
            return
        weight = self._traffic.weights(described, self._groups.of(described))[colour]
        if weight:
            raise PlatformError(
                f"deploy {version.label} to {colour}: it has {weight} % of the traffic, and all of its instances "
                "would stop at once; shift the traffic away first"
            )
        self._versions.await_processed(version.label)
        self._environments.deploy(colour, version.label)

    def scale(self, colour: Colour, instances: int) -> None:
        if instances < 0:
            raise PlatformError(f"scale {colour} to {instances}: an environment has 0 instances or more")
        self._environments.scale(colour, instances)

    def probe(self, colour: Colour, paths: Sequence[str]) -> Sequence[Probe]:
        """Send a GET for each path to an environment by its own address; the balancer takes instances in turn."""
        address = self.settings.address(colour)
        if not address:
            address = f"http://{self._environments.describe()[colour].get('CNAME', '')}"
        return probe(address, paths, timeout=self.settings.probe_timeout)

    def shift(self, weights: Weights) -> None:
        check_weights(weights)
        self._traffic.shift(weights, self._groups.of(self._environments.describe()))
        for colour in COLOURS:
            if weights[colour] == 100:
                # The weights hold already; if load does not scale it yet, the causes say so.
                with suppress(PlatformError):
                    self._environments.autoscale(colour)

    def figures(self, colour: Colour, since: float) -> Figures:
        """What clients got from an environment since a time, by the worse of two sources."""
        self._sample((colour,))
        group = self._groups.known(colour) or self._groups.of(self._environments.describe())[colour]
        return worse(
            self._windows.figures(colour, since),
            self._metrics.figures(group.targets, since=since, until=self.now()),
        )

    def drift(self) -> Drift:
        """How the options of both environments differ from those of the template `environment`.

        Raises:
            PlatformError: AWS refuses or does not answer.
        """
        wanted = read_options(templates.read("environment"), self.settings.parameters)
        return {colour: differences(wanted, self._options(colour)) for colour in COLOURS}

    def now(self) -> float:
        """Seconds since 1970: health is dated by AWS's clock, which this machine's must agree with."""
        return self.clock()

    def wait(self, seconds: float) -> None:
        """Wait, and collect health reports meanwhile, for `figures`."""
        until = self.now() + seconds
        while (left := until - self.now()) > SAMPLE:
            self.sleep(min(left, SAMPLE))
            self._sample(COLOURS)
        self.sleep(max(left, 0.0))

    def _options(self, colour: Colour) -> Iterator[Setting]:
        """An environment's options."""
        for (namespace, name), value in self._environments.options(colour).items():
            yield Setting(namespace, name, value)

    def _divided(self) -> WeightedRule | CnameSwap:
        if self.settings.rule:
            return WeightedRule(self.clients, self.settings.rule)
        return CnameSwap(self._environments, self.settings.cname, self.settings.ttl, self.wait)

    def _environment(
        self, colour: Colour, described: "EnvironmentDescriptionTypeDef", group: InstanceGroup, *, alone: bool
    ) -> Environment:
        health = read_health(
            self.clients, self.settings.name(colour), now=self.now(), stale=self.settings.stale
        )
        self._windows.add(colour, health.window)
        steady = described.get("Status") == "Ready"
        return Environment(
            colour,
            version_label(described.get("VersionLabel", "")),
            group.wanted if steady else self._wanted(colour, group),
            health.instances,
            steady,
            health.measured_at,
            (*health.causes, *self._pinned(group, steady=steady, alone=alone)),
        )

    def _pinned(self, group: InstanceGroup, *, steady: bool, alone: bool) -> Sequence[str]:
        """A cause for a side with all of the traffic that load should scale and does not."""
        if steady and alone and self.settings.most and group.most != self.settings.most:
            return [f"load does not scale it: it has from {group.least} to {group.most} instances"]
        return []

    def _wanted(self, colour: Colour, group: InstanceGroup) -> int:
        """The size of a group after the update that is under way: within its new bounds."""
        options = self._environments.options(colour)
        least = int(options.get((ASG, "MinSize"), group.wanted))
        most = int(options.get((ASG, "MaxSize"), group.wanted))
        return min(max(group.wanted, least), most)

    def _is_deployed(self, colour: Colour, described: "EnvironmentDescriptionTypeDef", wanted: str) -> bool:
        """Whether the last order was the same, and did not fail."""
        if described.get("VersionLabel") != wanted:
            return False
        if described.get("Status") != "Ready":
            return True
        health = read_health(
            self.clients, self.settings.name(colour), now=self.now(), stale=self.settings.stale
        )
        return all(each.version in {wanted, ""} for each in health.instances)

    def _sample(self, colours: Sequence[Colour]) -> None:
        """Keep the web servers' last report; if that fails, there is one window less."""
        for colour in colours:
            if self._windows.is_due(colour, self.now()):
                with suppress(PlatformError):
                    self._windows.add(colour, last_window(self.clients, self.settings.name(colour)))


def connect(config: Config) -> Connection:
    """Connect to Elastic Beanstalk.

    Args:
        config: what deploy.toml says; its table `[beanstalk]` has the fields of Options.

    Raises:
        Misconfigured: the table cannot be used, or the policy's weights cannot without a rule.
        PlatformError: there is no region, or no such profile.
    """
    options = parse_table(config.options, Options, "[beanstalk]")
    if not options.rule and config.policy.weights != (100,):
        raise Misconfigured(
            "[policy] weights: with a cname traffic moves as a whole; write weights = [100], or set the rule of a "
            "balancer that both environments share"
        )
    settings = Settings(
        application=config.application,
        blue=config.environments.blue,
        green=config.environments.green,
        **{each.name: getattr(options, each.name) for each in fields(options)},
    )
    clients = open_clients(config.region)
    platform = BeanstalkPlatform(settings, clients)
    tasks = FargateTasks(options.tasks, open_task_clients(config.region)) if options.tasks else None
    store = S3Store(clients.s3, settings.bucket)
    return Connection(platform, store, config.policy, platform.drift, tasks=tasks)
