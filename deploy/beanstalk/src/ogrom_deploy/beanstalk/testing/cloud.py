"""The stand-in as a whole: an account, and clients that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ogrom_deploy.beanstalk import Beanstalk, Clients, S3Store, Settings

from .account import Account
from .metrics import Metrics
from .operations import Operations
from .wire import attach


@dataclass(frozen=True)
class Cloud:
    """AWS, and what the deploy program needs of it.

    Attributes:
        account: its state.
        clients: real ones; those of S3 and of the balancer are answered by whoever made them.
        settings: what is where.
    """

    account: Account
    clients: Clients
    settings: Settings

    def __post_init__(self) -> None:
        now = self.account.now
        attach(self.clients.elasticbeanstalk, Operations(self.account).all(), now)
        attach(self.clients.autoscaling, Metrics(self.account).autoscaling(), now)
        attach(self.clients.cloudwatch, Metrics(self.account).cloudwatch(), now)
        self.clients.elbv2.meta.events.register("after-call.*.ModifyRule", self._follow)

    def platform(self) -> Beanstalk:
        """The adapter on it, in its time."""
        return Beanstalk(self.settings, self.clients, self.account.now, self.account.wait)

    def store(self) -> S3Store:
        """The records in its bucket."""
        return S3Store(self.clients.s3, self.settings.bucket)

    def _follow(self, parsed: Mapping[str, Any], **_: object) -> None:
        """Let the clients' traffic follow the rule."""
        if "Rules" in parsed:
            groups = parsed["Rules"][0]["Actions"][0]["ForwardConfig"]["TargetGroups"]
            self.account.shares = {each["TargetGroupArn"]: each["Weight"] for each in groups}
