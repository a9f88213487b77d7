"""The traffic between the environments: their groups of instances and targets, and what divides it.

It is divided by a rule of the shared balancer, or moved as a whole by swapping names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ogrom_deploy.model import COLOURS, Colour, Weights, all_to, other
from ogrom_deploy.ports import PlatformError

from .aws import Clients, aws_errors
from .environments import Environments

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import EnvironmentDescriptionTypeDef
    from types_boto3_elbv2.type_defs import ActionUnionTypeDef


PORT = 80
"""The targets' port, for an environment with several processes."""


@dataclass(frozen=True)
class InstanceGroup:
    """An environment's Auto Scaling group and target group.

    Attributes:
        targets: the ARN of the target group.
        wanted: the desired number of instances.
        least, most: the bounds within which load decides.
    """

    targets: str
    wanted: int
    least: int
    most: int


@dataclass(frozen=True)
class InstanceGroups:
    """The groups of both environments; owns what was last seen of them, which a rebuild changes."""

    clients: Clients
    _names: dict[str, str] = field(default_factory=dict)
    _last: dict[Colour, InstanceGroup] = field(default_factory=dict)

    def of(
        self, environments: "Mapping[Colour, EnvironmentDescriptionTypeDef]"
    ) -> Mapping[Colour, InstanceGroup]:
        """The groups of both environments.

        Raises:
            PlatformError: one has none yet, or no application load balancer.
        """
        names: dict[Colour, str] = {
            colour: self._name(colour, environments[colour].get("EnvironmentId", "")) for colour in COLOURS
        }
        with aws_errors("look at the groups of instances"):
            found = self.clients.autoscaling.describe_auto_scaling_groups(
                AutoScalingGroupNames=sorted(names.values())
            )["AutoScalingGroups"]
        by_name = {each.get("AutoScalingGroupName", ""): each for each in found}
        groups: dict[Colour, InstanceGroup] = {}
        for colour, name in names.items():
            if name not in by_name:
                self._names.clear()  # rebuilt: the next look finds the new one
                raise PlatformError(f"{colour}: its group of instances {name} is gone; try again")
            group = by_name[name]
            groups[colour] = InstanceGroup(
                self._targets(colour, group.get("TargetGroupARNs", [])),
                group["DesiredCapacity"],
                group["MinSize"],
                group["MaxSize"],
            )
        self._last.update(groups)
        return groups

    def known(self, colour: Colour) -> InstanceGroup | None:
        """An environment's group as last seen, if it was."""
        return self._last.get(colour)

    def _name(self, colour: Colour, identity: str) -> str:
        if identity not in self._names:
            with aws_errors(f"look at the resources of {colour}"):
                found = self.clients.elasticbeanstalk.describe_environment_resources(EnvironmentId=identity)
            groups = found["EnvironmentResources"].get("AutoScalingGroups", [])
            if not groups:
                raise PlatformError(f"{colour}: it has no group of instances yet; wait until it is made")
            self._names[identity] = groups[0].get("Name", "")
        return self._names[identity]

    def _targets(self, colour: Colour, found: list[str]) -> str:
        if len(found) > 1:
            with aws_errors(f"look at the target groups of {colour}"):
                described = self.clients.elbv2.describe_target_groups(TargetGroupArns=found)["TargetGroups"]
            found = [each.get("TargetGroupArn", "") for each in described if each.get("Port") == PORT]
        if len(found) != 1:
            raise PlatformError(
                f"{colour}: it has {len(found) or 'no'} target groups on port {PORT}, not one; it needs "
                "an application load balancer (LoadBalancerType) and one process on that port"
            )
        return found[0]


@dataclass(frozen=True)
class WeightedRule:
    """The weighted rule of a listener that both environments share.

    Beanstalk leaves a shared balancer's rules alone once an environment is made, so this one is ours. Requests
    under way stay where they are: it is asked for new ones only.

    Attributes:
        clients: of AWS.
        arn: the rule's.
    """

    clients: Clients
    arn: str

    def weights(
        self,
        environments: "Mapping[Colour, EnvironmentDescriptionTypeDef]",
        groups: Mapping[Colour, InstanceGroup],
    ) -> Weights:
        """The rule's own, in percent.

        Raises:
            PlatformError: it is not there, or forwards to something else.
        """
        return _percent(self._shares(groups))

    def shift(self, weights: Weights, groups: Mapping[Colour, InstanceGroup]) -> None:
        """Give the rule these weights.

        Raises:
            PlatformError: it is not ours to change, or AWS does not do it.
        """
        if self._shares(groups) == weights:
            return
        action: ActionUnionTypeDef = {
            "Type": "forward",
            "ForwardConfig": {
                "TargetGroups": [
                    {"TargetGroupArn": groups[colour].targets, "Weight": weights[colour]}
                    for colour in COLOURS
                ],
                # A client that sticks to a side would not follow the weights.
                "TargetGroupStickinessConfig": {"Enabled": False},
            },
        }
        with aws_errors("shift traffic"):
            self.clients.elbv2.modify_rule(RuleArn=self.arn, Actions=[action])
        if (now := self._shares(groups)) != weights:
            raise PlatformError(
                f"shift traffic: the rule was told {dict(weights)} and has {dict(now)}; who else changes it?"
            )

    def _shares(self, groups: Mapping[Colour, InstanceGroup]) -> Weights:
        """The rule's own weight of each side."""
        with aws_errors("look at the traffic's rule"):
            rules = self.clients.elbv2.describe_rules(RuleArns=[self.arn])["Rules"]
        actions = rules[0].get("Actions", []) if rules else []
        if len(actions) != 1 or actions[0].get("Type") != "forward":
            raise PlatformError(
                f"{self.arn} must do one thing, forward to both environments' target groups; see the set-up"
            )
        targets = actions[0].get("ForwardConfig", {}).get("TargetGroups", [])
        shares = {each.get("TargetGroupArn", ""): each.get("Weight", 1) for each in targets}
        ours: dict[Colour, int] = {colour: shares.pop(groups[colour].targets, 0) for colour in COLOURS}
        if any(shares.values()):
            raise PlatformError(
                f"the traffic's rule forwards to {', '.join(shares)}, which is neither blue's nor green's; an "
                "environment that was rebuilt has a new target group: put it into the rule, then try again"
            )
        return ours


def _percent(shares: Weights) -> Weights:
    """Weights of the rule, which are from 0 to 999 each, in percent."""
    total = sum(shares.values())
    if not total:
        raise PlatformError("the traffic's rule gives nothing to blue and nothing to green; give one 100")
    blue = round(100 * shares["blue"] / total)
    # A share below one percent counts as one: that side has clients.
    if 0 < shares["blue"] < total:
        blue = min(max(blue, 1), 99)
    return {"blue": blue, "green": 100 - blue}


@dataclass(frozen=True)
class CnameSwap:
    """The clients' CNAME, which belongs to one environment or the other. Traffic only moves as a whole.

    Attributes:
        environments: that have the names.
        cname: the clients' name.
        ttl: seconds for which resolvers may keep the old address.
        wait: waits so many seconds.
    """

    environments: Environments
    cname: str
    ttl: float
    wait: Callable[[float], None]

    def weights(
        self,
        environments: "Mapping[Colour, EnvironmentDescriptionTypeDef]",
        groups: Mapping[Colour, InstanceGroup],
    ) -> Weights:
        """All to the environment that has the name.

        Raises:
            PlatformError: neither has it.
        """
        for colour in COLOURS:
            if environments[colour].get("CNAME", "").split(".", 1)[0] == self.cname.split(".", 1)[0]:
                return all_to(colour)
        names = " and ".join(environments[colour].get("CNAME", "") for colour in COLOURS)
        raise PlatformError(
            f"clients use {self.cname}, but the environments are called {names}; "
            "set the cname of the one with the traffic"
        )

    def shift(self, weights: Weights, groups: Mapping[Colour, InstanceGroup]) -> None:
        """Swap the names if the other side has the clients' one, and wait until resolvers know.

        Raises:
            PlatformError: it is neither all nor nothing, or AWS does not do it.
        """
        if 100 not in weights.values():
            raise PlatformError(
                f"{dict(weights)}: without a balancer that both environments share, traffic moves as a whole; "
                "set the policy's weights to 100 alone, or the rule of a shared balancer"
            )
        if self.weights(self.environments.describe(), groups) == weights:
            return
        until = self.environments.now() + self.environments.settings.patience
        self.environments.await_ready("swap the names", until)
        with aws_errors("swap the names"):
            self.environments.clients.elasticbeanstalk.swap_environment_cnames(
                SourceEnvironmentName=self.environments.settings.blue,
                DestinationEnvironmentName=self.environments.settings.green,
            )
        self.environments.await_ready("swap the names", until)
        if self.weights(self.environments.describe(), groups) != weights:
            to: Colour = next(colour for colour in COLOURS if weights[colour] == 100)
            raise PlatformError(f"swap the names: {other(to)} still has {self.cname}; look at its events")
        self.wait(self.ttl)
