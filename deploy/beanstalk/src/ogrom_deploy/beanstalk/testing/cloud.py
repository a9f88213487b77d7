"""The stand-in as a whole: an account, and clients that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ogrom_deploy.beanstalk import Beanstalk, Clients, S3Store, Settings

from .account import Account
from .metrics import Metrics
from .operations import Operations
from .wire import attach

if TYPE_CHECKING:
    from types_boto3_elbv2.type_defs import ActionUnionTypeDef


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

    def platform(self, settings: Settings | None = None) -> Beanstalk:
        """The adapter on it, in its time; with other settings where they are given."""
        return Beanstalk(settings or self.settings, self.clients, self.account.now, self.account.wait)

    def store(self) -> S3Store:
        """The records in its bucket."""
        return S3Store(self.clients.s3, self.settings.bucket)

    def tell_rule(self, *weights: int) -> None:
        """Change the rule by hand: what blue gets and what green gets, from 0 to 999."""
        pairs = zip(self.account.targets, weights, strict=False)
        action: ActionUnionTypeDef = {
            "Type": "forward",
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": targets, "Weight": weight} for targets, weight in pairs]
            },
        }
        self.clients.elbv2.modify_rule(RuleArn=self.settings.rule, Actions=[action])

    def _follow(self, parsed: Mapping[str, Any], **_: object) -> None:
        """Let the clients' traffic follow the rule."""
        for rule in parsed.get("Rules", ()):
            groups = rule["Actions"][0].get("ForwardConfig", {}).get("TargetGroups", ())
            self.account.shares = {each["TargetGroupArn"]: each["Weight"] for each in groups}
