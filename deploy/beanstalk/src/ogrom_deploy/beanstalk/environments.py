"""The two environments of Elastic Beanstalk: their state, and the two orders that they take."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ogrom_deploy.model import COLOURS, Colour
from ogrom_deploy.ports import PlatformError

from .aws import Clients, aws_errors, error_code, error_message, expect_same_time
from .settings import Settings

if TYPE_CHECKING:
    from types_boto3_elasticbeanstalk.type_defs import (
        ConfigurationOptionSettingTypeDef,
        EnvironmentDescriptionTypeDef,
    )

ASG = "aws:autoscaling:asg"
COMMAND = "aws:elasticbeanstalk:command"

PLATFORMS = re.compile(r"Amazon Linux 2023 v\S+ running Docker$|/Docker running on 64bit Amazon Linux 2023/")
"""What the platform's name or its ARN says where our bundles run."""

BETWEEN_TRIES = 5.0
"""Seconds."""


@dataclass(frozen=True)
class Environments:
    """Both environments.

    Attributes:
        clients: of AWS.
        settings: where the environments are.
        now: the platform's clock, in seconds.
        wait: waits so many seconds on it.
    """

    clients: Clients
    settings: Settings
    now: Callable[[], float]
    wait: Callable[[float], None]

    def describe(self) -> "Mapping[Colour, EnvironmentDescriptionTypeDef]":
        """Both of them, as Elastic Beanstalk describes them.

        Raises:
            PlatformError: one is not there, or not of the platform that our bundles are for; or the clocks differ.
        """
        with aws_errors("look at the environments"):
            reply = self.clients.elasticbeanstalk.describe_environments(
                ApplicationName=self.settings.application,
                EnvironmentNames=[self.settings.blue, self.settings.green],
                IncludeDeleted=False,
            )
        expect_same_time(reply["ResponseMetadata"]["HTTPHeaders"], self.now())
        by_name = {each.get("EnvironmentName"): each for each in reply["Environments"]}
        for colour in COLOURS:
            self._expect_usable(colour, by_name.get(self.settings.name(colour)))
        return {colour: by_name[self.settings.name(colour)] for colour in COLOURS}

    def deploy(self, colour: Colour, label: str) -> None:
        """Put a version on all instances of an environment at once, once it takes an order.

        Raises:
            PlatformError: it is no environment for that, or stays busy.
        """
        self._expect_all_at_once(colour)
        self._expect_unmanaged(colour)
        # The version alone: AWS refuses a version and options in one call.
        self._update(
            f"deploy {label} to {colour}",
            lambda: self.clients.elasticbeanstalk.update_environment(
                EnvironmentName=self.settings.name(colour), VersionLabel=label
            ),
        )

    def scale(self, colour: Colour, instances: int) -> None:
        """Have exactly so many instances, once the environment takes an order.

        A running environment takes 0, though none is made with 0.

        Raises:
            PlatformError: AWS refuses, or it stays busy.
        """
        if order := self._bounds(colour, instances, instances):
            try:
                self._update(f"scale {colour} to {instances}", order)
            except PlatformError as problem:
                if instances or "ConfigurationValidationException" not in str(problem):
                    raise
                raise PlatformError(
                    f"{problem}\nWith RollingUpdateEnabled an environment may refuse to have none; scale it to 1."
                ) from problem

    def release(self, colour: Colour) -> None:
        """Let load decide the number of instances, unless the environment is busy.

        Raises:
            PlatformError: AWS refuses.
        """
        settings = self.settings
        if settings.most and (order := self._bounds(colour, settings.least, settings.most)):
            with aws_errors(f"let load scale {colour}"):
                try:
                    order()
                except ClientError as problem:
                    if not is_busy(problem):
                        raise

    def _bounds(self, colour: Colour, least: int, most: int) -> Callable[[], object] | None:
        """The order that gives a group its bounds; None where it has them."""
        wanted = {"MinSize": str(least), "MaxSize": str(most)}
        options = self.options(colour)
        if all(options.get((ASG, name)) == value for name, value in wanted.items()):
            return None
        settings: list[ConfigurationOptionSettingTypeDef] = [
            {"Namespace": ASG, "OptionName": name, "Value": value} for name, value in wanted.items()
        ]
        return lambda: self.clients.elasticbeanstalk.update_environment(
            EnvironmentName=self.settings.name(colour), OptionSettings=settings
        )

    def options(self, colour: Colour) -> Mapping[tuple[str, str], str]:
        """An environment's options by namespace and name: those on their way where there are any.

        Raises:
            PlatformError: AWS does not tell.
        """
        with aws_errors(f"read the options of {colour}"):
            found = self.clients.elasticbeanstalk.describe_configuration_settings(
                ApplicationName=self.settings.application, EnvironmentName=self.settings.name(colour)
            )["ConfigurationSettings"]
        # While an update runs there are two of them: the deployed one and the pending one, which will hold.
        found = sorted(found, key=lambda each: each.get("DeploymentStatus") == "pending")
        return {
            (option.get("Namespace", ""), option.get("OptionName", "")): option.get("Value", "")
            for each in found
            if each.get("DeploymentStatus") != "failed"
            for option in each.get("OptionSettings", ())
        }

    def await_ready(self, doing: str, until: float) -> None:
        """Wait until both environments take orders.

        Args:
            doing: what for, as an error tells it.
            until: when to give up, in seconds on the platform's clock.

        Raises:
            PlatformError: one does not in time.
        """
        while busy := [colour for colour, each in self.describe().items() if each.get("Status") != "Ready"]:
            self._expect_time(until, doing, " and ".join(busy))
            self.wait(BETWEEN_TRIES)

    def _update(self, doing: str, order: Callable[[], object]) -> None:
        until = self.now() + self.settings.patience
        with aws_errors(doing):
            while True:
                try:
                    order()
                except ClientError as problem:
                    if not is_busy(problem):
                        raise
                    self._expect_time(until, doing, error_message(problem))
                    self.wait(BETWEEN_TRIES)
                else:
                    return

    def _expect_time(self, until: float, doing: str, who: str) -> None:
        if self.now() >= until:
            raise PlatformError(
                f"{doing}: still busy after {self.settings.patience:.0f} seconds: {who}\n"
                "Look at the environment's events; an update that hangs ends with: aws elasticbeanstalk "
                "abort-environment-update"
            )

    def _expect_usable(self, colour: Colour, found: "EnvironmentDescriptionTypeDef | None") -> None:
        name = self.settings.name(colour)
        if found is None:
            raise PlatformError(
                f"{colour}: application {self.settings.application!r} has no environment {name!r} in this "
                "region; make the stack, or set the names of its outputs"
            )
        told = [found.get("SolutionStackName", ""), found.get("PlatformArn", "")]
        if not any(PLATFORMS.search(each) for each in told):
            raise PlatformError(
                f"{colour}: {name} runs on {' '.join(told)!r}; our bundles need Docker on Amazon Linux 2023"
            )

    def _expect_all_at_once(self, colour: Colour) -> None:
        policy = self.options(colour).get((COMMAND, "DeploymentPolicy"), "AllAtOnce")
        if policy != "AllAtOnce":
            raise PlatformError(
                f"{colour}: its DeploymentPolicy is {policy}, which waits minutes for each batch, to spare "
                "traffic that the idle environment does not have; set AllAtOnce in the stack"
            )

    def _expect_unmanaged(self, colour: Colour) -> None:
        """A managed update replaces the instances; a deployment must not meet one."""
        with aws_errors(f"look for managed updates of {colour}"):
            found = self.clients.elasticbeanstalk.describe_environment_managed_actions(
                EnvironmentName=self.settings.name(colour)
            ).get("ManagedActions", ())
        for each in found:
            if each.get("Status") in {"Pending", "Running"}:
                raise PlatformError(
                    f"{colour}: a managed update is {each.get('Status', '').lower()} "
                    f"({each.get('ActionDescription', each.get('ActionType', ''))}); wait until it is over, "
                    "and switch managed updates off in the stack: the other side is where a platform is tried"
                )


def is_busy(problem: ClientError) -> bool:
    """Whether AWS refuses because the environment is not done with its last order."""
    return error_code(problem) == "InvalidParameterValue" and "Must be Ready" in error_message(problem)
