"""Where the two environments are, and how their traffic is divided."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ogrom_deploy.model import Colour


@dataclass(frozen=True)
class Settings:
    """What the stack of the first-time set-up has made; none of it is secret.

    Attributes:
        application: Elastic Beanstalk's application.
        blue, green: the names of its two environments.
        bucket: where bundles and records are kept, in the environments' region.
        region: of all that; empty for what boto3's own chain finds.
        rule: the ARN of the shared balancer's rule that divides the clients' traffic; empty where each environment
            has a balancer of its own, and traffic moves as a whole with the name `cname`.
        cname: with no rule, the name below `elasticbeanstalk.com` that clients come by.
        addresses: URL of each environment, where no client comes by; by default `http://` and its own name.
        least, most: instances between which load decides for the side that has all of the traffic. Any other side has
            exactly as many as it was scaled to, since its load says nothing yet. With `most` of 0 load never decides.
        patience: seconds to wait for AWS to take an order while an environment is still busy with the last one.
        stale: seconds after which health that was not measured again is no news.
        ttl: with no rule, seconds for which name servers may go on telling the old address.
        probe_timeout: seconds for one request of a probe, from the connection to its last byte.
    """

    application: str
    blue: str
    green: str
    bucket: str
    region: str = ""
    rule: str = ""
    cname: str = ""
    addresses: Mapping[Colour, str] = field(default_factory=dict)
    least: int = 1
    most: int = 0
    patience: float = 300.0
    stale: float = 60.0
    ttl: float = 60.0
    probe_timeout: float = 10.0

    def name(self, colour: Colour) -> str:
        """An environment's name."""
        return self.blue if colour == "blue" else self.green
