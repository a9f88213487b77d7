"""How the clients' traffic is divided: by a rule of the shared balancer, or as a whole by swapping names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ogrom_deploy.model import COLOURS, Colour, Weights, all_to, other
from ogrom_deploy.ports import PlatformError

from .clients import Clients
from .environments import Environments
from .errors import explained
from .groups import Group

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import EnvironmentDescriptionTypeDef
    from types_boto3_elbv2.type_defs import ActionUnionTypeDef


class Traffic(Protocol):
    """What divides it."""

    def weights(
        self,
        environments: "Mapping[Colour, EnvironmentDescriptionTypeDef]",
        groups: Mapping[Colour, Group],
    ) -> Weights:
        """How it is divided now, in percent."""
        ...

    def shift(self, weights: Weights, groups: Mapping[Colour, Group]) -> None:
        """Divide it so."""
        ...


@dataclass(frozen=True)
class Rule:
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
        groups: Mapping[Colour, Group],
    ) -> Weights:
        """The rule's own, in percent.

        Raises:
            PlatformError: it is not there, or forwards to something else.
        """
        return _percent(self._shares(groups))

    def shift(self, weights: Weights, groups: Mapping[Colour, Group]) -> None:
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
        with explained("shift traffic"):
            self.clients.elbv2.modify_rule(RuleArn=self.arn, Actions=[action])
        if (now := self._shares(groups)) != weights:
            raise PlatformError(
                f"shift traffic: the rule was told {dict(weights)} and has {dict(now)}; who else changes it?"
            )

    def _shares(self, groups: Mapping[Colour, Group]) -> Weights:
        """What the rule gives to each side, as it says it."""
        with explained("look at the traffic's rule"):
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
    # A share too small for a whole percent is one all the same: that side has clients.
    if 0 < shares["blue"] < total:
        blue = min(max(blue, 1), 99)
    return {"blue": blue, "green": 100 - blue}


@dataclass(frozen=True)
class Swap:
    """The name that clients come by, which is one environment's or the other's. There is no share between.

    Attributes:
        environments: that have the names.
        cname: the clients' name.
        ttl: seconds for which resolvers may go on telling the old address.
        wait: let seconds go by.
    """

    environments: Environments
    cname: str
    ttl: float
    wait: Callable[[float], None]

    def weights(
        self,
        environments: "Mapping[Colour, EnvironmentDescriptionTypeDef]",
        groups: Mapping[Colour, Group],
    ) -> Weights:
        """All to the one whose name it is.

        Raises:
            PlatformError: neither has it.
        """
        for colour in COLOURS:
            if environments[colour].get("CNAME", "").split(".", 1)[0] == self.cname.split(".", 1)[0]:
                return all_to(colour)
        names = " and ".join(environments[colour].get("CNAME", "") for colour in COLOURS)
        raise PlatformError(f"clients come by {self.cname}, but the environments' names are {names}")

    def shift(self, weights: Weights, groups: Mapping[Colour, Group]) -> None:
        """Swap the names where the other side has the clients', and wait until resolvers have heard of it.

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
        with explained("swap the names"):
            self.environments.clients.elasticbeanstalk.swap_environment_cnames(
                SourceEnvironmentName=self.environments.settings.blue,
                DestinationEnvironmentName=self.environments.settings.green,
            )
        self.environments.await_ready("swap the names", until)
        if self.weights(self.environments.describe(), groups) != weights:
            to: Colour = next(colour for colour in COLOURS if weights[colour] == 100)
            raise PlatformError(f"swap the names: {other(to)} still has {self.cname}; look at its events")
        self.wait(self.ttl)
