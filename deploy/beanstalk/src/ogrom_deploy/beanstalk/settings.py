"""Where the two environments are, and how their traffic is divided."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ogrom_deploy import templates
from ogrom_deploy.model import Colour
from ogrom_deploy.options import load


@dataclass(frozen=True)
class Addresses:
    """The URL of each environment that clients do not use; by default `http://` and its own name."""

    blue: str = ""
    green: str = ""


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """The table `[beanstalk.tasks]` of deploy.toml: where something is done to the database, and as whom.

    Attributes:
        cluster: of ECS, and the family of the tasks.
        role: the ARN of the role that fetches image and secret for them; the instances' may not.
        secret: the ARN of the parameter with the URL of the database's user that may change tables.
        subnets: private ones with a way out.
        group: the security group that the database lets in.
        log: the group of their log.
        database: the name of the RDS instance, whose snapshots count.
    """

    cluster: str
    role: str
    secret: str
    subnets: tuple[str, ...]
    group: str
    log: str
    database: str


@dataclass(frozen=True, kw_only=True)
class Options:
    """The table `[beanstalk]` of deploy.toml; none of it is secret.

    Attributes:
        bucket: where bundles and records are kept, in the environments' region.
        rule: the ARN of the shared balancer's rule that divides the clients' traffic; empty where each environment
            has a balancer of its own, and traffic moves as a whole with the name `cname`: the policy's weights are
            [100] then.
        cname: with no rule, the name below `elasticbeanstalk.com` that clients use.
        addresses: of each environment by itself.
        least, most: instances between which load decides for the side that has all of the traffic. Any other side has
            exactly as many as it was scaled to, since its load says nothing yet. With `most` of 0 load never decides.
        patience: seconds to wait for AWS to take an order while an environment is still busy with the last one; the
            lock is not renewed meanwhile, so they are well below its lease.
        stale: seconds after which health that was not measured again is no news.
        ttl: with no rule, seconds for which name servers may go on telling the old address.
        probe_timeout: seconds for one request of a probe, from the connection to its last byte.
        parameters: what the environments' stacks were given that is not the default of the template `environment`, such
            as its InstanceType; `status` compares with that.
        tasks: what is done to the database; without it no version may need anything of it.
    """

    bucket: str
    rule: str = ""
    cname: str = ""
    addresses: Addresses = field(default_factory=Addresses)
    least: int = 1
    most: int = 0
    patience: float = 45.0
    stale: float = 60.0
    ttl: float = 60.0
    probe_timeout: float = 10.0
    parameters: Mapping[str, str] = field(default_factory=dict)
    tasks: Tasks | None = None

    def __post_init__(self) -> None:
        if bool(self.rule) == bool(self.cname):
            raise ValueError(
                "set the rule of a balancer that both environments share or, without one, the cname that clients "
                "use; not both"
            )
        if self.most and not 1 <= self.least <= self.most:
            raise ValueError("least is at least 1, and most is at least as many (or 0: load never decides)")
        known = load(templates.read("environment"))["Parameters"] if self.parameters else {}
        if unknown := sorted(self.parameters.keys() - known):
            raise ValueError(
                f"parameters: {unknown[0]} is none of the template's, which has {', '.join(known)}"
            )


@dataclass(frozen=True, kw_only=True)
class Settings(Options):
    """All that the adapter has to know.

    Attributes:
        application: Elastic Beanstalk's application.
        blue, green: the names of its two environments.
    """

    application: str
    blue: str
    green: str

    def name(self, colour: Colour) -> str:
        """An environment's name."""
        return self.blue if colour == "blue" else self.green

    def address(self, colour: Colour) -> str:
        """Where an environment is reached by itself; empty for its own name."""
        return self.addresses.blue if colour == "blue" else self.addresses.green
