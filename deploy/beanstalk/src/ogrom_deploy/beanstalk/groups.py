"""An environment's group of instances, and the balancer's group of targets that it fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ogrom_deploy.model import COLOURS, Colour
from ogrom_deploy.ports import PlatformError

from .clients import Clients
from .errors import explained

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import EnvironmentDescriptionTypeDef


@dataclass(frozen=True)
class Group:
    """What stands behind an environment.

    Attributes:
        targets: the ARN of its group of targets.
        wanted: how many instances it shall have now.
        least, most: between which load decides.
    """

    targets: str
    wanted: int
    least: int
    most: int


@dataclass(frozen=True)
class Groups:
    """Where each environment's instances are; owns what was seen of them last, which a rebuild changes.

    Attributes:
        clients: of AWS.
        port: of the targets, where an environment has several processes.
    """

    clients: Clients
    port: int = 80
    _names: dict[str, str] = field(default_factory=dict)
    _last: dict[Colour, Group] = field(default_factory=dict)

    def of(self, environments: "Mapping[Colour, EnvironmentDescriptionTypeDef]") -> Mapping[Colour, Group]:
        """The groups of both environments.

        Raises:
            PlatformError: one has none yet, or no application load balancer.
        """
        names: dict[Colour, str] = {
            colour: self._name(colour, environments[colour].get("EnvironmentId", "")) for colour in COLOURS
        }
        with explained("look at the groups of instances"):
            found = self.clients.autoscaling.describe_auto_scaling_groups(
                AutoScalingGroupNames=sorted(names.values())
            )["AutoScalingGroups"]
        by_name = {each.get("AutoScalingGroupName", ""): each for each in found}
        groups: dict[Colour, Group] = {}
        for colour, name in names.items():
            if name not in by_name:
                self._names.clear()  # rebuilt: the next look finds the new one
                raise PlatformError(f"{colour}: its group of instances {name} is gone; try again")
            group = by_name[name]
            groups[colour] = Group(
                self._targets(colour, group.get("TargetGroupARNs", [])),
                group["DesiredCapacity"],
                group["MinSize"],
                group["MaxSize"],
            )
        self._last.update(groups)
        return groups

    def known(self, colour: Colour) -> Group | None:
        """An environment's as it was looked at last, if it was."""
        return self._last.get(colour)

    def _name(self, colour: Colour, identity: str) -> str:
        if identity not in self._names:
            with explained(f"look at the resources of {colour}"):
                found = self.clients.elasticbeanstalk.describe_environment_resources(EnvironmentId=identity)
            groups = found["EnvironmentResources"].get("AutoScalingGroups", [])
            if not groups:
                raise PlatformError(f"{colour}: it has no group of instances yet; wait until it is made")
            self._names[identity] = groups[0].get("Name", "")
        return self._names[identity]

    def _targets(self, colour: Colour, found: list[str]) -> str:
        if len(found) > 1:
            with explained(f"look at the target groups of {colour}"):
                described = self.clients.elbv2.describe_target_groups(TargetGroupArns=found)["TargetGroups"]
            found = [each.get("TargetGroupArn", "") for each in described if each.get("Port") == self.port]
        if len(found) != 1:
            raise PlatformError(
                f"{colour}: it has {len(found) or 'no'} target groups on port {self.port}, not one; it needs "
                "an application load balancer (LoadBalancerType) and one process on that port"
            )
        return found[0]
